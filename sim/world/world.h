// A whole simulated world: production objects in simulated surroundings, run once from start to judgement.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fencepost/store/memory_store.h"
#include "model/invariants/violation.h"
#include "sim/core/choices/choices.h"
#include "sim/core/runtime/scheduler.h"
#include "sim/core/runtime/trace.h"
#include "sim/world/actors/client.h"
#include "sim/world/actors/node.h"
#include "sim/world/actors/operator.h"
#include "sim/world/data_plane.h"
#include "sim/world/fault_kinds.h"
#include "sim/world/judges/judge.h"
#include "sim/world/mark_kinds.h"
#include "sim/world/planned_faults.h"
#include "sim/world/scenario/config.h"
#include "sim/world/scenario/plan.h"
#include "sim/world/scenario/scenario.h"
#include "sim/world/store/record_faults.h"
#include "sim/world/surroundings.h"

namespace fencepost::sim {

// How one run ended.
struct RunOutcome {
  std::optional<model::Violation> violation;
  SimTime violated_at{0};
  std::uint64_t violated_step = 0;  // the task during which it was noticed, counted from 1

  TraceHash hash;
  std::uint64_t steps = 0;  // tasks run
  SimTime simulated{0};
  PerFault<std::uint64_t> faults{};
  std::array<std::uint64_t, kMarkCount> marks{};
};

class World {
 public:
  // Nothing is owned; all must outlive the world.
  World(const Scenario& scenario, const RunConfig& config, const Plan& plan, Choices* choices, Trace* trace);

  // Runs until the first violation, until everything has come to rest, or until the scenario's time is up; at
  // most `step_limit` tasks. Once per world.
  RunOutcome Run(std::uint64_t step_limit = UINT64_MAX);

 private:
  Surroundings Share();
  void AddActors(const Plan& plan);
  void SeedCatalog();
  Awaitable<void> HealAfterFaultWindow();
  bool EverythingDone();
  bool AtRest() const;
  void JudgeTheEnd();
  void CheckLiveness();

  const Scenario& scenario_;
  const RunConfig& config_;
  const Plan& plan_;
  Choices* choices_;
  Errands errands_;
  Trace* trace_;

  MemoryStore store_;
  FaultInjector faults_;
  RecordVandal vandal_;
  Marks marks_;
  Scheduler scheduler_;
  SimRuntime runtime_;  // the world's own
  Judge judge_;
  std::unique_ptr<DataPlane> data_;  // null in a world without groups
  std::unique_ptr<PlannedFaults> planned_faults_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::vector<std::unique_ptr<Operator>> operators_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::optional<SimTime> healed_at_;
};

}  // namespace fencepost::sim
