#include "sim/world/judges/engine_marks.h"

#include "sim/world/events/node_events.h"
#include "sim/world/mark_kinds.h"

namespace fencepost::sim {

EngineMarks::EngineMarks(Stage* stage, const CatalogRecord* record) : stage_(stage), record_(record) {
  Events& events = stage->events();
  events.Subscribe<EngineBorn>(
      [this](ActorId node, const EngineBorn& born) { engines_[node] = born.engine; });
  events.Subscribe<NodeCrashed>([this](ActorId node, const NodeCrashed&) {
    crashed_.insert(node);
    split_.erase(node);
  });
  events.Subscribe<EngineReached>(
      [this](ActorId node, const EngineReached& reached) { OnReached(node, reached); });
  events.Subscribe<RangeSplit>([this](ActorId node, const RangeSplit&) {
    split_.insert(node);
    stage_->marks().Hit(marks::kRangeSplit);
  });
  events.Subscribe<RingDepthChanged>([this](ActorId, const RingDepthChanged& changed) {
    if (changed.depth < changed.held) stage_->marks().Hit(marks::kRingShrunk);
  });
  events.Subscribe<OfferRefused>([this](ActorId, const OfferRefused& refused) {
    if (refused.offered < refused.at) stage_->marks().Hit(marks::kOldSnapshotRefused);
  });
  events.Subscribe<WatcherSpoke>([this](ActorId, const WatcherSpoke& spoke) {
    if (spoke.severity != Severity::kInfo && record_->is_damaged()) {
      stage_->marks().Hit(marks::kEngineKeptLastGood);
    }
  });
  events.Subscribe<SnapshotSeenAgain>([this](ActorId, const SnapshotSeenAgain& seen) {
    if (seen.same_life && seen.in_ring == nullptr) stage_->marks().Hit(marks::kSnapshotEvictedWhileHeld);
  });
}

void EngineMarks::OnReached(ActorId node, const EngineReached& reached) {
  Marks& marks = stage_->marks();
  if (reached.from > Version(0) && reached.version.value > reached.from.value + 1) {
    marks.Hit(marks::kVersionSkipped);
  }
  if (engines_.at(node)->History().RecordedVersions().front() > Version(0)) marks.Hit(marks::kRingFull);
  if (split_.erase(node) > 0) marks.Hit(marks::kSplitLostAtApply);
  if (reached.version == record_->newest() && crashed_.erase(node) > 0) {
    marks.Hit(marks::kNodeCaughtUpAfterCrash);
  }
}

}  // namespace fencepost::sim
