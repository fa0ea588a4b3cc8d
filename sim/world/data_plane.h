// Everything of a world that holds data, and those who judge it: the groups, the source of timestamps, the
// clients' history, and the judges. (Those who use the data are in data_users.h.)
//
// Made before the nodes, which attach to its cluster. Single-threaded.
#pragma once

#include <vector>

#include "sim/core/simulation/stage.h"
#include "sim/world/groups/cluster.h"
#include "sim/world/groups/group_client.h"
#include "sim/world/judges/data_judge.h"
#include "sim/world/judges/data_marks.h"
#include "sim/world/judges/history_recorder.h"
#include "sim/world/scenario/config.h"
#include "sim/world/store/catalog_record.h"

namespace fencepost::sim {

class DataPlane {
 public:
  // Nothing is owned. `nodes` are the actors of the world's nodes, by number.
  DataPlane(Stage* stage, const RunConfig* config, const CatalogRecord* catalog,
            const std::vector<ActorId>& nodes);

  // The initial owners of these routes: as if an ACTIVATE had been first in every log.
  void Found(const std::vector<RouteDescriptor>& routes, OwnershipEpoch epoch);

  Cluster& cluster() { return cluster_; }
  TimestampOracle& oracle() { return oracle_; }
  DataJudge& judge() { return judge_; }

 private:
  const RunConfig* config_;
  TimestampOracle oracle_;
  HistoryRecorder history_;
  Cluster cluster_;
  DataJudge judge_;
  DataMarks marks_;
};

}  // namespace fencepost::sim
