#include "sim/world/planned_faults.h"

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <functional>
#include <optional>
#include <utility>

#include "sim/world/events/node_events.h"
#include "sim/world/fault_kinds.h"

namespace fencepost::sim {
namespace {

using Targets = PlannedFaults::Targets;

// That a fault has struck, and what ends it once it has lasted as long as planned; null when it needs no end.
struct Struck {
  std::function<void()> end = nullptr;
};

constexpr std::uint32_t kSlowFactor = 20;

Node& TargetNode(const PlannedFault& planned, const Targets& targets) {
  return *(*targets.nodes)[planned.target];
}

SimTime UntilOf(const PlannedFault& planned, const Targets& targets) {
  return targets.stage->now() + planned.lasts;
}

void RepairRecords(const Targets& targets) {
  if (targets.vandal->damaged().empty()) return;
  const std::uint64_t repaired = targets.vandal->Repair();
  targets.stage->events().Emit(kWorldActor, RecordsRepaired{repaired});
}

std::optional<Struck> DamageRecord(const PlannedFault& planned, const Targets& targets) {
  const std::optional<RecordDamaged> damage = targets.vandal->Damage(*planned.fault);
  if (!damage.has_value()) return std::nullopt;
  targets.stage->events().Emit(kWorldActor, *damage);
  return Struck{[targets] { RepairRecords(targets); }};
}

std::optional<Struck> CrashNode(const PlannedFault& planned, const Targets& targets) {
  Node& node = TargetNode(planned, targets);
  if (!node.running()) return std::nullopt;
  node.Crash();
  return Struck{[&node] { node.Start(); }};
}

// The clock is off like that until it is set right, or until the node crashes.
std::optional<Struck> DistortClock(const PlannedFault& planned, const Targets& targets,
                                   const ClockDistortion& distortion) {
  Node& node = TargetNode(planned, targets);
  if (!node.running()) return std::nullopt;
  targets.stage->events().Emit(node.actor(), ClockDistorted{planned.fault});
  node.DistortClock(distortion);
  return Struck{[&node, life = node.incarnation()] {
    if (node.running() && node.incarnation() == life) node.DistortClock(ClockDistortion{});
  }};
}

std::int64_t SignedAmount(const PlannedFault& planned) {
  return static_cast<std::int64_t>(planned.other) - 500;
}

std::optional<Struck> SkewClock(const PlannedFault& planned, const Targets& targets) {
  ClockDistortion distortion;
  distortion.offset = std::chrono::milliseconds(SignedAmount(planned));
  return DistortClock(planned, targets, distortion);
}

std::optional<Struck> LetClockDrift(const PlannedFault& planned, const Targets& targets) {
  ClockDistortion distortion;
  distortion.drift_per_million = SignedAmount(planned) * 1000;
  return DistortClock(planned, targets, distortion);
}

std::optional<Struck> SetClockForward(const PlannedFault& planned, const Targets& targets) {
  ClockDistortion distortion;
  distortion.offset = std::chrono::milliseconds(planned.other * 10);
  return DistortClock(planned, targets, distortion);
}

std::optional<Struck> SetClockBack(const PlannedFault& planned, const Targets& targets) {
  ClockDistortion distortion;
  distortion.offset = -std::chrono::milliseconds(planned.other * 10);
  return DistortClock(planned, targets, distortion);
}

// Not quite still: a sleep that begins now has to end some time.
std::optional<Struck> StopClock(const PlannedFault& planned, const Targets& targets) {
  ClockDistortion distortion;
  distortion.drift_per_million = -900'000;
  return DistortClock(planned, targets, distortion);
}

// A catalog of a few versions ago, in its own words.
std::optional<Struck> Gossip(const PlannedFault& planned, const Targets& targets) {
  Node& node = TargetNode(planned, targets);
  const std::uint64_t back = 1 + planned.other % 3;
  const Version newest = targets.record->newest();
  if (!node.running() || newest.value <= back) return std::nullopt;
  CatalogSnapshot snapshot;
  snapshot.version = Version(newest.value - back);
  const std::vector<RouteDescriptor>* const routes = targets.record->ContentAt(snapshot.version);
  if (routes == nullptr) return std::nullopt;
  snapshot.routes = *routes;
  node.OfferSnapshot(snapshot);
  return Struck{};
}

// The network ends it.
std::optional<Struck> Partition(const PlannedFault& planned, const Targets& targets, bool two_way) {
  if (targets.processes == nullptr) return std::nullopt;
  const ActorId node = TargetNode(planned, targets).actor();
  const ActorId other = (*targets.processes)[planned.other % targets.processes->size()];
  if (other == node) return std::nullopt;
  targets.stage->network().Partition(other, node, two_way, UntilOf(planned, targets));
  return Struck{};
}

std::optional<Struck> PartitionOneWay(const PlannedFault& planned, const Targets& targets) {
  return Partition(planned, targets, /*two_way=*/false);
}

std::optional<Struck> PartitionTwoWay(const PlannedFault& planned, const Targets& targets) {
  return Partition(planned, targets, /*two_way=*/true);
}

std::optional<Struck> ChangeLeader(const PlannedFault& planned, const Targets& targets) {
  if (targets.cluster == nullptr || !TargetNode(planned, targets).running()) return std::nullopt;
  const GroupId group(1 + planned.other % targets.config->groups);
  if (!targets.cluster->ChangeLeader(group, planned.target)) return std::nullopt;
  return Struck{};
}

// The scheduler ends it.
std::optional<Struck> PauseNode(const PlannedFault& planned, const Targets& targets) {
  Node& node = TargetNode(planned, targets);
  if (targets.cluster == nullptr || !node.running()) return std::nullopt;
  const SimTime until = UntilOf(planned, targets);
  targets.stage->events().Emit(node.actor(), NodePaused{until});
  targets.cluster->PauseNode(planned.target, until);
  return Struck{};
}

// The network ends it.
std::optional<Struck> SlowNode(const PlannedFault& planned, const Targets& targets) {
  Node& node = TargetNode(planned, targets);
  if (targets.cluster == nullptr || !node.running()) return std::nullopt;
  targets.stage->network().SlowDown(node.actor(), kSlowFactor, UntilOf(planned, targets));
  return Struck{};
}

struct PlannedKind {
  const FaultKind* fault;
  // Strikes the target, or answers nothing when that is not possible now.
  std::optional<Struck> (*strike)(const PlannedFault& planned, const Targets& targets);
};

constexpr std::array kPlannedKinds = {
    PlannedKind{&faults::kRecordBitFlip, DamageRecord},
    PlannedKind{&faults::kRecordTruncation, DamageRecord},
    PlannedKind{&faults::kRecordForeignKey, DamageRecord},
    PlannedKind{&faults::kRecordMissingMetadata, DamageRecord},
    PlannedKind{&faults::kNodeCrash, CrashNode},
    PlannedKind{&faults::kNodePause, PauseNode},
    PlannedKind{&faults::kNodeSlow, SlowNode},
    PlannedKind{&faults::kCatalogGossip, Gossip},
    PlannedKind{&faults::kPartitionOneWay, PartitionOneWay},
    PlannedKind{&faults::kPartitionTwoWay, PartitionTwoWay},
    PlannedKind{&faults::kLeaderChange, ChangeLeader},
    PlannedKind{&faults::kClockSkew, SkewClock},
    PlannedKind{&faults::kClockDrift, LetClockDrift},
    PlannedKind{&faults::kClockJumpForward, SetClockForward},
    PlannedKind{&faults::kClockJumpBack, SetClockBack},
    PlannedKind{&faults::kClockStuck, StopClock},
};

const PlannedKind* FindPlanned(const FaultKind& fault) {
  const auto found = std::ranges::find_if(
      kPlannedKinds, [&fault](const PlannedKind& kind) { return kind.fault->name == fault.name; });
  return found == kPlannedKinds.end() ? nullptr : &*found;
}

}  // namespace

std::span<const FaultKind* const> FaultsByPlan() {
  static constexpr auto kFaults = [] {
    std::array<const FaultKind*, kPlannedKinds.size()> all{};
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = kPlannedKinds[i].fault;
    return all;
  }();
  return kFaults;
}

bool StrikesByPlan(const FaultKind& fault) { return FindPlanned(fault) != nullptr; }

void PlannedFaults::Start(const std::vector<PlannedFault>& faults) {
  for (const PlannedFault& fault : faults) {
    boost::asio::co_spawn(targets_.stage->world().Executor(), Run(fault), boost::asio::detached);
  }
}

Awaitable<void> PlannedFaults::Run(PlannedFault planned) {
  SimRuntime& world = targets_.stage->world();
  const absl::Status slept = co_await world.Sleep(planned.at);
  slept.IgnoreError();
  if (targets_.stage->faults().healed()) co_return;
  const std::optional<Struck> struck = FindPlanned(*planned.fault)->strike(planned, targets_);
  if (!struck.has_value()) co_return;
  targets_.stage->faults().Count(*planned.fault);
  if (struck->end == nullptr) co_return;
  const absl::Status lasted = co_await world.Sleep(planned.lasts);
  lasted.IgnoreError();
  struck->end();
}

void PlannedFaults::Repair() { RepairRecords(targets_); }

}  // namespace fencepost::sim
