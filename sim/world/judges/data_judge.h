// Judges what the groups of a world do: as it happens, entry by entry, and as a whole when everything is at
// rest.
//
// Single-threaded.
#pragma once

#include <map>
#include <string>

#include "model/invariants/lost_write.h"
#include "model/invariants/owner_fence.h"
#include "model/invariants/replica_agreement.h"
#include "sim/core/simulation/stage.h"
#include "sim/world/events/call_events.h"
#include "sim/world/events/group_events.h"
#include "sim/world/groups/cluster.h"
#include "sim/world/judges/history_recorder.h"
#include "sim/world/scenario/config.h"
#include "sim/world/store/catalog_record.h"

namespace fencepost::sim {

class DataJudge {
 public:
  // Listens from now on. Nothing is owned.
  DataJudge(Stage* stage, const RunConfig* config, const CatalogRecord* catalog, const Cluster* cluster,
            const HistoryRecorder* history);
  DataJudge(const DataJudge&) = delete;  // subscriptions point at it
  DataJudge& operator=(const DataJudge&) = delete;

  // Everything is at rest: the replicas' states, what they hold of what was acknowledged, and the clients'
  // history.
  void JudgeTheEnd();
  // The run has failed or was cut short: the history so far is judged all the same.
  void JudgeHistory();

 private:
  void OnAgreed(const EntryAgreed& agreed);
  void OnApplied(ActorId replica, const EntryApplied& applied);

  void OnThrew(ActorId caller, const CallThrew& threw);

  void JudgeWrites(const EntryApplied& applied);
  void JudgeFloor(const EntryApplied& applied, const std::string& key);
  void JudgeFloors(const EntryApplied& applied);
  void JudgeRefusedPin(ActorId replica, const EntryApplied& applied);
  void CompareReplicas();
  void CheckNothingIsLeftBehind();
  std::map<std::string, model::FinalList> FinalLists() const;
  const GroupState* AnyStateOf(GroupId group) const;
  // Takes a verdict of the model's.
  void Take(model::Verdict verdict);

  Stage* stage_;
  const RunConfig* config_;
  const CatalogRecord* catalog_;
  const Cluster* cluster_;
  const HistoryRecorder* history_;
  model::OwnerFenceInvariant owner_fence_;
  model::ReplicaAgreementInvariant agreement_;
  std::map<GroupId, LogIndex> judged_;  // up to where some replica has applied
};

}  // namespace fencepost::sim
