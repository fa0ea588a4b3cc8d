#include "sim/world/store/record_faults.h"

#include <utility>
#include <vector>

#include "fencepost/catalog/codec.h"
#include "fencepost/move/move_record.h"
#include "sim/world/fault_kinds.h"

namespace fencepost::sim {
namespace {

bool Decodes(const std::string& key, const std::string& value) {
  if (key == CatalogVersionKey()) return DecodeCatalogVersion(value).ok();
  if (key == CatalogNextRouteIdKey()) return DecodeCatalogNextRouteId(value).ok();
  if (Contains(MoveKeyRange(), key)) return DecodeStoredMove(key, value).ok();
  const absl::StatusOr<RouteDescriptor> route = DecodeRouteDescriptor(value);
  return route.ok() && CatalogRouteIdFromKey(key) == route->route_id;
}

std::string FlipBit(std::string value, std::uint64_t bit) {
  const auto mask = static_cast<unsigned char>(1u << (bit % 8));
  value[bit / 8] = static_cast<char>(static_cast<unsigned char>(value[bit / 8]) ^ mask);
  return value;
}

}  // namespace

RecordVandal::RecordVandal(MemoryStore* store, Choices* choices)
    : store_(store), stream_(choices->Open("vandal")) {}

std::optional<RecordDamaged> RecordVandal::Damage(const FaultKind& kind) {
  if (kind.key == faults::kRecordForeignKey.key) return PlantForeignKey();
  if (kind.key == faults::kRecordMissingMetadata.key) return RemoveMetadata();
  const auto pairs = store_->Scan(CatalogKeyRange(), SIZE_MAX, Timestamp::Max());
  if (!pairs.ok() || pairs->empty()) return std::nullopt;
  return DamageRecord((*pairs)[stream_.Below(pairs->size(), "victim")], kind);
}

std::optional<RecordDamaged> RecordVandal::DamageRecord(const KeyValue& victim, const FaultKind& kind) {
  if (damaged_.contains(victim.key)) return std::nullopt;
  if (kind.key == faults::kRecordTruncation.key) {
    const std::string cut = victim.value.substr(0, stream_.Below(victim.value.size(), "cut-at"));
    Write(victim.key, cut);
    return RecordDamaged{&kind, victim.key, cut.size()};
  }
  std::uint64_t bit = stream_.Below(victim.value.size() * 8, "bit");
  std::string flipped = FlipBit(victim.value, bit);
  if (Decodes(victim.key, flipped)) {  // nobody could notice that; the codec byte is always noticed
    bit %= 8;
    flipped = FlipBit(victim.value, bit);
  }
  Write(victim.key, std::move(flipped));
  return RecordDamaged{&kind, victim.key, bit};
}

std::optional<RecordDamaged> RecordVandal::RemoveMetadata() {
  const std::string key =
      stream_.Below(2, "which-metadata") == 0 ? CatalogVersionKey() : CatalogNextRouteIdKey();
  const auto value = store_->Get(key, Timestamp::Max());
  if (!value.ok() || !value->has_value() || damaged_.contains(key)) return std::nullopt;
  Write(key, std::nullopt);
  return RecordDamaged{&faults::kRecordMissingMetadata, key};
}

RecordDamaged RecordVandal::PlantForeignKey() {
  const std::string key = CatalogRouteKeyRange().start + "stray";
  Write(key, "stray");
  return RecordDamaged{&faults::kRecordForeignKey, key};
}

void RecordVandal::Write(const std::string& key, std::optional<std::string> value) {
  const auto before = store_->Get(key, Timestamp::Max());
  damaged_.emplace(key, before.ok() ? *before : std::nullopt);
  const Timestamp ts(store_->LastCommitTsNow().value + 1);
  if (value.has_value()) {
    store_->PutAt(key, *std::move(value), ts);
  } else {
    store_->DeleteAt(key, ts);
  }
}

std::uint64_t RecordVandal::Repair() {
  const Timestamp ts(store_->LastCommitTsNow().value + 1);
  std::uint64_t repaired = 0;
  for (const auto& [key, value] : damaged_) {
    if (value.has_value()) {
      store_->PutAt(key, *value, ts);
    } else {
      store_->DeleteAt(key, ts);
    }
    ++repaired;
  }
  damaged_.clear();
  return repaired;
}

void RecordVandal::OnCommitted(const WriteBatch& batch) {
  for (const Mutation& mutation : batch.mutations) damaged_.erase(mutation.key);
}

}  // namespace fencepost::sim
