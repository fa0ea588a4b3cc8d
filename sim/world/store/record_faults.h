// Damage to the stored records of the catalog, and its repair.
//
// Damage is always such that a decoder must notice: the records carry no checksum, so a flip that turns one
// valid record into another is the truth as far as any reader can know. Each damage remembers what stood
// there before, and a repair puts it back, unless somebody has overwritten the record since.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "fencepost/store/memory_store.h"
#include "sim/core/choices/choices.h"
#include "sim/world/events/catalog_events.h"

namespace fencepost::sim {

class RecordVandal {
 public:
  // Neither is owned.
  RecordVandal(MemoryStore* store, Choices* choices);

  // Does damage of this kind (one of the "record" family) to a drawn record. Returns what it did, or nothing
  // when there was nothing to damage.
  std::optional<RecordDamaged> Damage(const FaultKind& kind);

  // Undoes all damage that still stands. Returns how many records it touched.
  std::uint64_t Repair();

  // A batch has been committed: damaged keys that it wrote are no longer damaged.
  void OnCommitted(const WriteBatch& batch);

  // What each damaged key held before; absent: nothing.
  const std::map<std::string, std::optional<std::string>>& damaged() const { return damaged_; }

 private:
  std::optional<RecordDamaged> DamageRecord(const KeyValue& victim, const FaultKind& kind);
  std::optional<RecordDamaged> RemoveMetadata();
  RecordDamaged PlantForeignKey();
  void Write(const std::string& key, std::optional<std::string> value);

  MemoryStore* store_;
  Stream stream_;
  std::map<std::string, std::optional<std::string>> damaged_;
};

}  // namespace fencepost::sim
