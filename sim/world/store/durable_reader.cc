#include "sim/world/store/durable_reader.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "fencepost/catalog/codec.h"
#include "fencepost/move/move_record.h"
#include "model/reference/naive_catalog.h"
#include "model/reference/naive_codec.h"

namespace fencepost::sim {
namespace {

bool IsMove(const std::string& key) { return Contains(MoveKeyRange(), key); }

}  // namespace

StoredRecords UndamagedRecords(const MemoryStore& store, const DamagedRecords& damaged) {
  StoredRecords records;
  auto pairs = store.Scan(CatalogKeyRange(), SIZE_MAX, Timestamp::Max());
  if (pairs.ok()) {
    for (KeyValue& pair : *pairs) {
      if (!IsMove(pair.key)) records.emplace(pair.key, std::move(pair));
    }
  }
  for (const auto& [key, value] : damaged) {
    if (IsMove(key)) continue;
    if (value.has_value()) {
      records[key].key = key;
      records[key].value = *value;
    } else {
      records.erase(key);
    }
  }
  return records;
}

absl::StatusOr<model::DurableCatalog> DecodeDurableCatalog(const StoredRecords& records) {
  model::DurableCatalog catalog;
  for (const auto& [key, pair] : records) {
    if (key == model::kNaiveVersionKey) {
      const auto version = model::NaiveDecodeVersion(pair.value);
      if (!version.ok()) return version.status();
      catalog.version = *version;
    } else if (key == model::kNaiveNextRouteIdKey) {
      const auto next = model::NaiveDecodeNextRouteId(pair.value);
      if (!next.ok()) return next.status();
      catalog.next_route_id = *next;
    } else {
      auto route = model::NaiveDecodeRoute(pair.value);
      if (!route.ok()) return route.status();
      route->epoch = pair.written_at;
      catalog.routes.push_back(*std::move(route));
    }
  }
  model::NaiveCatalogSort(&catalog.routes);
  return catalog;
}

}  // namespace fencepost::sim
