// A whole simulated world: production objects in simulated surroundings, run once from start to judgement.
//
// Single-threaded.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "fencepost/store/memory_store.h"
#include "sim/core/simulation/simulation.h"
#include "sim/core/simulation/stage.h"
#include "sim/world/actors/node.h"
#include "sim/world/actors/planned_actor.h"
#include "sim/world/data_plane.h"
#include "sim/world/data_users.h"
#include "sim/world/events/save_token.h"
#include "sim/world/judges/catalog_judge.h"
#include "sim/world/judges/engine_judges.h"
#include "sim/world/judges/engine_marks.h"
#include "sim/world/judges/liveness_judge.h"
#include "sim/world/judges/save_marks.h"
#include "sim/world/planned_faults.h"
#include "sim/world/scenario/config.h"
#include "sim/world/scenario/plan.h"
#include "sim/world/scenario/scenario.h"
#include "sim/world/store/catalog_record.h"
#include "sim/world/store/record_faults.h"

namespace fencepost::sim {

class World {
 public:
  // Nothing is owned; all must outlive the world. `config` and `plan` were drawn from `scenario`.
  World(Stage* stage, const Scenario& scenario, const RunConfig& config, const Plan& plan);

  // Runs until the first violation, until everything has come to rest, or until the scenario's time is up.
  // Once per world.
  RunOutcome Run(const RunLimits& limits);

 private:
  void AddActors(const Plan& plan);
  // One actor of `kind` for each of the plan, made by `make(actor, name, actions)`.
  template <class Make>
  void AddPlanned(const ActorKind& kind, const Plan& plan, const Make& make);
  CatalogSnapshot FoundCatalog();
  void StartEverybody();
  Awaitable<void> HealAfterFaultWindow();
  bool IsUpToDate(const Node& node) const;
  bool EverythingDone();
  bool AtRest() const;
  void JudgeTheEnd();
  void JudgeLiveness();

  Stage* stage_;
  const Scenario& scenario_;
  const RunConfig& config_;
  const Plan& plan_;

  MemoryStore store_;
  SaveTokens tokens_;
  RecordVandal vandal_;

  // Who listens, in this order.
  CatalogRecord record_;
  CatalogJudge catalog_judge_;
  SaveMarks save_marks_;
  EngineJudges engine_judges_;
  EngineMarks engine_marks_;
  LivenessJudge liveness_judge_;

  // Who acts.
  std::unique_ptr<DataPlane> data_;  // null in a world without groups
  std::vector<std::unique_ptr<Node>> nodes_;
  std::vector<std::unique_ptr<PlannedActor>> actors_;  // operators, clients
  std::unique_ptr<DataUsers> users_;                   // of data_
  std::vector<ActorId> processes_;                     // on the network: nodes, and the users of data_
  std::optional<PlannedFaults> planned_faults_;
  std::optional<SimTime> healed_at_;
};

}  // namespace fencepost::sim
