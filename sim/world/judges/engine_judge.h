// Judges the engine of one life of a node: its version, its ring, its splits, and the naive reference engine
// that is stepped beside it.
//
// Single-threaded.
#pragma once

#include <string>

#include "fencepost/engine/engine.h"
#include "model/invariants/durable_version.h"
#include "model/invariants/engine_version.h"
#include "model/invariants/history_ring.h"
#include "model/invariants/hot_split.h"
#include "sim/core/simulation/stage.h"
#include "sim/world/events/engine_events.h"
#include "sim/world/judges/engine_twin.h"

namespace fencepost::sim {

class EngineJudge {
 public:
  // `born.engine` has applied nothing yet. Nothing is owned; all outlive the judge. `who` names the node.
  EngineJudge(Stage* stage, const model::DurableVersionInvariant* durable, std::string who,
              const EngineBorn& born);

  // `repaired`: whether records of the catalog have ever been repaired.
  void OnReached(bool repaired);
  void OnAccess(const std::string& key);
  void OnSplit(const RangeSplit& split);
  void OnDepthChanged(const RingDepthChanged& changed);

  // Everything that can be asked of it.
  void JudgeInFull();

 private:
  void Take(model::Verdict verdict);

  Stage* stage_;
  const model::DurableVersionInvariant* durable_;
  std::string who_;
  const Engine* engine_;
  EngineTwin twin_;
  model::EngineVersionInvariant version_;
  model::HistoryRingInvariant ring_;
  model::AccessCounts accesses_;  // since the table was applied; of a half, since it was split off
};

}  // namespace fencepost::sim
