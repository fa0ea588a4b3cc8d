// The judges of all engines of a world: one for each life of a node, from its birth to its crash; and of the
// snapshots that clients took from them.
//
// Single-threaded.
#pragma once

#include <map>
#include <memory>

#include "model/invariants/durable_version.h"
#include "sim/core/simulation/stage.h"
#include "sim/world/events/engine_events.h"
#include "sim/world/judges/engine_judge.h"

namespace fencepost::sim {

class EngineJudges {
 public:
  // Listens to what nodes tell from now on. Nothing is owned.
  EngineJudges(Stage* stage, const model::DurableVersionInvariant* durable);
  EngineJudges(const EngineJudges&) = delete;  // subscriptions point at it
  EngineJudges& operator=(const EngineJudges&) = delete;

  // Judges every engine that lives in full.
  void JudgeTheEnd();

 private:
  void JudgeHeldSnapshot(ActorId client, const SnapshotSeenAgain& seen);

  Stage* stage_;
  const model::DurableVersionInvariant* durable_;
  std::map<ActorId, std::unique_ptr<EngineJudge>> living_;  // by node
  bool repaired_ = false;
};

}  // namespace fencepost::sim
