#include "sim/report/story.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <utility>

#include "sim/report/violation_words.h"

namespace fencepost::sim {
namespace {

// A person reads this much without a filter.
constexpr std::size_t kLongStory = 48;

bool Contains(std::string_view text, std::string_view words) {
  return text.find(words) != std::string_view::npos;
}

// What has changed since `before`, route by route.
std::string DescribeChange(const CatalogVersionNote& before, const CatalogVersionNote& now) {
  std::string text;
  for (const TraceNotes::Route& route : now.routes) {
    if (std::find(before.routes.begin(), before.routes.end(), route) != before.routes.end()) continue;
    const auto old = std::find_if(before.routes.begin(), before.routes.end(),
                                  [&route](const auto& one) { return one.range == route.range; });
    text += text.empty() ? "" : "; ";
    if (old == before.routes.end()) {
      text += fmt::format("{} is a range of group {}, {}", route.range, route.group, route.state);
    } else if (old->group != route.group) {
      text += fmt::format("{} goes from group {} to group {}, {}", route.range, old->group, route.group,
                          route.state);
    } else {
      text += fmt::format("{} of group {} becomes {} (was {})", route.range, route.group, route.state,
                          old->state);
    }
  }
  return text.empty() ? "the same routes" : text;
}

class Teller {
 public:
  explicit Teller(const Timeline& timeline) : timeline_(timeline) {
    for (const EntryVerdicts& entry : VerdictsOf(timeline)) {
      verdicts_[{entry.position.group, entry.position.index}] = entry;
    }
    for (const Lane& lane : timeline.lanes) has_groups_ = has_groups_ || lane.kind == LaneKind::kGroup;
    for (const Span& span : timeline.spans) {
      if (timeline.lanes[span.lane].name == "auditor" && !audit_.has_value()) audit_ = span.from;
    }
  }

  Story Tell() && {
    for (const TimelineEvent& event : timeline_.events) TellOne(event);
    Story story;
    story.lines = std::move(lines_);
    if (story.lines.size() > kLongStory) story.left_out = KeepWhatConcerns(&story.lines);
    if (timeline_.violation.has_value()) {
      story.lines.push_back(StoryLine{
          timeline_.violated_at, timeline_.lanes.size() - 1, EventKind::kViolation, true,
          fmt::format("VIOLATION of {}: {}", timeline_.violation->invariant, timeline_.violation->sentence)});
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
        return Add(event, event.text);
      case EventKind::kCatalog:
        return TellCatalog(event);
      case EventKind::kLog:
        return TellEntry(event);
      case EventKind::kProcess:
        if (event.time > Moment::zero()) Add(event, event.text);
        return;
      case EventKind::kWorld:
        if (event.time > Moment::zero()) Add(event, event.text);
        return;
    }
  }

  void TellClient(const TimelineEvent& event) {
    const bool is_audit = timeline_.lanes[event.lane].name == "auditor";
    if (is_audit && Contains(event.text, " begins: ")) return;
    std::string text = event.text;
    for (const Span& span : timeline_.spans) {
      if (span.name.empty() || timeline_.events[span.begin_event].text != event.text ||
          span.from != event.time || span.lane != event.lane) {
        continue;
      }
      text += fmt::format("   <- {}", span.name);
    }
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
    Add(event, fmt::format("the catalog is at version {}: {}", catalog[now].version, change));
  }

  void TellEntry(const TimelineEvent& event) {
    const bool audited = audit_.has_value() && event.time >= *audit_;
    const auto known = verdicts_.find({event.position->group, event.position->index});
    const EntryVerdicts* const verdicts = known == verdicts_.end() ? nullptr : &known->second;
    const bool refused = verdicts != nullptr && !verdicts->refused_by.empty();
    const bool writes = Contains(event.text, "append ") || Contains(event.text, "put ");
    const bool is_transaction = Contains(event.text, " transaction ");
    // A transaction that only reads leaves nothing behind, and a resolution says again what was decided.
    const bool is_plain = is_transaction && !writes &&
                          (Contains(event.text, "]: prepare ") || Contains(event.text, "]: resolve: "));
    if ((audited || is_plain) && !refused) return;
    std::string text = event.text;
    if (writes) {
      const std::string behind = NodesBehind(timeline_, event.time);
      if (!behind.empty())
        text += fmt::format("   -- {}, the catalog at {}", behind,
                            VersionAt(timeline_, 0, event.time).value_or(0));
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

  // Returns how many lines went.
  std::size_t KeepWhatConcerns(std::vector<StoryLine>* lines) const {
    const std::vector<std::string> keys = KeysOfViolation(timeline_);
    if (keys.empty()) return 0;
    const auto is_beside = [&](const StoryLine& line) {
      if (line.is_trouble) return false;
      if (line.kind != EventKind::kClient && line.kind != EventKind::kLog && line.kind != EventKind::kApply)
        return false;
      return std::none_of(keys.begin(), keys.end(),
                          [&line](const auto& key) { return Concerns(line.text, key); });
    };
    return static_cast<std::size_t>(std::erase_if(*lines, is_beside));
  }

  const Timeline& timeline_;
  std::vector<StoryLine> lines_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, EntryVerdicts> verdicts_;
  std::optional<Moment> audit_;
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
