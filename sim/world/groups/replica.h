// A group's replica on one node: applies the group's log in order, at its own pace, and keeps a durable
// snapshot.
//
// Its state is in the memory of its node's process and lost with it. What is durable is the log and the
// replica's last snapshot, taken every few entries: a new life restores that and replays the log from there,
// through the same state machine. A replica that has fallen behind may be given another one's snapshot in
// place of the entries.
//
// Single-threaded. The object outlives the lives of its node.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fencepost/fence/ownership_entry.h"
#include "sim/core/simulation/stage.h"
#include "sim/world/groups/group_log.h"
#include "sim/world/groups/group_state.h"
#include "sim/world/groups/host.h"

namespace fencepost::sim {

class Replica {
 public:
  struct Identity {
    GroupId group;
    std::size_t node = 0;
  };
  // Gets what applying an entry said.
  using Answer = std::function<void(const Applied&)>;

  // Nothing is owned. `peers` are all replicas of the group by node, this one among them.
  Replica(Stage* stage, Identity identity, FenceRules rules, std::uint32_t snapshot_every,
          const GroupLog* log, const Host* host, const std::vector<std::unique_ptr<Replica>>* peers);
  Replica(const Replica&) = delete;  // tasks point back at it
  Replica& operator=(const Replica&) = delete;

  // Its node's process is up: restores the snapshot and begins to replay. Down: forgets everything else.
  void Start();
  void Crash();

  // The log has grown.
  void CatchUpSoon();

  // Runs `then` in this process once everything up to `index` is applied: at once if it is, never if it
  // crashes first.
  void WhenApplied(LogIndex index, std::function<void()> then);
  // Gets the answer when the entry at `index` is applied; never if it crashes first, or skips the entry with
  // a snapshot. REQUIRES: it has not been applied.
  void AnswerWhenApplied(LogIndex index, Answer answer);

  // Null while the node is down.
  const GroupState* state() const { return state_.has_value() ? &*state_ : nullptr; }
  LogIndex applied() const { return state_.has_value() ? state_->applied() : LogIndex(0); }
  bool HasAppliedAll() const { return applied() == log_->last(); }

  // The state that its last durable snapshot holds.
  GroupState SnapshotState() const;
  // The verdict of this life's route cache; empty where none is asked.
  const CacheVerdict& cache() const { return cache_; }

 private:
  struct Snapshot {
    LogIndex index;
    std::string bytes;  // empty at index 0
  };
  struct Waiting {
    LogIndex index;
    std::function<void()> then;
  };
  struct Asking {
    LogIndex index;
    Answer answer;
  };

  // How long until it applies what it has not, as the errand of the first of it has it.
  SimTime DrawLag();
  void CatchUp();
  void ApplyNext();
  void HitMarks(const Entry& entry, const Applied& applied);
  void ReleaseWaiting();
  bool InstallsSnapshot();

  Stage* stage_;
  Identity identity_;
  FenceRules rules_;
  std::uint32_t snapshot_every_;
  const GroupLog* log_;
  const Host* host_;
  const std::vector<std::unique_ptr<Replica>>* peers_;
  Stream fault_stream_;

  std::shared_ptr<const Snapshot> durable_;

  // What a crash loses.
  std::optional<GroupState> state_;
  CacheVerdict cache_;
  std::vector<Waiting> waiting_;
  std::vector<Asking> asking_;
  bool catching_up_ = false;  // a task is under way
};

}  // namespace fencepost::sim
