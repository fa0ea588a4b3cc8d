#include "sim/world/scenario/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

namespace fencepost::sim {
namespace {

// A fault that strikes by plan may strike once in each of these parts of the fault window.
constexpr std::uint64_t kFaultSlots = 6;
constexpr std::uint64_t kInstants = 1000;  // the window is divided into this many instants

std::chrono::nanoseconds InstantOf(std::chrono::nanoseconds window, std::uint64_t instant) {
  return window / static_cast<std::int64_t>(kInstants) * static_cast<std::int64_t>(instant);
}

// Most of the room for actions is used, but none of it by default.
constexpr std::uint32_t kPresence[] = {1, 15};
constexpr std::uint64_t kMostSteps = 4;

std::vector<PlannedStep> DrawSteps(const RunConfig& config, Stream& stream) {
  const std::uint64_t lists = config.keys - config.registers;
  std::vector<PlannedStep> steps(1 + stream.Below(kMostSteps, "steps"));
  for (PlannedStep& step : steps) {
    step.key = stream.Below(lists, "key");
    step.reads = stream.Below(2, "reads") != 0;
  }
  return steps;
}

// What one kind of actor can do, and the weights of it in this run. Those of weight 0 keep their place, so
// that a recorded answer means the same whatever a scenario turns on; the first is the default.
struct Menu {
  std::vector<ActionKind> kinds;
  std::vector<std::uint32_t> weights;
};

Menu MenuOf(const RunConfig& config, ActorKind by) {
  Menu menu;
  for (const ActionDescription& action : AllActions()) {
    if (action.by != by) continue;
    menu.kinds.push_back(action.kind);
    menu.weights.push_back(config.action_weights[static_cast<std::size_t>(action.kind)]);
  }
  return menu;
}

// What a kind does not look at is drawn all the same, so that every draw has its place whatever the kind; its
// label says so, for searches that would move it.
constexpr Label kUnused = "unused";

bool LooksAtKey(ActionKind kind) {
  switch (kind) {
    case ActionKind::kHold:
    case ActionKind::kChangeDepth:
    case ActionKind::kTransact:  // its steps have keys of their own
    case ActionKind::kUndoMove:
      return false;
    case ActionKind::kSplit:
    case ActionKind::kMerge:
    case ActionKind::kMove:
    case ActionKind::kChangeState:
    case ActionKind::kAccess:
    case ActionKind::kRegister:
    case ActionKind::kMoveRange:
    case ActionKind::kSplitRange:
    case ActionKind::kMergeRange:
      return true;
  }
  return true;
}

// Clients go through a node; whoever changes routes does not.
bool LooksAtNode(ActionKind kind) {
  switch (kind) {
    case ActionKind::kAccess:
    case ActionKind::kHold:
    case ActionKind::kChangeDepth:
    case ActionKind::kTransact:
    case ActionKind::kRegister:
      return true;
    case ActionKind::kSplit:
    case ActionKind::kMerge:
    case ActionKind::kMove:
    case ActionKind::kChangeState:
    case ActionKind::kMoveRange:
    case ActionKind::kUndoMove:
    case ActionKind::kSplitRange:
    case ActionKind::kMergeRange:
      return false;
  }
  return true;
}

std::optional<PlannedAction> DrawAction(const Scenario& scenario, const RunConfig& config, const Menu& menu,
                                        Stream stream) {
  if (stream.Weighted(kPresence, "present") == 0) return std::nullopt;
  PlannedAction action;
  action.at = InstantOf(scenario.fault_window, stream.Below(kInstants, "at"));
  action.kind = menu.kinds[stream.Weighted(menu.weights, "kind")];
  action.key = stream.Below(config.keys, LooksAtKey(action.kind) ? "key" : kUnused);
  action.node = stream.Below(config.nodes, LooksAtNode(action.kind) ? "node" : kUnused);
  action.argument = stream.Below(1000, "argument");
  if (action.kind == ActionKind::kTransact) action.steps = DrawSteps(config, stream);
  return action;
}

std::vector<PlannedAction> DrawActor(const Scenario& scenario, const RunConfig& config, ActorKind kind,
                                     std::uint32_t number, Choices* choices) {
  const std::string name = fmt::format("plan/{}-{}", ActorKindName(kind), number);
  const CountRange& count = scenario.actions_of(kind);
  const std::uint64_t room = count.min + choices->Open(name).Below(count.max - count.min + 1, "actions");
  const Menu menu = MenuOf(config, kind);
  std::vector<PlannedAction> actions;
  for (std::uint64_t i = 0; i < room; ++i) {
    std::optional<PlannedAction> action =
        DrawAction(scenario, config, menu, choices->Open(fmt::format("{}/{}", name, i + 1)));
    if (!action.has_value()) continue;
    action->slot = i + 1;
    actions.push_back(*std::move(action));
  }
  // Those at one instant keep the order of their numbers.
  for (std::size_t end = 1; end < actions.size(); ++end) {
    for (std::size_t i = end; i > 0 && actions[i].at < actions[i - 1].at; --i)
      std::swap(actions[i], actions[i - 1]);
  }
  return actions;
}

void DrawFault(const Scenario& scenario, const RunConfig& config, Fault fault, Choices* choices,
               std::vector<PlannedFault>* faults) {
  const Ratio odds = config.faults[static_cast<std::size_t>(fault)];
  if (odds.numerator == 0) return;
  const std::chrono::nanoseconds slot = scenario.fault_window / static_cast<std::int64_t>(kFaultSlots);
  for (std::uint64_t i = 0; i < kFaultSlots; ++i) {
    Stream stream = choices->Open(fmt::format("plan/{}/{}", Describe(fault).name, i + 1));
    if (!stream.Chance(odds, "strikes")) continue;
    PlannedFault planned;
    planned.fault = fault;
    planned.at = slot * static_cast<std::int64_t>(i) + InstantOf(slot, stream.Below(kInstants, "at"));
    planned.target = stream.Below(config.nodes, "target");
    planned.lasts = InstantOf(scenario.fault_window / 4, 1 + stream.Below(kInstants, "lasts"));
    planned.other = stream.Below(1000, "other");
    faults->push_back(planned);
  }
}

}  // namespace

bool StrikesByPlan(Fault fault) {
  switch (fault) {
    case faults::kRecordBitFlip:
    case faults::kRecordTruncation:
    case faults::kRecordForeignKey:
    case faults::kRecordMissingMetadata:
    case faults::kNodeCrash:
    case faults::kPartitionOneWay:
    case faults::kPartitionTwoWay:
    case faults::kCatalogGossip:
    case faults::kNodePause:
    case faults::kNodeSlow:
    case faults::kClockSkew:
    case faults::kClockDrift:
    case faults::kClockJumpForward:
    case faults::kClockJumpBack:
    case faults::kClockStuck:
    case faults::kLeaderChange:
      return true;
    case faults::kStoreReadError:
    case faults::kStoreScanError:
    case faults::kStoreCommitError:
    case faults::kStoreCommitUnknown:
    case faults::kStoreCommitLate:
    case faults::kStoreSlow:
    case faults::kStoreLaggingRead:
    case faults::kStoreConflictStorm:
    case faults::kStoreCompaction:
    case faults::kStoreShortPage:
    case faults::kWatcherStall:
    case faults::kOperatorDuplicateSubmit:
    case faults::kOperatorStaleVersion:
    case faults::kOperatorNoOpSave:
    case faults::kOperatorWideSplit:
    case faults::kOperatorThereAndBack:
    case faults::kOperatorInvalidRoutes:
    case faults::kNetworkDelay:
    case faults::kNetworkReorder:
    case faults::kNetworkDuplicate:
    case faults::kNetworkDrop:
    case faults::kNetworkClog:
    case faults::kTransactorCrash:
    case faults::kMoverCrash:
    case faults::kProposalLost:
    case faults::kProposalReportedFailed:
    case faults::kReplicaLag:
    case faults::kSnapshotInstall:
      return false;
  }
  return false;
}

GroupId TargetOf(const PlannedAction& move, const RunConfig& config) {
  return GroupId(1 + (move.argument + 1) % config.groups);
}

Plan DrawPlan(const Scenario& scenario, const RunConfig& config, Choices* choices) {
  Plan plan;
  for (const ActorKind kind : kActorKinds) {
    auto& actors = plan.actors[static_cast<std::size_t>(kind)];
    for (std::uint32_t i = 0; i < config.actors_of(kind); ++i) {
      actors.push_back(DrawActor(scenario, config, kind, i + 1, choices));
    }
  }
  for (const FaultDescription& fault : AllFaults()) {
    if (StrikesByPlan(fault.fault)) DrawFault(scenario, config, fault.fault, choices, &plan.faults);
  }
  std::sort(plan.faults.begin(), plan.faults.end(), [](const PlannedFault& a, const PlannedFault& b) {
    return std::tuple(a.at, a.fault, a.target, a.other, a.lasts) <
           std::tuple(b.at, b.fault, b.target, b.other, b.lasts);
  });
  return plan;
}

std::string NodeName(std::uint64_t node) { return fmt::format("node-{}", node + 1); }

std::string KeyName(std::uint64_t key) { return fmt::format("k{:03}", key); }

std::string FormatAction(const PlannedAction& action) {
  const auto at = std::chrono::duration_cast<std::chrono::milliseconds>(action.at).count();
  return fmt::format("at {} ms {} {} node-{} argument {}", at,
                     AllActions()[static_cast<std::size_t>(action.kind)].name, KeyName(action.key),
                     action.node + 1, action.argument);
}

std::string FormatPlannedFault(const PlannedFault& fault) {
  const auto at = std::chrono::duration_cast<std::chrono::milliseconds>(fault.at).count();
  const auto lasts = std::chrono::duration_cast<std::chrono::milliseconds>(fault.lasts).count();
  return fmt::format("at {} ms {} target {} for {} ms", at, Describe(fault.fault).name, fault.target + 1,
                     lasts);
}

}  // namespace fencepost::sim
