// The groups of a world: for each, one agreed log, a leader, and a replica on each of its nodes. Raft as a
// black box.
//
// What is agreed on stays agreed on, whatever crashes: the log and the replicas' snapshots are durable. A
// leader takes proposals while its process is up; who leads can change at any time, and a proposal that was
// under way then is lost, or appended unseen by its proposer.
//
// Emits EntryAgreed and EntryApplied, and what else is in events/group_events.h.
//
// Any replica serves reads: it asks how far its group is when the read arrives, and answers from its own
// state once it has applied all of that. No safety rests on a clock or a lease.
//
// Single-threaded.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/engine/engine.h"
#include "sim/core/simulation/stage.h"
#include "sim/world/groups/entry.h"
#include "sim/world/groups/group_log.h"
#include "sim/world/groups/group_state.h"
#include "sim/world/groups/host.h"
#include "sim/world/groups/replica.h"

namespace fencepost::sim {

struct ClusterOptions {
  std::uint32_t groups = 2;           // numbered from 1
  std::uint32_t nodes = 3;            // numbered from 0; every node has a replica of every group
  std::uint32_t snapshot_every = 12;  // entries between two durable snapshots of a replica
  FenceRules rules;
};

// What a node answers to a proposal: the state machine's answer, or FailedPrecondition "not the leader" with
// a hint, or Unavailable, which says nothing about whether the entry was appended.
struct ProposalAnswer {
  absl::Status status;
  std::optional<TransactionRecord> record;
  std::optional<std::size_t> leader_hint;  // set iff this node did not lead; the entry was not appended
};
struct ReadAnswer {
  absl::StatusOr<std::vector<KeyView>> keys;
};

class Cluster {
 public:
  using Look = std::function<void(const GroupState&)>;

  // Nothing is owned. `node_actors` are the nodes' actors, by node.
  Cluster(Stage* stage, const ClusterOptions& options, const std::vector<ActorId>& node_actors);
  Cluster(const Cluster&) = delete;  // tasks point back at it
  Cluster& operator=(const Cluster&) = delete;
  ~Cluster();

  // Initial tenures and the like: appended before anything runs.
  void AppendAtOnce(GroupId group, Entry entry);

  // The process of that node is up: its replicas restore their snapshots and replay. `engine` is the life's
  // own, for the published verdicts; both outlive the life.
  void NodeStarted(std::size_t node, SimRuntime* runtime, Engine* engine);
  // Call it once the scheduler has killed the process.
  void NodeCrashed(std::size_t node);
  // The process stands still until then (Scheduler::Pause); if that lasts, others take over what it leads.
  void PauseNode(std::size_t node, SimTime until);

  // What runs in the process of `node` when a request arrives there. The answer goes out through `reply`, in
  // that process, once or never. A node that is down answers nothing. `errand` is what the entry is proposed
  // for.
  void OnProposal(std::size_t node, GroupId group, Errand* errand, SharedEntry entry,
                  std::function<void(ProposalAnswer)> reply);
  void OnRead(std::size_t node, GroupId group, std::vector<std::string> keys,
              std::function<void(ReadAnswer)> reply);
  // Runs `look` on the replica's state once it has applied what was agreed on when this arrived.
  void OnLook(std::size_t node, GroupId group, Look look);
  // Runs `look` on the replica's state as it is.
  void OnLookAtOnce(std::size_t node, GroupId group, const Look& look) const;

  // Who leads, or was the last to.
  std::size_t LeaderOf(GroupId group) const;
  // The leader-change fault. Returns whether anything changed: a node that does not respond leads nothing.
  bool ChangeLeader(GroupId group, std::size_t node);

  LogIndex CommitIndex(GroupId group) const;
  LogIndex AppliedBy(GroupId group, std::size_t node) const;  // 0 when down
  ActorId ActorOf(std::size_t node) const { return hosts_[node].actor; }
  const Engine* EngineOf(std::size_t node) const { return hosts_[node].engine; }  // null when down
  const ClusterOptions& options() const { return options_; }

  // Whether every replica of every living node has applied everything.
  bool AtRest() const;
  // A replica's state; null when the node is down.
  const GroupState* StateOf(GroupId group, std::size_t node) const;

 private:
  struct Group;

  Group& GroupOf(GroupId group) const;
  Replica& ReplicaOf(GroupId group, std::size_t node) const;

  Stage* stage_;
  ClusterOptions options_;
  std::vector<Host> hosts_;                     // by node
  std::vector<std::unique_ptr<Group>> groups_;  // by number, from 1
};

}  // namespace fencepost::sim
