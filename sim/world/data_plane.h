// Everything of a world that holds data: the network, the groups, those who use them and those who move them,
// and their judge.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/network/network.h"
#include "sim/world/actors/mover.h"
#include "sim/world/actors/transactor.h"
#include "sim/world/groups/cluster.h"
#include "sim/world/groups/group_client.h"
#include "sim/world/judges/data_judge.h"
#include "sim/world/judges/history_recorder.h"
#include "sim/world/surroundings.h"

namespace fencepost::sim {

class DataPlane {
 public:
  // The nodes of a world are the actors from here on.
  static constexpr ActorId kFirstNode = 1;

  // Adds its own to `shared`, which the world's other actors are then made with.
  explicit DataPlane(Surroundings* shared);
  DataPlane(const DataPlane&) = delete;
  DataPlane& operator=(const DataPlane&) = delete;

  // Makes transactors and movers. After the nodes.
  void AddActors(const Surroundings& shared, const Plan& plan, ActorId* actor);
  void Start();
  void Heal();

  // The initial owners of these routes: as if an ACTIVATE had been first in every log.
  void Bootstrap(const std::vector<RouteDescriptor>& routes, OwnershipEpoch epoch);

  // Whether everybody has finished and every replica has applied everything.
  bool AtRest() const;
  // Reads every key, as any client would, once everything else is at rest; true when that is done.
  bool Audited();
  // Who has not finished; for a liveness report.
  std::vector<std::string> Unfinished() const;

  void JudgeTheEnd() { judge_->JudgeTheEnd(*cluster_, history_); }
  void JudgeHistory() { judge_->JudgeHistory(history_); }

  Network& network() { return *network_; }
  Cluster& cluster() { return *cluster_; }
  // All processes: nodes, transactors, movers.
  const std::vector<ActorId>& processes() const { return processes_; }

 private:
  std::vector<PlannedAction> AuditActions() const;

  const RunConfig* config_;
  TimestampOracle oracle_;
  HistoryRecorder history_;
  MoveBoard board_;
  std::unique_ptr<Network> network_;
  std::unique_ptr<DataJudge> judge_;
  std::unique_ptr<Cluster> cluster_;
  std::vector<std::unique_ptr<Transactor>> transactors_;
  std::vector<std::unique_ptr<Mover>> movers_;
  std::unique_ptr<Transactor> auditor_;
  bool auditing_ = false;
  std::vector<ActorId> processes_;
};

}  // namespace fencepost::sim
