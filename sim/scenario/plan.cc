#include "sim/scenario/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <tuple>

namespace fencepost::sim {
namespace {

// A fault that strikes by plan may strike once in each of these parts of the fault window.
constexpr std::uint64_t kFaultSlots = 6;
constexpr std::uint64_t kInstants = 1000;  // the window is divided into this many instants

std::chrono::nanoseconds InstantOf(std::chrono::nanoseconds window, std::uint64_t instant) {
  return window / static_cast<std::int64_t>(kInstants) * static_cast<std::int64_t>(instant);
}

PlannedAction DrawAction(const Scenario& scenario, const RunConfig& config,
                         std::span<const std::uint32_t> weights, Stream& stream) {
  PlannedAction action;
  action.at = InstantOf(scenario.fault_window, stream.Below(kInstants, "at"));
  action.kind = static_cast<ActionKind>(stream.Weighted(weights, "kind"));
  action.key = stream.Below(config.keys, "key");
  action.node = stream.Below(config.nodes, "node");
  action.argument = stream.Below(1000, "argument");
  return action;
}

// The weights of those actions that operators, or clients, can do.
std::array<std::uint32_t, kActionCount> WeightsOf(const RunConfig& config, bool by_operator) {
  std::array<std::uint32_t, kActionCount> weights{};
  for (const ActionDescription& action : AllActions()) {
    const auto index = static_cast<std::size_t>(action.kind);
    if (action.by_operator == by_operator) weights[index] = config.action_weights[index];
  }
  return weights;
}

std::vector<PlannedAction> DrawActor(const Scenario& scenario, const RunConfig& config,
                                     const CountRange& count, bool by_operator, Stream stream) {
  const std::array<std::uint32_t, kActionCount> weights = WeightsOf(config, by_operator);
  const std::uint64_t wanted = count.min + stream.Below(count.max - count.min + 1, "actions");
  std::vector<PlannedAction> actions;
  actions.reserve(wanted);
  for (std::uint64_t i = 0; i < wanted; ++i) actions.push_back(DrawAction(scenario, config, weights, stream));
  std::sort(actions.begin(), actions.end(), [](const PlannedAction& a, const PlannedAction& b) {
    return std::tuple(a.at, a.kind, a.key, a.node, a.argument) <
           std::tuple(b.at, b.kind, b.key, b.node, b.argument);
  });
  return actions;
}

void DrawFault(const Scenario& scenario, const RunConfig& config, Fault fault, Choices* choices,
               std::vector<PlannedFault>* faults) {
  const Ratio odds = config.faults[static_cast<std::size_t>(fault)];
  if (odds.numerator == 0) return;
  Stream stream = choices->Open(fmt::format("plan/{}", Describe(fault).name));
  const std::chrono::nanoseconds slot = scenario.fault_window / static_cast<std::int64_t>(kFaultSlots);
  for (std::uint64_t i = 0; i < kFaultSlots; ++i) {
    if (!stream.Chance(odds, "strikes")) continue;
    PlannedFault planned;
    planned.fault = fault;
    planned.at = slot * static_cast<std::int64_t>(i) + InstantOf(slot, stream.Below(kInstants, "at"));
    planned.target = stream.Below(config.nodes, "target");
    planned.lasts = InstantOf(scenario.fault_window / 4, 1 + stream.Below(kInstants, "lasts"));
    faults->push_back(planned);
  }
}

}  // namespace

bool StrikesByPlan(Fault fault) {
  switch (fault) {
    case Fault::kRecordBitFlip:
    case Fault::kRecordTruncation:
    case Fault::kRecordForeignKey:
    case Fault::kRecordMissingMetadata:
    case Fault::kNodeCrash:
    case Fault::kPartitionOneWay:
    case Fault::kPartitionTwoWay:
    case Fault::kNodePause:
    case Fault::kNodeSlow:
    case Fault::kClockSkew:
    case Fault::kClockDrift:
    case Fault::kClockJumpForward:
    case Fault::kClockJumpBack:
    case Fault::kClockStuck:
    case Fault::kLeaderChange:
      return true;
    case Fault::kStoreReadError:
    case Fault::kStoreScanError:
    case Fault::kStoreCommitError:
    case Fault::kStoreCommitUnknown:
    case Fault::kStoreCommitLate:
    case Fault::kStoreSlow:
    case Fault::kStoreLaggingRead:
    case Fault::kStoreConflictStorm:
    case Fault::kStoreCompaction:
    case Fault::kStoreShortPage:
    case Fault::kWatcherStall:
    case Fault::kOperatorDuplicateSubmit:
    case Fault::kOperatorStaleVersion:
    case Fault::kOperatorNoOpSave:
    case Fault::kOperatorWideSplit:
    case Fault::kOperatorThereAndBack:
    case Fault::kOperatorInvalidRoutes:
    case Fault::kNetworkDelay:
    case Fault::kNetworkReorder:
    case Fault::kNetworkDuplicate:
    case Fault::kNetworkDrop:
    case Fault::kNetworkClog:
    case Fault::kClientCrash:
    case Fault::kMoverCrash:
    case Fault::kProposalLost:
    case Fault::kProposalReportedFailed:
    case Fault::kReplicaLag:
    case Fault::kSnapshotInstall:
      return false;
  }
  return false;
}

Plan DrawPlan(const Scenario& scenario, const RunConfig& config, Choices* choices) {
  Plan plan;
  for (std::uint32_t i = 0; i < config.operators; ++i) {
    plan.operators.push_back(DrawActor(scenario, config, scenario.operator_actions, true,
                                       choices->Open(fmt::format("plan/operator-{}", i + 1))));
  }
  for (std::uint32_t i = 0; i < config.clients; ++i) {
    plan.clients.push_back(DrawActor(scenario, config, scenario.client_actions, false,
                                     choices->Open(fmt::format("plan/client-{}", i + 1))));
  }
  for (const FaultDescription& fault : AllFaults()) {
    if (StrikesByPlan(fault.fault)) DrawFault(scenario, config, fault.fault, choices, &plan.faults);
  }
  std::sort(plan.faults.begin(), plan.faults.end(), [](const PlannedFault& a, const PlannedFault& b) {
    return std::tuple(a.at, a.fault, a.target, a.lasts) < std::tuple(b.at, b.fault, b.target, b.lasts);
  });
  return plan;
}

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
