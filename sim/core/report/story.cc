#include "sim/core/report/story.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <utility>

#include "sim/core/report/repetition.h"
#include "sim/world/narration/asides.h"
#include "sim/world/narration/lost_write_words.h"
#include "sim/world/narration/timeline_lookup.h"
#include "sim/world/narration/violation_words.h"

namespace fencepost::sim {
namespace {

bool Contains(std::string_view text, std::string_view words) {
  return text.find(words) != std::string_view::npos;
}

std::string DescribeRoute(const TraceNotes::Route& route) {
  return fmt::format("{} is a range of group {}, {}", route.range, route.group, route.state);
}

// The routes of `some` that `others` has not, each as often as it is missing.
std::vector<TraceNotes::Route> Missing(const std::vector<TraceNotes::Route>& some,
                                       std::vector<TraceNotes::Route> others) {
  std::vector<TraceNotes::Route> missing;
  for (const TraceNotes::Route& route : some) {
    const auto same = std::find(others.begin(), others.end(), route);
    if (same == others.end()) {
      missing.push_back(route);
    } else {
      others.erase(same);
    }
  }
  return missing;
}

// What has changed since `before`, route by route; empty if nothing has.
std::string DescribeChange(const CatalogVersionNote& before, const CatalogVersionNote& now) {
  const std::vector<TraceNotes::Route> gone = Missing(before.routes, now.routes);
  std::string text;
  for (const TraceNotes::Route& route : Missing(now.routes, before.routes)) {
    const auto old = std::find_if(gone.begin(), gone.end(),
                                  [&route](const auto& one) { return one.range == route.range; });
    text += text.empty() ? "" : "; ";
    if (old == gone.end()) {
      text += DescribeRoute(route);
    } else if (old->group != route.group) {
      text += fmt::format("{} goes from group {} to group {}, {}", route.range, old->group, route.group,
                          route.state);
    } else {
      text += fmt::format("{} of group {} becomes {} (was {})", route.range, route.group, route.state,
                          old->state);
    }
  }
  if (!text.empty()) return text;
  for (const TraceNotes::Route& route : gone) {
    text += fmt::format("{}no route any more for {}", text.empty() ? "" : "; ", route.range);
  }
  return text;
}

class Teller {
 public:
  explicit Teller(const Timeline& timeline) : timeline_(timeline) {
    for (const EntryVerdicts& entry : VerdictsOf(timeline)) {
      verdicts_[{entry.position.group, entry.position.index}] = entry;
    }
    for (const Lane& lane : timeline.lanes) has_groups_ = has_groups_ || lane.kind == LaneKind::kGroup;
    for (const Span& span : timeline.spans) {
      if (!span.name.empty()) named_spans_[span.begin_event] = span.name;
      if (IsAuditor(timeline, span.lane) && !audit_.has_value()) audit_ = span.from;
    }
    suspect_ = TransactionOfLostWrite(timeline);
  }

  Story Tell() && {
    for (const TimelineEvent& event : timeline_.events) TellOne(event);
    Story story;
    story.lines = std::move(lines_);
    DropAsides(timeline_, &story.lines);
    JoinRepetitions(&story.lines);
    story.left_out = DropOtherKeys(timeline_, &story.lines);
    if (timeline_.violation.has_value()) {
      story.lines.push_back(StoryLine{timeline_.violated_at, timeline_.lanes.size() - 1,
                                      EventKind::kViolation, true,
                                      fmt::format("VIOLATION of {}: {}", timeline_.violation->invariant,
                                                  SentenceOfViolation(timeline_))});
      story.explanation = ExplainViolation(timeline_);
    }
    return story;
  }

 private:
  void Add(const TimelineEvent& event, std::string text, bool is_trouble = false) {
    lines_.push_back(StoryLine{event.time, event.lane, event.kind, is_trouble, std::move(text)});
  }

  void TellOne(const TimelineEvent& event) {
    switch (event.kind) {
      case EventKind::kViolation:  // told last
      case EventKind::kMark:
      case EventKind::kVersion:
      case EventKind::kApply:  // told with the entry
        return;
      case EventKind::kFault:
        return Add(event, event.text, /*is_trouble=*/true);
      case EventKind::kClient:
        return TellClient(event);
      case EventKind::kMove:
        return TellMove(event);
      case EventKind::kCatalog:
        return TellCatalog(event);
      case EventKind::kLog:
        return TellEntry(event);
      case EventKind::kProcess:
      case EventKind::kWorld:
        if (event.time > Moment::zero()) Add(event, event.text);
        return;
    }
  }

  void TellClient(const TimelineEvent& event) {
    if (IsAuditor(timeline_, event.lane) && Contains(event.text, " begins: ")) return;
    std::string text = event.text;
    const auto begun = named_spans_.find(static_cast<std::size_t>(&event - timeline_.events.data()));
    if (begun != named_spans_.end()) text += fmt::format("   <- {}", begun->second);
    Add(event, std::move(text));
  }

  void TellCatalog(const TimelineEvent& event) {
    constexpr std::string_view kIsAt = "the catalog is at version ";
    if (event.text.starts_with(kIsAt)) return TellVersion(event);
    const bool is_start = Contains(event.text, "(bootstrap)") || Contains(event.text, "the world");
    const bool failed = Contains(event.text, " ended: ");
    if (!is_start && (failed || !has_groups_)) Add(event, event.text);
  }

  void TellVersion(const TimelineEvent& event) {
    const std::vector<CatalogVersionNote>& catalog = timeline_.catalog;
    if (next_version_ >= catalog.size()) return Add(event, event.text);
    const std::size_t now = next_version_++;
    static const CatalogVersionNote kNothing;
    const std::string change = DescribeChange(now == 0 ? kNothing : catalog[now - 1], catalog[now]);
    // A move ends with a version of its own, in which no route changes: told with the end of the move.
    if (change.empty() && has_groups_) {
      quiet_version_ = catalog[now].version;
      return;
    }
    quiet_version_.reset();
    Add(event, fmt::format("the catalog is at version {}: {}", catalog[now].version,
                           change.empty() ? "the same routes" : change));
  }

  void TellMove(const TimelineEvent& event) {
    if (!quiet_version_.has_value()) return Add(event, event.text);
    Add(event, event.text + fmt::format("; the catalog is at version {}", *quiet_version_));
    quiet_version_.reset();
  }

  void TellEntry(const TimelineEvent& event) {
    const bool audited = audit_.has_value() && event.time >= *audit_;
    const auto known = verdicts_.find({event.position->group, event.position->index});
    const EntryVerdicts* const verdicts = known == verdicts_.end() ? nullptr : &known->second;
    const bool refused = verdicts != nullptr && !verdicts->refused_by.empty();
    const bool writes = Contains(event.text, "append ") || Contains(event.text, "put ");
    const bool is_transaction = Contains(event.text, " transaction ");
    // A transaction that only reads leaves nothing behind, and a resolution says again what was decided; when
    // it does so matters where the transaction's write is lost.
    const bool is_resolution = Contains(event.text, "]: resolve: ");
    const bool is_suspect =
        suspect_.has_value() && Contains(event.text, fmt::format("]: resolve: transaction {} ", *suspect_));
    const bool is_plain =
        is_transaction && !writes && !is_suspect && (is_resolution || Contains(event.text, "]: prepare "));
    if ((audited || is_plain) && !refused) return;
    std::string text = event.text;
    if (writes) {
      const std::string behind = NodesBehind(timeline_, event.time);
      if (!behind.empty())
        text += fmt::format("   -- {}, the catalog at {}", behind,
                            VersionAt(timeline_, kCatalogLane, event.time).value_or(0));
    }
    Add(event, std::move(text));
    if (refused) TellRefusal(event, *verdicts);
  }

  void TellRefusal(const TimelineEvent& event, const EntryVerdicts& verdicts) {
    std::string text =
        verdicts.disagree()
            ? fmt::format("  the replicas disagree on [{}] of group {}: {} applied it, {} refused it: {}",
                          event.position->index, event.position->group, fmt::join(verdicts.applied_by, ", "),
                          fmt::join(verdicts.refused_by, ", "), verdicts.reason)
            : fmt::format("  every replica refuses [{}] of group {}: {}", event.position->index,
                          event.position->group, verdicts.reason);
    lines_.push_back(
        StoryLine{event.time, event.lane, EventKind::kApply, verdicts.disagree(), std::move(text)});
  }

  const Timeline& timeline_;
  std::vector<StoryLine> lines_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, EntryVerdicts> verdicts_;
  std::map<std::size_t, std::string> named_spans_;  // by their first event
  std::optional<Moment> audit_;
  std::optional<std::uint64_t> suspect_;        // the transaction whose write is lost
  std::optional<std::uint64_t> quiet_version_;  // the catalog's, not told yet
  std::size_t next_version_ = 0;
  bool has_groups_ = false;
};

}  // namespace

Story BuildStory(const Timeline& timeline) { return Teller(timeline).Tell(); }

std::string FormatStory(const Story& story) {
  std::string text;
  for (const StoryLine& line : story.lines) {
    text += fmt::format("{:>11}  {} {}\n", FormatTime(line.time), line.is_trouble ? '!' : ' ', line.text);
  }
  if (story.left_out > 0) {
    text +=
        fmt::format("             ({} lines that do not touch these keys are left out)\n", story.left_out);
  }
  std::string_view rest = story.explanation;
  if (!rest.empty()) text += "\n";
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    text += fmt::format("  {}\n", rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return text;
}

}  // namespace fencepost::sim
