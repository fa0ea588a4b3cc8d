#include "sim/world/narration/world_timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "sim/core/report/timeline_builder.h"
#include "sim/world/actor_kinds.h"
#include "sim/world/events/catalog_events.h"
#include "sim/world/events/client_events.h"
#include "sim/world/events/move_events.h"
#include "sim/world/events/node_events.h"
#include "sim/world/fault_kinds.h"
#include "sim/world/groups/group_events.h"
#include "sim/world/narration/event_words.h"

namespace fencepost::sim {
namespace {

constexpr std::string_view kCatalogKind = "catalog";
constexpr std::string_view kGroupKind = "group";

// Who serves, who asks, who moves.
constexpr std::array kActorsInOrder = {actors::kNode.name,    actors::kClient.name, actors::kTransactor.name,
                                       actors::kAuditor.name, actors::kMover.name,  actors::kOperator.name};

// Whoever suffers a fault tells of it in an event of its own, but for these.
bool IsToldByEvent(const FaultKind& fault) {
  return fault.family != faults::kStoreReadError.family && fault.family != faults::kOperatorNoOpSave.family &&
         fault.name != faults::kWatcherStall.name;
}

// One word for an entry.
struct BriefOfEntry {
  std::string_view operator()(const NoOpEntry&) const { return "nothing"; }
  std::string_view operator()(const OwnershipEntry& entry) const { return std::visit(*this, entry); }
  std::string_view operator()(const FenceRange&) const { return "fence"; }
  std::string_view operator()(const ActivateRange&) const { return "activate"; }
  std::string_view operator()(const ReleaseRange&) const { return "release"; }
  std::string_view operator()(const PrepareTransaction&) const { return "prepare"; }
  std::string_view operator()(const ResolveTransaction&) const { return "resolve"; }
  std::string_view operator()(const CommitEntry&) const { return "commit"; }
  std::string_view operator()(const PrepareEntry&) const { return "prepare"; }
  std::string_view operator()(const DecideEntry&) const { return "decide"; }
  std::string_view operator()(const ResolveEntry&) const { return "resolve"; }
  std::string_view operator()(const CopyEntry&) const { return "copy"; }
  std::string_view operator()(const DropEntry&) const { return "drop"; }
};

class WorldTimelineBuilder {
 public:
  WorldTimelineBuilder(const Vocabulary& vocabulary, const Trace& trace, const RunOutcome& outcome,
                       RunTitle title)
      : trace_(trace), builder_(&vocabulary, &trace, outcome, std::move(title)) {
    for (const FaultKind* const fault : vocabulary.faults.all()) {
      if (IsToldByEvent(*fault)) builder_.SetToldByEvent(*fault);
    }
  }

  WorldTimeline Build() && {
    const std::vector<TraceEvent> kept = trace_.KeptEvents();
    AddLanes(kept);
    for (const TraceEvent& told : kept) Add(told);
    world_.timeline = std::move(builder_).Build();
    world_.timeline.details = {categories::kApply};
    return std::move(world_);
  }

 private:
  // The catalog first, then the groups, then the actors.
  void AddLanes(const std::vector<TraceEvent>& kept) {
    builder_.AddLane(std::string(kCatalogKind), std::string(kCatalogKind));
    std::uint64_t groups = 0;
    for (const TraceEvent& told : kept) {
      if (const auto* const agreed = told.As<EntryAgreed::Kept>())
        groups = std::max(groups, agreed->group.value);
    }
    for (std::uint64_t group = 1; group <= groups; ++group) {
      builder_.AddLane(fmt::format("group-{}", group), std::string(kGroupKind));
    }
    world_.groups = groups;
    builder_.AddActors(kActorsInOrder);
  }

  void Add(const TraceEvent& told) {
    TimelineEvent* const event = builder_.AddEvent(told);
    if (event == nullptr) return;
    world_.told.push_back(told);
    const std::string_view category = told.kind()->category;
    if (category == categories::kCatalog) AddCatalogEvent(told, event);
    if (category == categories::kLog) AddLogEvent(told, event);
    if (category == categories::kApply) AddApplyEvent(told, event);
    if (category == categories::kClient) AddClientEvent(told, event);
    if (category == categories::kMove) AddMoveEvent(told);
    if (category == categories::kVersion) AddEngineEvent(told, *event);
    if (category == categories::kFault) AddFault(told, event);
    if (told.As<RecordsRepaired>() != nullptr) event->lane = WorldTimeline::kCatalogLane;
  }

  // What the world does to the catalog shows in the lane of the catalog.
  void AddCatalogEvent(const TraceEvent& told, TimelineEvent* event) {
    if (told.actor == kWorldActor) event->lane = WorldTimeline::kCatalogLane;
    const auto* const reached = told.As<CatalogReached>();
    if (reached == nullptr) return;
    world_.catalog.push_back(CatalogState{told.time, reached->version, &reached->routes});
    builder_.MoveBand(event->lane, told.time, reached->version.value);
    Snapshot snapshot{event->lane, told.time, reached->version.value, {}};
    for (const RouteDescriptor& route : reached->routes) {
      snapshot.lines.push_back(fmt::format("{}: group {}, {}", FormatRange(route.range()),
                                           route.group_id.value, RouteStateName(route.state)));
    }
    builder_.timeline().snapshots.push_back(std::move(snapshot));
  }

  void AddLogEvent(const TraceEvent& told, TimelineEvent* event) {
    const auto* const agreed = told.As<EntryAgreed::Kept>();
    if (agreed == nullptr) return;
    event->lane = world_.LaneOf(agreed->group);
    event->brief = std::visit(BriefOfEntry(), agreed->entry);
    world_.entries.push_back(LoggedEntry{told.time, agreed->group, agreed->index, &agreed->entry});
  }

  static void AddApplyEvent(const TraceEvent& told, TimelineEvent* event) {
    const auto* const applied = told.As<EntryApplied::Kept>();
    event->refused = applied != nullptr && !applied->status.ok();
  }

  void AddClientEvent(const TraceEvent& told, TimelineEvent* event) {
    if (!world_.audit.has_value() && builder_.timeline().lanes[event->lane].kind == actors::kAuditor.name)
      world_.audit = told.time;
    if (const auto* const began = told.As<TransactionBegan>()) {
      world_.list_transactions.push_back(builder_.timeline().spans.size());
      builder_.OpenSpan(DescribeSteps(began->steps));
    } else if (const auto* const use = told.As<RegisterBegan>()) {
      builder_.OpenSpan(DescribeRegisterUse(*use));
    } else if (const auto* const committed = told.As<TransactionCommitted>()) {
      builder_.CloseSpan(SpanEnd::kDone, DescribeSteps(*committed));
    } else if (const auto* const done = told.As<RegisterDone>()) {
      builder_.CloseSpan(SpanEnd::kDone, DescribeRegisterUse(*done));
    } else if (const auto* const refused = told.As<ClientRefused>()) {
      event->refused = true;
      std::string reason(refused->status.message());
      if (refused->gives_up) return builder_.CloseSpan(SpanEnd::kRefused, std::move(reason));
      builder_.UpdateSpan(SpanEnd::kRefused, std::move(reason));  // it may try again: the last word counts
    } else if (told.As<ClientLeftUnknown>() != nullptr) {
      builder_.CloseSpan(SpanEnd::kUnknown, "nobody knows");
    }
  }

  void AddMoveEvent(const TraceEvent& told) {
    if (const auto* const began = told.As<MoveBegan>()) {
      builder_.OpenSpan(FormatMove(began->move));
    } else if (const auto* const undone = told.As<MoveUndone>()) {
      builder_.OpenSpan(FormatMove(undone->move));
    } else if (const auto* const driven = told.As<MoveDriven>()) {
      const bool done = driven->status.ok();
      builder_.CloseSpan(done ? SpanEnd::kDone : SpanEnd::kRefused,
                         done ? "done" : std::string(driven->status.message()));
    }
  }

  void AddEngineEvent(const TraceEvent& told, const TimelineEvent& event) {
    const auto* const reached = told.As<EngineReached>();
    if (reached != nullptr) builder_.MoveBand(event.lane, told.time, reached->version.value);
  }

  void AddFault(const TraceEvent& told, TimelineEvent* event) {
    if (told.As<RecordDamaged>() != nullptr) event->lane = WorldTimeline::kCatalogLane;
    // What it knew is lost with its memory.
    if (told.As<NodeCrashed>() != nullptr) builder_.EndBand(event->lane, told.time);
    if (told.As<ActorDied>() != nullptr) builder_.CloseSpan(SpanEnd::kUnknown, "nobody knows");
  }

  const Trace& trace_;
  TimelineBuilder builder_;
  WorldTimeline world_;
};

}  // namespace

bool WorldTimeline::IsNode(std::size_t lane) const { return timeline.lanes[lane].kind == actors::kNode.name; }

bool WorldTimeline::IsAuditor(std::size_t lane) const {
  return timeline.lanes[lane].kind == actors::kAuditor.name;
}

WorldTimeline BuildWorldTimeline(const Vocabulary& vocabulary, const Trace& trace, const RunOutcome& outcome,
                                 RunTitle title) {
  return WorldTimelineBuilder(vocabulary, trace, outcome, std::move(title)).Build();
}

}  // namespace fencepost::sim
