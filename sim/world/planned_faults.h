// The faults that strike by plan: what each does to the world, and what ends it.
//
// Each is one function in planned_faults.cc, listed in the table there. A fault that was planned and finds
// nobody whom it could strike (a node that is down, a world without groups) is not counted.
//
// Single-threaded.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "sim/core/simulation/stage.h"
#include "sim/world/actors/node.h"
#include "sim/world/groups/cluster.h"
#include "sim/world/scenario/plan.h"
#include "sim/world/store/catalog_record.h"
#include "sim/world/store/record_faults.h"

namespace fencepost::sim {

// All of them. Thread-safe.
std::span<const FaultKind* const> FaultsByPlan();
// Whether a fault strikes by plan rather than when an operation meets it.
bool StrikesByPlan(const FaultKind& fault);

class PlannedFaults {
 public:
  // What they strike. Nothing is owned.
  struct Targets {
    Stage* stage;
    const RunConfig* config;
    const std::vector<std::unique_ptr<Node>>* nodes;
    RecordVandal* vandal;
    const CatalogRecord* record;
    Cluster* cluster;                       // null in a world without groups
    const std::vector<ActorId>* processes;  // who is on the network; null in a world without groups
  };
  explicit PlannedFaults(const Targets& targets) : targets_(targets) {}

  // Starts a coroutine of the world's for each. Once.
  void Start(const std::vector<PlannedFault>& faults);
  // Puts damaged records right again.
  void Repair();

 private:
  Awaitable<void> Run(PlannedFault planned);

  Targets targets_;
};

}  // namespace fencepost::sim
