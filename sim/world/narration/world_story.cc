#include "sim/world/narration/world_story.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "sim/core/report/repetition.h"
#include "sim/world/events/catalog_events.h"
#include "sim/world/events/client_events.h"
#include "sim/world/events/group_events.h"
#include "sim/world/narration/asides.h"
#include "sim/world/narration/lost_write_words.h"
#include "sim/world/narration/route_changes_words.h"
#include "sim/world/narration/violation_words.h"
#include "sim/world/narration/world_lookup.h"

namespace fencepost::sim {
namespace {

class StoryTeller {
 public:
  explicit StoryTeller(const WorldTimeline& world) : world_(world), suspect_(TransactionOfLostWrite(world)) {
    for (EntryVerdicts& entry : VerdictsOf(world)) {
      const std::pair position(entry.group, entry.index);
      verdicts_.emplace(position, std::move(entry));
    }
    for (const Span& span : world.timeline.spans) {
      if (!span.name.empty()) named_spans_[span.begin_event] = span.name;
    }
  }

  std::vector<ToldLine> Tell() && {
    for (std::size_t event = 0; event < world_.told.size(); ++event) TellOne(event);
    return std::move(lines_);
  }

 private:
  const TimelineEvent& Event(std::size_t event) const { return world_.timeline.events[event]; }

  StoryLine* Add(std::size_t event, std::string text) {
    ToldLine told;
    told.event = event;
    told.line.time = Event(event).time;
    told.line.lane = Event(event).lane;
    told.line.category = Event(event).category;
    told.line.is_trouble = told.line.category == categories::kFault;
    told.line.text = std::move(text);
    lines_.push_back(std::move(told));
    return &lines_.back().line;
  }

  void TellOne(std::size_t event) {
    const TimelineEvent& told = Event(event);
    if (told.category == categories::kClient) return TellClient(event);
    if (told.category == categories::kMove) return TellMove(event);
    if (told.category == categories::kCatalog) return TellCatalog(event);
    if (told.category == categories::kLog) return TellEntry(event);
    if (told.category == categories::kFault) return TellFault(event);
    const bool is_setting = told.category == categories::kProcess || told.category == categories::kWorld;
    // Whoever applies an entry is told with the entry, the violation last.
    if (is_setting && told.time > Moment::zero()) Add(event, told.text);
  }

  void TellFault(std::size_t event) {
    StoryLine* const line = Add(event, Event(event).text);
    const auto* const lagged = world_.As<ReplicaLagged>(event);
    if (lagged != nullptr) {
      line->gist = fmt::format("the replica of group {} on {} lags", lagged->group.value,
                               world_.timeline.lanes[line->lane].name);
    }
  }

  void TellClient(std::size_t event) {
    const bool begins =
        world_.As<TransactionBegan>(event) != nullptr || world_.As<RegisterBegan>(event) != nullptr;
    if (begins && world_.IsAuditor(Event(event).lane)) return;
    std::string text = Event(event).text;
    const auto begun = named_spans_.find(event);
    if (begun != named_spans_.end()) text += fmt::format("   <- {}", begun->second);
    Add(event, std::move(text));
  }

  void TellCatalog(std::size_t event) {
    if (world_.As<CatalogReached>(event) != nullptr) return TellVersion(event);
    const auto* const began = world_.As<SaveBegan::Kept>(event);
    const auto* const ended = world_.As<SaveEnded>(event);
    if (began == nullptr && ended == nullptr) return;
    const SavePurpose purpose = began != nullptr ? began->purpose : ended->purpose;
    const bool is_start = purpose == SavePurpose::kBootstrap || purpose == SavePurpose::kSeed;
    const bool failed = ended != nullptr && !ended->status.ok();
    // With groups, what a save did shows in the versions.
    if (!is_start && (failed || world_.groups == 0)) Add(event, Event(event).text);
  }

  void TellVersion(std::size_t event) {
    static const std::vector<RouteDescriptor> kNothing;
    const std::size_t now = next_version_++;
    const CatalogState& state = world_.catalog[now];
    const std::string change =
        DescribeRouteChanges(now == 0 ? kNothing : *world_.catalog[now - 1].routes, *state.routes);
    // A move ends with a version of its own, in which no route changes: told with the end of the move.
    if (change.empty() && world_.groups > 0) {
      quiet_version_ = state.version;
      return;
    }
    quiet_version_.reset();
    Add(event, fmt::format("the catalog is at version {}: {}", state.version.value,
                           change.empty() ? "the same routes" : change));
  }

  void TellMove(std::size_t event) {
    if (!quiet_version_.has_value()) {
      Add(event, Event(event).text);
      return;
    }
    Add(event, fmt::format("{}; the catalog is at version {}", Event(event).text, quiet_version_->value));
    quiet_version_.reset();
  }

  // A transaction that only reads leaves nothing behind, and a resolution says again what was decided; when
  // it does so matters where the transaction's write is lost.
  bool IsPlain(const Entry& entry) const {
    if (!WritesOf(entry).empty()) return false;
    const bool is_suspect = suspect_.has_value() && TransactionOf(entry) == suspect_;
    return std::holds_alternative<PrepareEntry>(entry) ||
           (std::holds_alternative<ResolveEntry>(entry) && !is_suspect);
  }

  void TellEntry(std::size_t event) {
    const auto* const agreed = world_.As<EntryAgreed::Kept>(event);
    if (agreed == nullptr) return;
    const Moment time = Event(event).time;
    const auto known = verdicts_.find({agreed->group, agreed->index});
    const EntryVerdicts* const verdicts = known == verdicts_.end() ? nullptr : &known->second;
    const bool refused = verdicts != nullptr && !verdicts->refused_by.empty();
    const bool audited = world_.audit.has_value() && time >= *world_.audit;
    if ((audited || IsPlain(agreed->entry)) && !refused) return;
    std::string behind;
    if (!WritesOf(agreed->entry).empty()) behind = NodesBehind(world_, time);
    if (!behind.empty())
      behind = fmt::format("   -- {}, the catalog at {}", behind, CatalogVersionAt(world_, time));
    StoryLine* const line = Add(event, Event(event).text + behind);
    line->gist =
        fmt::format("log of group {}: {}{}", agreed->group.value, DescribeEntry(agreed->entry), behind);
    if (refused) TellRefusal(event, *verdicts);
  }

  void TellRefusal(std::size_t event, const EntryVerdicts& verdicts) {
    const std::string refused =
        fmt::format("{} refused it: {}", fmt::join(verdicts.refused_by, ", "), verdicts.reason);
    const auto tell = [&](std::string_view position) {
      return verdicts.disagree()
                 ? fmt::format("  the replicas disagree on {} of group {}: {} applied it, {}", position,
                               verdicts.group.value, fmt::join(verdicts.applied_by, ", "), refused)
                 : fmt::format("  every replica refuses {} of group {}: {}", position, verdicts.group.value,
                               verdicts.reason);
    };
    StoryLine* const line = Add(event, tell(fmt::format("[{}]", verdicts.index.value)));
    line->gist = tell("it");
    line->category = categories::kApply;
    line->is_trouble = verdicts.disagree();
  }

  const WorldTimeline& world_;
  std::vector<ToldLine> lines_;
  std::map<std::pair<GroupId, LogIndex>, EntryVerdicts> verdicts_;
  std::map<std::size_t, std::string> named_spans_;  // by their first event
  std::optional<TransactionId> suspect_;            // whose write is lost
  std::optional<Version> quiet_version_;            // the catalog's, not told yet
  std::size_t next_version_ = 0;
};

void JoinToldRepetitions(std::vector<ToldLine>* lines) {
  std::vector<StoryLine> texts;
  for (ToldLine& told : *lines) texts.push_back(std::move(told.line));
  const std::vector<std::size_t> places = JoinRepetitions(&texts);
  std::vector<ToldLine> joined;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    joined.push_back(ToldLine{std::move(texts[i]), (*lines)[places[i]].event});
  }
  *lines = std::move(joined);
}

}  // namespace

Story BuildWorldStory(const Vocabulary& vocabulary, const WorldTimeline& world) {
  std::vector<ToldLine> lines = StoryTeller(world).Tell();
  DropAsides(world, &lines);
  JoinToldRepetitions(&lines);
  Story story;
  story.left_out = DropOtherKeys(world, &lines);
  for (ToldLine& told : lines) story.lines.push_back(std::move(told.line));
  if (!world.timeline.violation.has_value()) return story;
  story.lines.push_back(LineOfViolation(world.timeline));
  story.explanation = ExplainViolation(world);
  if (story.explanation.empty()) story.explanation = WhatMustHold(vocabulary, world.timeline);
  return story;
}

}  // namespace fencepost::sim
