#include "sim/world/planned_faults.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace fencepost::sim {
namespace {

constexpr std::uint32_t kSlowFactor = 20;

// What a clock fault does to a clock; `amount` is below 1000.
ClockDistortion DistortionOf(Fault fault, std::uint64_t amount) {
  ClockDistortion distortion;
  const std::int64_t signed_amount = static_cast<std::int64_t>(amount) - 500;
  if (fault == faults::kClockSkew) distortion.offset = std::chrono::milliseconds(signed_amount);
  if (fault == faults::kClockDrift) distortion.drift_per_million = signed_amount * 1000;
  if (fault == faults::kClockJumpForward) distortion.offset = std::chrono::milliseconds(amount * 10);
  if (fault == faults::kClockJumpBack)
    distortion.offset = -std::chrono::milliseconds(static_cast<std::int64_t>(amount) * 10);
  // Not quite still: a sleep that begins now has to end some time.
  if (fault == faults::kClockStuck) distortion.drift_per_million = -900'000;
  return distortion;
}

}  // namespace

PlannedFaults::PlannedFaults(const Surroundings& world, RecordVandal* vandal, DataPlane* data)
    : world_(world), vandal_(vandal), data_(data) {}

void PlannedFaults::Start(const std::vector<PlannedFault>& faults) {
  for (const PlannedFault& fault : faults) {
    boost::asio::co_spawn(world_.world_runtime->Executor(), Strike(fault), boost::asio::detached);
  }
}

void PlannedFaults::Tell(const std::string& what) const {
  world_.trace->Event(world_.scheduler->now(), 0, what);
}

SimTime PlannedFaults::UntilOf(const PlannedFault& planned) const {
  return world_.scheduler->now() + planned.lasts;
}

Awaitable<void> PlannedFaults::Strike(PlannedFault planned) {
  const absl::Status slept = co_await world_.world_runtime->Sleep(planned.at);
  slept.IgnoreError();
  if (world_.faults->healed()) co_return;
  Node* const node = (*world_.nodes)[planned.target].get();
  switch (planned.fault) {
    case faults::kRecordBitFlip:
    case faults::kRecordTruncation:
    case faults::kRecordForeignKey:
    case faults::kRecordMissingMetadata:
      co_await DamageRecord(planned);
      co_return;
    case faults::kNodeCrash:
      co_await Crash(planned, node);
      co_return;
    case faults::kClockSkew:
    case faults::kClockDrift:
    case faults::kClockJumpForward:
    case faults::kClockJumpBack:
    case faults::kClockStuck:
      co_await DistortClock(planned, node);
      co_return;
    default:
      StrikeAtOnce(planned, node);
  }
}

// Those that need nobody to end them.
void PlannedFaults::StrikeAtOnce(const PlannedFault& planned, Node* node) {
  if (planned.fault == faults::kCatalogGossip) return Gossip(planned, node);
  if (data_ == nullptr) return;
  if (planned.fault == faults::kPartitionOneWay || planned.fault == faults::kPartitionTwoWay) {
    return Partition(planned, node);
  }
  if (planned.fault == faults::kLeaderChange) {
    if (!node->running()) return;
    const GroupId group(1 + planned.other % world_.config->groups);
    if (data_->cluster().ChangeLeader(group, planned.target)) world_.faults->Count(planned.fault);
    return;
  }
  if (!node->running()) return;
  world_.faults->Count(planned.fault);
  if (planned.fault == faults::kNodePause) {
    Tell(fmt::format("{} stands still", node->name()));
    data_->cluster().PauseNode(planned.target, UntilOf(planned));
  } else if (planned.fault == faults::kNodeSlow) {
    Tell(fmt::format("{} becomes slow", node->name()));
    data_->network().SlowDown(node->actor(), kSlowFactor, UntilOf(planned));
  }
}

void PlannedFaults::Partition(const PlannedFault& planned, Node* node) {
  const std::vector<ActorId>& processes = data_->processes();
  const ActorId other = processes[planned.other % processes.size()];
  if (other == node->actor()) return;
  world_.faults->Count(planned.fault);
  data_->network().Partition(other, node->actor(), planned.fault == faults::kPartitionTwoWay,
                             UntilOf(planned));
}

// A catalog of a few versions ago, in its own words.
void PlannedFaults::Gossip(const PlannedFault& planned, Node* node) {
  const model::DurableVersionInvariant& durable = world_.judge->durable();
  const std::uint64_t back = 1 + planned.other % 3;
  if (!node->running() || durable.newest().value <= back) return;
  CatalogSnapshot snapshot;
  snapshot.version = Version(durable.newest().value - back);
  const std::vector<RouteDescriptor>* routes = durable.ContentAt(snapshot.version);
  if (routes == nullptr) return;
  snapshot.routes = *routes;
  world_.faults->Count(planned.fault);
  Tell(fmt::format("{} is told of version {} again", node->name(), snapshot.version.value));
  node->OfferSnapshot(snapshot);
}

Awaitable<void> PlannedFaults::Crash(PlannedFault planned, Node* node) {
  if (!node->running()) co_return;
  world_.faults->Count(planned.fault);
  node->Crash();
  const absl::Status down = co_await world_.world_runtime->Sleep(planned.lasts);
  down.IgnoreError();
  node->Start();
}

Awaitable<void> PlannedFaults::DistortClock(PlannedFault planned, Node* node) {
  if (!node->running()) co_return;
  world_.faults->Count(planned.fault);
  Tell(fmt::format("{}: the clock of {} goes wrong", Describe(planned.fault).name, node->name()));
  node->DistortClock(DistortionOf(planned.fault, planned.other));
  const std::size_t life = node->incarnation();
  const absl::Status lasted = co_await world_.world_runtime->Sleep(planned.lasts);
  lasted.IgnoreError();
  if (node->running() && node->incarnation() == life) node->DistortClock(ClockDistortion{});
}

Awaitable<void> PlannedFaults::DamageRecord(PlannedFault planned) {
  const std::optional<std::string> damage = vandal_->Damage(planned.fault);
  if (!damage.has_value()) co_return;
  Tell(*damage);
  const absl::Status lasted = co_await world_.world_runtime->Sleep(planned.lasts);
  lasted.IgnoreError();
  Repair();
}

void PlannedFaults::Repair() {
  if (vandal_->damaged().empty()) return;
  const int repaired = vandal_->Repair();
  Tell(fmt::format("{} damaged records were repaired", repaired));
  world_.judge->OnRepaired();
  world_.marks->Hit(marks::kCatalogRepaired);
}

}  // namespace fencepost::sim
