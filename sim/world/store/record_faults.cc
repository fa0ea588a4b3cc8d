#include "sim/world/store/record_faults.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "fencepost/catalog/codec.h"
#include "fencepost/move/move_record.h"

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

RecordVandal::RecordVandal(MemoryStore* store, Choices* choices, FaultInjector* faults)
    : store_(store), faults_(faults), stream_(choices->Open("vandal")) {}

std::optional<std::string> RecordVandal::Damage(Fault kind) {
  if (faults_->healed()) return std::nullopt;
  std::optional<std::string> done;
  if (kind == faults::kRecordForeignKey) {
    done = PlantForeignKey();
  } else if (kind == faults::kRecordMissingMetadata) {
    done = RemoveMetadata();
  } else {
    const auto pairs = store_->Scan(CatalogKeyRange(), SIZE_MAX, Timestamp::Max());
    if (!pairs.ok() || pairs->empty()) return std::nullopt;
    done = DamageRecord((*pairs)[stream_.Below(pairs->size(), "victim")], kind);
  }
  if (done.has_value()) faults_->Count(kind);
  return done;
}

std::optional<std::string> RecordVandal::DamageRecord(const KeyValue& victim, Fault kind) {
  if (damaged_.contains(victim.key)) return std::nullopt;
  if (kind == faults::kRecordTruncation) {
    const std::string cut = victim.value.substr(0, stream_.Below(victim.value.size(), "cut-at"));
    Write(victim.key, cut);
    return fmt::format("the record of {} was cut to {} of {} bytes", QuoteKey(victim.key), cut.size(),
                       victim.value.size());
  }
  std::uint64_t bit = stream_.Below(victim.value.size() * 8, "bit");
  std::string flipped = FlipBit(victim.value, bit);
  if (Decodes(victim.key, flipped)) {  // nobody could notice that; the codec byte is always noticed
    bit %= 8;
    flipped = FlipBit(victim.value, bit);
  }
  Write(victim.key, std::move(flipped));
  return fmt::format("bit {} of the record of {} was flipped", bit, QuoteKey(victim.key));
}

std::optional<std::string> RecordVandal::RemoveMetadata() {
  const std::string key =
      stream_.Below(2, "which-metadata") == 0 ? CatalogVersionKey() : CatalogNextRouteIdKey();
  const auto value = store_->Get(key, Timestamp::Max());
  if (!value.ok() || !value->has_value() || damaged_.contains(key)) return std::nullopt;
  Write(key, std::nullopt);
  return fmt::format("the record of {} disappeared", QuoteKey(key));
}

std::string RecordVandal::PlantForeignKey() {
  const std::string key = CatalogRouteKeyRange().start + "stray";
  Write(key, "stray");
  return fmt::format("the foreign key {} appeared", QuoteKey(key));
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

int RecordVandal::Repair() {
  const Timestamp ts(store_->LastCommitTsNow().value + 1);
  int repaired = 0;
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
