// A client of a node's engine: accesses keys, holds snapshots for long, changes the ring's depth.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fencepost/engine/route_history.h"
#include "sim/core/simulation/stage.h"
#include "sim/world/actors/node.h"
#include "sim/world/actors/planned_actor.h"
#include "sim/world/scenario/plan.h"

namespace fencepost::sim {

class Client final : public PlannedActor {
 public:
  // Nothing is owned.
  Client(Stage* stage, const RunConfig* config, const std::vector<std::unique_ptr<Node>>* nodes,
         ActorId actor, std::string name, std::vector<PlannedAction> actions);

  void Start() override;
  bool finished() const override { return finished_; }

 private:
  Awaitable<void> Main();
  Awaitable<void> Access(PlannedAction action);
  Awaitable<void> Hold(PlannedAction action);
  void ChangeDepth(const PlannedAction& action);
  std::vector<std::optional<GroupId>> OwnersOfAllKeys(const RouteHistorySnapshot& snapshot) const;

  Stage* stage_;
  const RunConfig* config_;
  const std::vector<std::unique_ptr<Node>>* nodes_;
  ActorId actor_;
  std::vector<PlannedAction> actions_;
  SimRuntime runtime_;
  bool finished_ = false;
};

}  // namespace fencepost::sim
