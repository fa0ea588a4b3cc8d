// Judges what the groups of a world do: as it happens, entry by entry, and as a whole when everything is at
// rest.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "model/invariants/owner_fence.h"
#include "model/invariants/replica_agreement.h"
#include "sim/world/actors/mover.h"
#include "sim/world/groups/cluster.h"
#include "sim/world/judges/history_recorder.h"
#include "sim/world/surroundings.h"

namespace fencepost::sim {

class DataJudge final : public ClusterObserver {
 public:
  DataJudge(const Surroundings& world, MoveBoard* board);
  void set_cluster(Cluster* cluster) { world_.cluster = cluster; }  // before anything is told

  void OnAppended(GroupId group, LogIndex index, const Entry& entry) override;
  void OnApplied(GroupId group, std::size_t node, LogIndex index, const Entry& entry, const Applied& applied,
                 const GroupState& state) override;

  // Everything is at rest: the replicas' states, what they hold of what was acknowledged, and the clients'
  // history.
  void JudgeTheEnd(const Cluster& cluster, const HistoryRecorder& history);
  // The run has failed or was cut short: the history so far is judged all the same.
  void JudgeHistory(const HistoryRecorder& history);

 private:
  void JudgeWrites(GroupId group, LogIndex index, const Applied& applied);
  void JudgeFloor(GroupId group, LogIndex index, const std::string& key, const GroupState& state);
  void JudgeFloors(GroupId group, LogIndex index, const Entry& entry, const Applied& applied,
                   const GroupState& state);
  void JudgeRefusedPin(std::size_t node, const Entry& entry);
  void NoteOwnership(GroupId group, const OwnershipEntry& entry, const Applied& applied);
  void CompareReplicas(const Cluster& cluster);
  void CheckNothingIsLeftBehind(const Cluster& cluster);
  std::map<std::string, model::FinalList> FinalLists(const Cluster& cluster) const;
  const GroupState* AnyStateOf(const Cluster& cluster, GroupId group) const;

  Surroundings world_;
  MoveBoard* board_;
  model::OwnerFenceInvariant owner_fence_;
  model::ReplicaAgreementInvariant agreement_;
  std::map<GroupId, LogIndex> judged_;                  // up to where some replica has applied
  std::map<std::string, std::set<GroupId>> had_owned_;  // by key: for the mark of those that came back
};

}  // namespace fencepost::sim
