// The groups of a world: for each, one agreed log, a leader, and a replica on each of its nodes. Raft as a black box.
//
// What is agreed on stays agreed on, whatever crashes: the log and the replicas' snapshots are durable. A leader takes
// proposals while its process is up; who leads can change at any time, and a proposal that was under way then is lost, or appended unseen by
// its proposer.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/engine/engine.h"
#include "sim/cluster/entry.h"
#include "sim/cluster/group_state.h"
#include "sim/cluster/network.h"
#include "sim/runtime/parking.h"
#include "sim/world/surroundings.h"

namespace fencepost::sim {

// Told of what happens in the logs, as it happens.
class ClusterObserver {
 public:
  virtual ~ClusterObserver() = default;
  // `entry` has been agreed on. From here on its effect is decided (under the logged fence).
  virtual void OnAppended(GroupId group, LogIndex index, const Entry& entry) = 0;
  // The replica on `node` has applied it, for the first time or again after a restart.
  virtual void OnApplied(GroupId group, std::size_t node, LogIndex index, const Entry& entry, const Applied& applied,
                         const GroupState& state) = 0;
};

struct ClusterOptions {
  std::uint32_t groups = 2;
  std::uint32_t nodes = 3;              // every node has a replica of every group
  std::uint32_t snapshot_every = 4;     // entries between two durable snapshots of a replica
  FenceRules rules;
};

// What a leader answers to a proposal: the state machine's answer, or FailedPrecondition "not the leader" with a hint.
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
  Cluster(const Surroundings& world, const ClusterOptions& options, Network* network, ClusterObserver* observer,
          std::vector<ActorId> node_actors);

  // The process of that node is up again: its replicas restore their snapshots and replay. `engine` is the life's own, for the published
  // verdicts; both outlive the life.
  void NodeStarted(std::size_t node, SimRuntime* runtime, Engine* engine);
  void NodeCrashed(std::size_t node);

  // What runs in the process of `node` when a request arrives there. The answer goes out through `reply`, once or never.
  void OnProposal(std::size_t node, GroupId group, Entry entry, std::function<void(ProposalAnswer)> reply);
  void OnRead(std::size_t node, GroupId group, std::vector<std::string> keys, std::function<void(ReadAnswer)> reply);
  // Runs `look` on the replica's state once it has applied what was agreed on when this arrived.
  void OnLook(std::size_t node, GroupId group, std::function<void(const GroupState&)> look);

  std::size_t LeaderOf(GroupId group) const;
  void ChangeLeader(GroupId group, std::size_t node);  // the leader-change fault
  LogIndex CommitIndex(GroupId group) const;
  LogIndex AppliedBy(GroupId group, std::size_t node) const;  // 0 when down
  ActorId ActorOf(std::size_t node) const;

  // Initial tenures and the like: appended before anything runs.
  void AppendAtOnce(GroupId group, Entry entry);

  // Whether every replica of every living node has applied everything.
  bool AtRest() const;
  // The replicas' states at the end, for the judge: null when the node is down.
  const GroupState* StateOf(GroupId group, std::size_t node) const;
};

}  // namespace fencepost::sim
