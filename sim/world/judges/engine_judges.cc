#include "sim/world/judges/engine_judges.h"

#include <fmt/format.h>

#include <string>

#include "model/invariants/invariants.h"
#include "sim/world/events/catalog_events.h"
#include "sim/world/events/node_events.h"

namespace fencepost::sim {

EngineJudges::EngineJudges(Stage* stage, const model::DurableVersionInvariant* durable)
    : stage_(stage), durable_(durable) {
  Events& events = stage->events();
  events.Subscribe<EngineBorn>([this](ActorId node, const EngineBorn& born) {
    living_[node] = std::make_unique<EngineJudge>(stage_, durable_, std::string(stage_->NameOf(node)), born);
  });
  events.Subscribe<NodeCrashed>([this](ActorId node, const NodeCrashed&) { living_.erase(node); });
  events.Subscribe<EngineReached>(
      [this](ActorId node, const EngineReached&) { living_.at(node)->OnReached(repaired_); });
  events.Subscribe<KeyAccessed>(
      [this](ActorId node, const KeyAccessed& accessed) { living_.at(node)->OnAccess(*accessed.key); });
  events.Subscribe<RangeSplit>(
      [this](ActorId node, const RangeSplit& split) { living_.at(node)->OnSplit(split); });
  events.Subscribe<RingDepthChanged>(
      [this](ActorId node, const RingDepthChanged& changed) { living_.at(node)->OnDepthChanged(changed); });
  events.Subscribe<RecordsRepaired>([this](ActorId, const RecordsRepaired&) { repaired_ = true; });
  events.Subscribe<SnapshotSeenAgain>(
      [this](ActorId client, const SnapshotSeenAgain& seen) { JudgeHeldSnapshot(client, seen); });
}

void EngineJudges::JudgeTheEnd() {
  for (const auto& [node, judge] : living_) judge->JudgeInFull();
}

void EngineJudges::JudgeHeldSnapshot(ActorId client, const SnapshotSeenAgain& seen) {
  const auto take = [this](std::string sentence) {
    Violation violation;
    violation.invariant = model::kHistoryRing;
    violation.sentence = std::move(sentence);
    stage_->verdicts().Take(std::move(violation));
  };
  if (*seen.held != *seen.before) {
    take(fmt::format("the snapshot of version {} that {} held has changed its owners", seen.version.value,
                     stage_->NameOf(client)));
  }
  if (seen.in_ring != nullptr && *seen.in_ring != *seen.before) {
    take(fmt::format("version {} in the ring of {} is not what {} was given before", seen.version.value,
                     stage_->NameOf(seen.node), stage_->NameOf(client)));
  }
}

}  // namespace fencepost::sim
