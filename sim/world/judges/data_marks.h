// Marks that nobody who acts can know of: what several actors do, put together. Subscribes, judges nothing.
//
// Single-threaded.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "fencepost/base/ids.h"
#include "sim/core/simulation/stage.h"
#include "sim/world/events/client_events.h"
#include "sim/world/events/move_events.h"
#include "sim/world/groups/group_events.h"
#include "sim/world/scenario/config.h"
#include "sim/world/store/catalog_record.h"

namespace fencepost::sim {

class DataMarks {
 public:
  // Listens from now on. Nothing is owned.
  DataMarks(Stage* stage, const RunConfig* config, const CatalogRecord* catalog);
  DataMarks(const DataMarks&) = delete;  // subscriptions point at it
  DataMarks& operator=(const DataMarks&) = delete;

 private:
  void OnRefused(const ClientRefused& refused);
  void OnApplied(const EntryApplied& applied);
  void OnDriveBegan(ActorId mover, const DriveBegan& began);
  void OnDriven(ActorId mover, const MoveDriven& driven);
  void OnDied(ActorId actor);

  Stage* stage_;
  const RunConfig* config_;
  const CatalogRecord* catalog_;
  std::set<std::pair<OwnershipEpoch, ActorId>> driving_;  // which move, and who is at it
  std::set<OwnershipEpoch> activated_;                  // moves whose target owns the range, or has owned it
  std::map<GroupId, LogIndex> seen_;                    // up to where some replica has applied
  std::map<std::string, std::set<GroupId>> had_owned_;  // by key
};

}  // namespace fencepost::sim
