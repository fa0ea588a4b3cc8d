// Those who use the data of a world, and those who move it; and the auditor, who reads all of it at the end.
//
// Made after the nodes. Single-threaded.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fencepost/store/memory_store.h"
#include "sim/core/simulation/stage.h"
#include "sim/world/actors/fresh_elements.h"
#include "sim/world/actors/mover.h"
#include "sim/world/actors/node.h"
#include "sim/world/actors/transactor.h"
#include "sim/world/data_plane.h"
#include "sim/world/scenario/plan.h"
#include "sim/world/scenario/scenario.h"

namespace fencepost::sim {

class DataUsers {
 public:
  // What they work with. Nothing is owned; `nodes` are all there already.
  struct Surroundings {
    Stage* stage;
    const Scenario* scenario;
    const RunConfig* config;
    MemoryStore* store;
    const std::vector<std::unique_ptr<Node>>* nodes;
    DataPlane* data;
  };

  // Adds its actors to the stage.
  DataUsers(const Surroundings& surroundings, const Plan& plan);
  DataUsers(const DataUsers&) = delete;  // its actors point at it
  DataUsers& operator=(const DataUsers&) = delete;

  void Start();

  // Whether everybody has finished and every replica has applied everything.
  bool AtRest() const;
  // Reads every key, as any client would, once everything else is at rest; true when that is done.
  bool Audited();
  // Who has not finished, by name; for a liveness report.
  std::vector<std::string> Unfinished() const;

  // Transactors and movers, in the order of their numbers.
  const std::vector<ActorId>& actors() const { return actors_; }

 private:
  const Cluster* cluster_;
  FreshElements elements_;
  std::vector<std::unique_ptr<Transactor>> transactors_;
  std::vector<std::unique_ptr<Mover>> movers_;
  std::unique_ptr<Transactor> auditor_;
  std::vector<ActorId> actors_;
  bool auditing_ = false;
};

}  // namespace fencepost::sim
