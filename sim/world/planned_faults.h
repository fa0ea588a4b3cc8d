// The faults that strike by plan: what each does to the world, and how long it lasts.
#pragma once

#include <memory>
#include <vector>

#include "sim/world/actors/node.h"
#include "sim/world/data_plane.h"
#include "sim/world/scenario/plan.h"
#include "sim/world/store/record_faults.h"
#include "sim/world/surroundings.h"

namespace fencepost::sim {

class PlannedFaults {
 public:
  // Nothing is owned. `data` is null in a world without groups: what concerns only them does nothing then.
  PlannedFaults(const Surroundings& world, RecordVandal* vandal, DataPlane* data);

  // Starts a coroutine of the world's for each.
  void Start(const std::vector<PlannedFault>& faults);
  // Puts damaged records right again.
  void Repair();

 private:
  Awaitable<void> Strike(PlannedFault planned);
  Awaitable<void> Crash(PlannedFault planned, Node* node);
  Awaitable<void> DistortClock(PlannedFault planned, Node* node);
  Awaitable<void> DamageRecord(PlannedFault planned);
  void StrikeAtOnce(const PlannedFault& planned, Node* node);
  void Gossip(const PlannedFault& planned, Node* node);
  void Partition(const PlannedFault& planned, Node* node);

  void Tell(const std::string& what) const;
  SimTime UntilOf(const PlannedFault& planned) const;

  Surroundings world_;
  RecordVandal* vandal_;
  DataPlane* data_;
};

}  // namespace fencepost::sim
