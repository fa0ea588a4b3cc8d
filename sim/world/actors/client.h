// A client of a node's engine: accesses keys, holds snapshots for long, changes the ring's depth.
#pragma once

#include <string>
#include <vector>

#include "fencepost/engine/route_history.h"
#include "sim/world/actors/node.h"
#include "sim/world/scenario/plan.h"
#include "sim/world/surroundings.h"

namespace fencepost::sim {

class Client {
 public:
  // `nodes` is the world's and outlives the client.
  Client(const Surroundings& world, ActorId actor, std::string name, std::vector<PlannedAction> actions,
         std::vector<std::unique_ptr<Node>>* nodes);

  void Start();
  bool finished() const { return finished_; }
  const std::string& name() const { return name_; }

 private:
  Awaitable<void> Main();
  Awaitable<void> Access(PlannedAction action);
  Awaitable<void> Hold(PlannedAction action);
  void ChangeDepth(const PlannedAction& action);
  std::vector<std::optional<GroupId>> OwnersOfAllKeys(const RouteHistorySnapshot& snapshot) const;

  Surroundings world_;
  std::string name_;
  std::vector<PlannedAction> actions_;
  std::vector<std::unique_ptr<Node>>* nodes_;
  SimRuntime runtime_;
  bool finished_ = false;
};

}  // namespace fencepost::sim
