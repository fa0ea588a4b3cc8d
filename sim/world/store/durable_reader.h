// The durable catalog as somebody outside reads it: straight from the store, with a decoder of its own, and
// with what the record vandal has damaged put back in thought.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "fencepost/store/memory_store.h"
#include "model/invariants/durable_version.h"
#include "sim/world/events/catalog_events.h"

namespace fencepost::sim {

using DamagedRecords = std::map<std::string, std::optional<std::string>>;

// The catalog's own pairs at the newest timestamp, each damaged one replaced by what it held before. Records
// that only ride on its saves (those of moves) are none of them.
StoredRecords UndamagedRecords(const MemoryStore& store, const DamagedRecords& damaged);

// Decodes them; an error names the record that production code should never have written.
absl::StatusOr<model::DurableCatalog> DecodeDurableCatalog(const StoredRecords& records);

}  // namespace fencepost::sim
