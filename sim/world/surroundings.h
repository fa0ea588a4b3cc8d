// What every actor of a world is given: the things they all share. Nothing is owned here; the World owns it
// all.
#pragma once

#include <memory>
#include <vector>

#include "fencepost/store/memory_store.h"
#include "sim/core/choices/errand.h"
#include "sim/core/runtime/scheduler.h"
#include "sim/core/runtime/sim_runtime.h"
#include "sim/core/runtime/trace.h"
#include "sim/world/fault_kinds.h"
#include "sim/world/judges/judge.h"
#include "sim/world/mark_kinds.h"
#include "sim/world/scenario/config.h"
#include "sim/world/scenario/scenario.h"
#include "sim/world/store/store_faults.h"

namespace fencepost::sim {

class Cluster;
class HistoryRecorder;
class Network;
class Node;
class TimestampOracle;

struct Surroundings {
  const Scenario* scenario = nullptr;
  const RunConfig* config = nullptr;
  Choices* choices = nullptr;
  Errands* errands = nullptr;
  Trace* trace = nullptr;
  Scheduler* scheduler = nullptr;
  SimRuntime* world_runtime = nullptr;  // runs what outlives any actor
  MemoryStore* store = nullptr;
  FaultInjector* faults = nullptr;
  Marks* marks = nullptr;
  Judge* judge = nullptr;
  const std::vector<std::unique_ptr<Node>>* nodes = nullptr;

  // Null in a world without groups.
  Network* network = nullptr;
  Cluster* cluster = nullptr;
  TimestampOracle* oracle = nullptr;
  HistoryRecorder* history = nullptr;
};

}  // namespace fencepost::sim
