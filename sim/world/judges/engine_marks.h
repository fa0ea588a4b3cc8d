// The marks of what happens to engines, which need to know the durable catalog, or more than one event: hit
// as the events of nodes come in.
//
// Single-threaded.
#pragma once

#include <map>
#include <set>

#include "sim/core/simulation/stage.h"
#include "sim/world/events/engine_events.h"
#include "sim/world/store/catalog_record.h"

namespace fencepost::sim {

class EngineMarks {
 public:
  // Nothing is owned.
  EngineMarks(Stage* stage, const CatalogRecord* record);
  EngineMarks(const EngineMarks&) = delete;  // subscriptions point at it
  EngineMarks& operator=(const EngineMarks&) = delete;

 private:
  void OnReached(ActorId node, const EngineReached& reached);

  Stage* stage_;
  const CatalogRecord* record_;
  std::map<ActorId, const Engine*> engines_;  // by node
  std::set<ActorId> crashed_;                 // and not yet at the durable version again
  std::set<ActorId> split_;                   // whose live table has ephemeral halves
};

}  // namespace fencepost::sim
