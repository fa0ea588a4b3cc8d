#include "sim/world/groups/replica.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <utility>
#include <variant>

#include "fencepost/base/error.h"
#include "sim/world/fault_kinds.h"
#include "sim/world/groups/cache_verdict.h"
#include "sim/world/groups/group_events.h"
#include "sim/world/mark_kinds.h"

namespace fencepost::sim {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::microseconds kLagStep(500);
constexpr std::uint64_t kLagSteps = 5;
constexpr milliseconds kLongLag(50);
constexpr milliseconds kLongLagStep(50);
constexpr std::uint64_t kLongLagSteps = 8;

// So many entries apart are many.
constexpr std::uint64_t kFarApart = 5;

}  // namespace

Replica::Replica(Stage* stage, Identity identity, FenceRules rules, std::uint32_t snapshot_every,
                 const GroupLog* log, const Host* host, const std::vector<std::unique_ptr<Replica>>* peers)
    : stage_(stage),
      identity_(identity),
      rules_(rules),
      snapshot_every_(snapshot_every),
      log_(log),
      host_(host),
      peers_(peers),
      fault_stream_(stage->choices().Open(
          fmt::format("group-{}/replica-{}/faults", identity.group.value, identity.node + 1))),
      durable_(std::make_shared<const Snapshot>()) {
  assert(snapshot_every > 0);
}

void Replica::Start() {
  state_.emplace(SnapshotState());
  cache_ = MakeCacheVerdict(rules_, identity_.group, host_->engine);
  if (durable_->index > LogIndex(0)) {
    stage_->marks().Hit(marks::kReplicaRestoredFromSnapshot);
    stage_->events().Emit(host_->actor, ReplicaRestored{identity_.group, durable_->index});
  }
  CatchUpSoon();
}

void Replica::Crash() {
  state_.reset();
  cache_ = nullptr;
  waiting_.clear();
  asking_.clear();
  catching_up_ = false;
}

void Replica::CatchUpSoon() {
  if (!state_.has_value() || catching_up_ || HasAppliedAll()) return;
  catching_up_ = true;
  stage_->scheduler().Suspend(host_->runtime->sim_executor().incarnation(), stage_->now() + DrawLag(),
                              [this](Wake) { CatchUp(); });
}

SimTime Replica::DrawLag() {
  Stream& stream = log_->ErrandAt(LogIndex(applied().value + 1))->OfReplica(identity_.node);
  if (stage_->faults().Fires(faults::kReplicaLag, stream)) {
    const SimTime lag = kLongLag + kLongLagStep * stream.Below(kLongLagSteps, "long-lag");
    stage_->events().Emit(host_->actor, ReplicaLagged{identity_.group, lag});
    return lag;
  }
  return kLagStep * stream.Below(kLagSteps, "lag");
}

void Replica::CatchUp() {
  catching_up_ = false;
  if (log_->last().value - applied().value >= kFarApart) stage_->marks().Hit(marks::kReplicasBehindEachOther);
  if (!InstallsSnapshot()) {
    // Whoever is told of it may have the node crash.
    while (state_.has_value() && !HasAppliedAll()) ApplyNext();
  }
  ReleaseWaiting();
  CatchUpSoon();
}

void Replica::ApplyNext() {
  const LogIndex index(state_->applied().value + 1);
  const Entry& entry = log_->At(index);
  const Applied applied = state_->Apply(entry, cache_);
  HitMarks(entry, applied);
  if (index.value % snapshot_every_ == 0) {
    durable_ = std::make_shared<const Snapshot>(Snapshot{index, state_->Save()});
  }
  stage_->events().Emit(host_->actor,
                        EntryApplied{identity_.group, index, identity_.node, &entry, &applied, &*state_});
  const auto asking = std::ranges::find(asking_, index, &Asking::index);
  if (asking == asking_.end()) return;
  const Answer answer = std::move(asking->answer);
  asking_.erase(asking);
  answer(applied);
}

void Replica::HitMarks(const Entry& entry, const Applied& applied) {
  if (!IsError(applied.status, Error::kOwnershipEntryStale)) return;
  if (std::holds_alternative<OwnershipEntry>(entry)) stage_->marks().Hit(marks::kLateEntryRefused);
  if (std::holds_alternative<CopyEntry>(entry)) stage_->marks().Hit(marks::kLateChunkRefused);
}

void Replica::WhenApplied(LogIndex index, std::function<void()> then) {
  if (applied() >= index) return then();
  waiting_.push_back(Waiting{index, std::move(then)});
}

void Replica::AnswerWhenApplied(LogIndex index, Answer answer) {
  assert(applied() < index);
  asking_.push_back(Asking{index, std::move(answer)});
}

void Replica::ReleaseWaiting() {
  if (waiting_.empty()) return;
  std::vector<Waiting> still_waiting;
  for (Waiting& waiting : std::exchange(waiting_, {})) {
    if (applied() >= waiting.index) {
      waiting.then();
    } else {
      still_waiting.push_back(std::move(waiting));
    }
  }
  if (state_.has_value()) waiting_ = std::move(still_waiting);
}

// Instead of the entries, when another replica has a snapshot of a later position, and the fault strikes.
bool Replica::InstallsSnapshot() {
  std::shared_ptr<const Snapshot> latest = durable_;
  for (const std::unique_ptr<Replica>& peer : *peers_) {
    if (peer->durable_->index > latest->index) latest = peer->durable_;
  }
  if (latest->index <= applied()) return false;
  if (!stage_->faults().Fires(faults::kSnapshotInstall, fault_stream_)) return false;
  durable_ = std::move(latest);
  state_.emplace(SnapshotState());
  std::erase_if(asking_, [this](const Asking& asking) { return asking.index <= applied(); });
  stage_->events().Emit(host_->actor, SnapshotInstalled{identity_.group, durable_->index});
  return true;
}

GroupState Replica::SnapshotState() const {
  if (durable_->index == LogIndex(0)) return GroupState(identity_.group, rules_);
  absl::StatusOr<GroupState> restored = GroupState::Restore(identity_.group, rules_, durable_->bytes);
  assert(restored.ok());
  return *std::move(restored);
}

}  // namespace fencepost::sim
