#include "model/reference/naive_catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "fencepost/base/error.h"
#include "model/reference/naive_codec.h"

namespace fencepost::model {
namespace {

constexpr std::uint64_t kLargest = std::numeric_limits<std::uint64_t>::max();

bool ComesBefore(const RouteDescriptor& a, const RouteDescriptor& b) {
  if (a.start != b.start) return a.start < b.start;
  if (a.end != b.end) {
    if (!a.end.has_value()) return false;
    if (!b.end.has_value()) return true;
    return *a.end < *b.end;
  }
  return a.route_id < b.route_id;
}

// Whether any two of the routes share a key; every range is known to hold at least one.
bool AnyOverlap(const std::vector<RouteDescriptor>& routes) {
  for (std::size_t i = 0; i < routes.size(); ++i) {
    for (std::size_t j = i + 1; j < routes.size(); ++j) {
      const bool i_ends_first = routes[i].end.has_value() && *routes[i].end <= routes[j].start;
      const bool j_ends_first = routes[j].end.has_value() && *routes[j].end <= routes[i].start;
      if (!i_ends_first && !j_ends_first) return true;
    }
  }
  return false;
}

const RouteDescriptor* FindById(const std::vector<RouteDescriptor>& routes, RouteId id) {
  for (const RouteDescriptor& route : routes) {
    if (route.route_id == id) return &route;
  }
  return nullptr;
}

}  // namespace

bool SameRecord(const RouteDescriptor& a, const RouteDescriptor& b) {
  return a.route_id == b.route_id && a.group_id == b.group_id && a.state == b.state &&
         a.parent_route_id == b.parent_route_id && a.start == b.start && a.end == b.end;
}

void NaiveCatalogSort(std::vector<RouteDescriptor>* routes) {
  std::sort(routes->begin(), routes->end(), ComesBefore);
}

absl::StatusOr<RouteId> NaiveNextRouteIdFloor(const std::vector<RouteDescriptor>& routes) {
  std::uint64_t largest = 0;
  for (const RouteDescriptor& route : routes) largest = std::max(largest, route.route_id.value);
  if (largest == kLargest) {
    return MakeError(Error::kCatalogRouteIdOverflow, fmt::format("route id {} is in use", largest));
  }
  return RouteId(largest + 1);
}

absl::Status NaiveCatalog::RequireStore() const {
  if (store_ != nullptr) return absl::OkStatus();
  return MakeError(Error::kCatalogStoreRequired, "the catalog has no store");
}

absl::StatusOr<Version> NaiveCatalog::VersionAt(Timestamp ts) const {
  const auto record = store_->Get(kNaiveVersionKey, ts);
  if (!record.ok()) return record.status();
  if (!record->has_value()) return Version(0);
  return NaiveDecodeVersion(**record);
}

absl::StatusOr<std::vector<RouteDescriptor>> NaiveCatalog::RoutesAt(Timestamp ts) const {
  const KeyRange everything{"", std::nullopt};
  const auto pairs = store_->Scan(everything, std::numeric_limits<std::size_t>::max(), ts);
  if (!pairs.ok()) return pairs.status();
  std::vector<RouteDescriptor> routes;
  for (const KeyValue& pair : *pairs) {
    if (pair.key.substr(0, kNaiveRoutePrefix.size()) != kNaiveRoutePrefix) continue;
    const std::optional<RouteId> id = NaiveRouteIdFromKey(pair.key);
    if (!id) return MakeError(Error::kCatalogInvalidRouteKey, "key " + QuoteKey(pair.key));
    absl::StatusOr<RouteDescriptor> route = NaiveDecodeRoute(pair.value);
    if (!route.ok()) return route.status();
    if (route->route_id != *id) {
      return MakeError(Error::kCatalogRouteKeyIdMismatch, "key " + QuoteKey(pair.key));
    }
    route->epoch = pair.written_at;
    routes.push_back(*std::move(route));
  }
  return routes;
}

absl::StatusOr<std::optional<RouteId>> NaiveCatalog::NextRouteIdRecordAt(Timestamp ts) const {
  const auto record = store_->Get(kNaiveNextRouteIdKey, ts);
  if (!record.ok()) return record.status();
  if (!record->has_value()) return std::optional<RouteId>();
  const absl::StatusOr<RouteId> next = NaiveDecodeNextRouteId(**record);
  if (!next.ok()) return next.status();
  return std::optional<RouteId>(*next);
}

absl::StatusOr<CatalogSnapshot> NaiveCatalog::Snapshot() const {
  if (absl::Status store = RequireStore(); !store.ok()) return store;
  return SnapshotAt(store_->LastCommitTs());
}

absl::StatusOr<CatalogSnapshot> NaiveCatalog::SnapshotAt(Timestamp ts) const {
  if (absl::Status store = RequireStore(); !store.ok()) return store;
  const absl::StatusOr<Version> version = VersionAt(ts);
  if (!version.ok()) return version.status();
  absl::StatusOr<std::vector<RouteDescriptor>> routes = RoutesAt(ts);
  if (!routes.ok()) return routes.status();
  NaiveCatalogSort(&*routes);
  CatalogSnapshot snapshot;
  snapshot.version = *version;
  snapshot.routes = *std::move(routes);
  snapshot.read_ts = ts;
  return snapshot;
}

absl::StatusOr<Version> NaiveCatalog::DurableVersion() const {
  if (absl::Status store = RequireStore(); !store.ok()) return store;
  return VersionAt(store_->LastCommitTs());
}

absl::StatusOr<NextRouteIdAnswer> NaiveCatalog::NextRouteId() const {
  if (absl::Status store = RequireStore(); !store.ok()) return store;
  return NextRouteIdAt(store_->LastCommitTs());
}

absl::StatusOr<NextRouteIdAnswer> NaiveCatalog::NextRouteIdAt(Timestamp ts) const {
  if (absl::Status store = RequireStore(); !store.ok()) return store;
  const absl::StatusOr<std::optional<RouteId>> record = NextRouteIdRecordAt(ts);
  if (!record.ok()) return record.status();
  NextRouteIdAnswer answer;
  if (record->has_value()) {
    answer.next = **record;
    return answer;
  }
  const absl::StatusOr<std::vector<RouteDescriptor>> routes = RoutesAt(ts);
  if (!routes.ok()) return routes.status();
  const absl::StatusOr<RouteId> floor = NaiveNextRouteIdFloor(*routes);
  if (!floor.ok()) return floor.status();
  answer.next = *floor;
  // Readable or not, a version record says that there was a save, and so once a next-id record.
  const auto version_record = store_->Get(kNaiveVersionKey, ts);
  if (!version_record.ok()) return version_record.status();
  answer.record_missing = version_record->has_value() || !routes->empty();
  return answer;
}

absl::Status NaiveCatalog::CheckSaveArguments(const std::vector<RouteDescriptor>& routes) const {
  for (std::size_t i = 0; i < routes.size(); ++i) {
    if (absl::Status valid = NaiveValidate(routes[i]); !valid.ok()) return valid;
    for (std::size_t j = 0; j < i; ++j) {
      if (routes[j].route_id == routes[i].route_id) {
        return MakeError(Error::kCatalogDuplicateRouteId, FormatRoute(routes[i]));
      }
    }
  }
  if (compatibility_ == Compatibility::kNone && AnyOverlap(routes)) {
    return MakeError(Error::kRouteOverlap, fmt::format("among {} routes", routes.size()));
  }
  return absl::OkStatus();
}

absl::StatusOr<RouteId> NaiveCatalog::NextRouteIdAfterSave(const std::vector<RouteDescriptor>& given,
                                                           const std::vector<RouteDescriptor>& stored,
                                                           std::optional<RouteId> record) const {
  absl::StatusOr<RouteId> next = NaiveNextRouteIdFloor(given);
  if (!next.ok()) return next;
  if (record.has_value()) *next = std::max(*next, *record);
  for (const RouteDescriptor& route : stored) {
    if (route.route_id.value < kLargest) {
      *next = std::max(*next, RouteId(route.route_id.value + 1));
    } else if (compatibility_ == Compatibility::kReference) {
      return MakeError(Error::kCatalogRouteIdOverflow, FormatRoute(route));
    }
    // Else a repair takes the last id out. No counter can ever have issued it, nor will: saving it overflows.
  }
  return next;
}

absl::StatusOr<SaveResult> NaiveCatalog::Save(Version expected, std::vector<RouteDescriptor> routes) {
  if (absl::Status store = RequireStore(); !store.ok()) return store;
  if (absl::Status valid = CheckSaveArguments(routes); !valid.ok()) return valid;
  NaiveCatalogSort(&routes);

  const Timestamp read_ts = store_->LastCommitTs();
  const absl::StatusOr<Version> version = VersionAt(read_ts);
  if (!version.ok()) return version.status();
  if (*version != expected) {
    return MakeError(Error::kCatalogVersionMismatch,
                     fmt::format("expected {}, stored {}", expected.value, version->value));
  }
  if (expected == Version::Max() || read_ts == Timestamp::Max()) {
    return MakeError(Error::kCatalogVersionOverflow,
                     fmt::format("version {}, last commit timestamp {}", expected.value, read_ts.value));
  }
  const absl::StatusOr<std::vector<RouteDescriptor>> stored = RoutesAt(read_ts);
  if (!stored.ok()) return stored.status();
  const absl::StatusOr<std::optional<RouteId>> record = NextRouteIdRecordAt(read_ts);
  if (!record.ok()) return record.status();
  if (compatibility_ == Compatibility::kNone && expected.value == 0 &&
      (!stored->empty() || record->has_value())) {
    return MakeError(Error::kCatalogInvalidVersionRecord, "version 0, yet something was saved before");
  }
  const absl::StatusOr<RouteId> next_route_id = NextRouteIdAfterSave(routes, *stored, *record);
  if (!next_route_id.ok()) return next_route_id.status();

  WriteBatch batch;
  batch.read_ts = read_ts;
  for (const RouteDescriptor& old : *stored) {
    if (FindById(routes, old.route_id) == nullptr) {
      batch.mutations.push_back(Mutation{NaiveRouteKey(old.route_id), std::nullopt});
    }
  }
  for (const RouteDescriptor& route : routes) {
    const RouteDescriptor* old = FindById(*stored, route.route_id);
    if (old != nullptr && SameRecord(*old, route)) continue;
    absl::StatusOr<std::string> raw = NaiveEncodeRoute(route);
    if (!raw.ok()) return raw.status();
    batch.mutations.push_back(Mutation{NaiveRouteKey(route.route_id), *std::move(raw)});
  }
  SaveResult result;
  result.no_op = batch.mutations.empty();
  const bool was_empty = expected.value == 0 && stored->empty();
  result.next_route_id_was_missing = !was_empty && !record->has_value();
  batch.mutations.push_back(Mutation{std::string(kNaiveVersionKey), NaiveEncodeNumber(expected.value + 1)});
  batch.mutations.push_back(
      Mutation{std::string(kNaiveNextRouteIdKey), NaiveEncodeNumber(next_route_id->value)});

  const absl::StatusOr<Timestamp> commit_ts = store_->Commit(batch);
  if (!commit_ts.ok()) return commit_ts.status();
  // At 2^64-1: a retention floor above the last commit hides even this one from any other reader.
  absl::StatusOr<CatalogSnapshot> durable = SnapshotAt(Timestamp::Max());
  if (!durable.ok()) return durable.status();
  result.snapshot = *std::move(durable);
  result.snapshot.read_ts = *commit_ts;
  if (compatibility_ == Compatibility::kReference) result.snapshot.read_ts = Timestamp(0);
  return result;
}

}  // namespace fencepost::model
