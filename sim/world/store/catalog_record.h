// What the durable catalog holds, and held at each version: read straight from the store after each batch,
// with a decoder of its own, and with the damage that was done to records put back in thought.
//
// Judges nothing. The world asks it where the catalog is; the judges hear from it what they judge.
//
// Emits CatalogReached, then shows CatalogStored; shows CatalogUndecodable when the records do not decode.
// Single-threaded.
#pragma once

#include <map>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/base/route.h"
#include "fencepost/store/memory_store.h"
#include "sim/core/runtime/events.h"
#include "sim/world/events/catalog_events.h"
#include "sim/world/store/record_faults.h"

namespace fencepost::sim {

class CatalogRecord {
 public:
  // Nothing is owned. Made before anybody else who listens to BatchLanded.
  CatalogRecord(Events* events, const MemoryStore* store, RecordVandal* vandal);
  CatalogRecord(const CatalogRecord&) = delete;  // a subscription points at it
  CatalogRecord& operator=(const CatalogRecord&) = delete;

  // The newest version, 0 before the first.
  Version newest() const { return newest_; }
  // The routes at that version, in catalog order; null when no commit made that version. Valid until a commit
  // changes the records under it.
  const std::vector<RouteDescriptor>* ContentAt(Version version) const;

  // Whether some record is damaged at this time.
  bool is_damaged() const { return !vandal_->damaged().empty(); }

 private:
  void OnLanded(const BatchLanded& landed);

  Events* events_;
  const MemoryStore* store_;
  RecordVandal* vandal_;
  Version newest_;
  std::map<Version, std::vector<RouteDescriptor>> content_;
};

}  // namespace fencepost::sim
