#include "fencepost/catalog/catalog_store.h"

#include <algorithm>
#include <string>
#include <utility>

#include "fencepost/base/error.h"
#include "fencepost/base/internal/cancellation.h"
#include "fencepost/catalog/codec.h"
#include "fencepost/catalog/internal/catalog_reader.h"
#include "fencepost/catalog/internal/save_outcome.h"
#include "fencepost/catalog/internal/save_plan.h"

namespace fencepost {
namespace {

absl::Status StoreRequired() {
  return MakeError(Error::kCatalogStoreRequired, "the catalog has no store to work on");
}

// Runs `read` at the newest timestamp; again at a newer one when compaction took that away under it.
template <class T, class Read>
Awaitable<absl::StatusOr<T>> ReadAtNewest(GuardedStore store, int attempts, Read read) {
  while (true) {
    const absl::StatusOr<Timestamp> ts = co_await store.LastCommitTs();
    if (!ts.ok()) co_return ts.status();
    absl::StatusOr<T> answer = co_await read(*ts);
    const bool retry = IsError(answer.status(), Error::kReadTimestampCompacted) && --attempts > 0;
    if (!retry) co_return answer;
  }
}

Awaitable<absl::StatusOr<CatalogSnapshot>> ReadSnapshot(CatalogReader reader, Timestamp ts) {
  const absl::StatusOr<Version> version = co_await reader.VersionAt(ts);
  if (!version.ok()) co_return version.status();
  absl::StatusOr<std::vector<RouteDescriptor>> routes = co_await reader.RoutesAt(ts);
  if (!routes.ok()) co_return routes.status();
  CatalogSnapshot snapshot;
  snapshot.version = *version;
  snapshot.routes = *std::move(routes);
  std::sort(snapshot.routes.begin(), snapshot.routes.end(), CatalogOrder);
  snapshot.read_ts = ts;
  co_return snapshot;
}

Awaitable<absl::StatusOr<VersionReading>> ReadVersionReading(CatalogReader reader, Timestamp ts) {
  const absl::StatusOr<Version> version = co_await reader.VersionAt(ts);
  if (!version.ok()) co_return version.status();
  co_return VersionReading{*version, ts};
}

Awaitable<absl::StatusOr<NextRouteIdAnswer>> ReadNextRouteId(CatalogReader reader, Timestamp ts) {
  const absl::StatusOr<std::optional<RouteId>> record = co_await reader.NextRouteIdRecordAt(ts);
  if (!record.ok()) co_return record.status();
  NextRouteIdAnswer answer;
  if (record->has_value()) {
    answer.next = **record;
    co_return answer;
  }
  const absl::StatusOr<std::vector<RouteDescriptor>> routes = co_await reader.RoutesAt(ts);
  if (!routes.ok()) co_return routes.status();
  const absl::StatusOr<RouteId> floor = NextRouteIdFloor(*routes);
  if (!floor.ok()) co_return floor.status();
  // A catalog without routes was still saved before if it has a version record, readable or not.
  const absl::StatusOr<std::optional<std::string>> version =
      co_await reader.store().GetAt(CatalogVersionKey(), ts);
  if (!version.ok()) co_return version.status();
  answer.next = *floor;
  answer.record_missing = !routes->empty() || version->has_value();
  co_return answer;
}

Awaitable<absl::StatusOr<StoredCatalog>> ReadForSave(CatalogReader reader, Version expected, Timestamp ts) {
  const absl::StatusOr<Version> version = co_await reader.VersionAt(ts);
  if (!version.ok()) co_return version.status();
  if (absl::Status status = CheckStoredVersion(expected, *version, ts); !status.ok()) co_return status;
  absl::StatusOr<std::vector<RouteDescriptor>> routes = co_await reader.RoutesAt(ts);
  if (!routes.ok()) co_return routes.status();
  const absl::StatusOr<std::optional<RouteId>> next_route_id = co_await reader.NextRouteIdRecordAt(ts);
  if (!next_route_id.ok()) co_return next_route_id.status();
  StoredCatalog stored;
  stored.read_ts = ts;
  stored.version = *version;
  stored.routes = *std::move(routes);
  stored.next_route_id = *next_route_id;
  co_return stored;
}

Awaitable<absl::StatusOr<SaveResult>> CommitPlan(CatalogReader reader, SavePlan plan,
                                                 Compatibility compatibility) {
  WriteBatch batch = std::move(plan.batch);
  const Timestamp read_ts = batch.read_ts;
  const absl::StatusOr<Timestamp> commit_ts = co_await reader.store().Commit(std::move(batch));
  if (commit_ts.ok()) co_return ResultOfCommit(std::move(plan), *commit_ts, compatibility);
  if (IsError(commit_ts.status(), Error::kWriteConflict)) {
    co_return MakeError(Error::kCatalogVersionMismatch,
                        "somebody committed while version " +
                            std::to_string(plan.result.snapshot.version.value) +
                            " was being saved: " + std::string(commit_ts.status().message()));
  }
  if (!LeavesOutcomeOpen(commit_ts.status())) co_return commit_ts.status();
  co_return co_await ResolveUnknownOutcome(reader, std::move(plan), read_ts, commit_ts.status(),
                                           compatibility);
}

Awaitable<absl::StatusOr<SaveResult>> SaveRoutes(CatalogReader reader, Version expected,
                                                 std::vector<RouteDescriptor> routes,
                                                 std::vector<Mutation> riders, int read_attempts,
                                                 Compatibility compatibility) {
  if (absl::Status status = CheckAndSortRoutes(routes, compatibility); !status.ok()) co_return status;
  if (absl::Status status = CheckRiders(riders); !status.ok()) co_return status;
  const auto read = [reader, expected](Timestamp ts) { return ReadForSave(reader, expected, ts); };
  const absl::StatusOr<StoredCatalog> stored =
      co_await ReadAtNewest<StoredCatalog>(reader.store(), read_attempts, read);
  if (!stored.ok()) co_return stored.status();
  absl::StatusOr<SavePlan> plan = PlanSave(*stored, std::move(routes), compatibility, std::move(riders));
  if (!plan.ok()) co_return plan.status();
  co_return co_await CommitPlan(reader, *std::move(plan), compatibility);
}

}  // namespace

absl::StatusOr<RouteId> NextRouteIdFloor(std::span<const RouteDescriptor> routes) {
  RouteId largest(0);
  for (const RouteDescriptor& route : routes) largest = std::max(largest, route.route_id);
  if (largest == RouteId::Max()) {
    return MakeError(Error::kCatalogRouteIdOverflow,
                     "route id " + std::to_string(largest.value) + " is in use and has no successor");
  }
  return RouteId(largest.value + 1);
}

CatalogStore::CatalogStore(MvccStore* store, CatalogStoreOptions options)
    : store_(store), options_(options) {}

int CatalogStore::read_attempts() const {
  return options_.compatibility == Compatibility::kReference ? 1 : std::max(options_.max_read_attempts, 1);
}

Awaitable<absl::StatusOr<CatalogSnapshot>> CatalogStore::Snapshot() {
  if (store_ == nullptr) co_return StoreRequired();
  const CatalogReader reader(store_, options_.page_size);
  const auto read = [reader](Timestamp ts) { return ReadSnapshot(reader, ts); };
  co_return co_await WithoutCancellationThrow(
      ReadAtNewest<CatalogSnapshot>(reader.store(), read_attempts(), read));
}

Awaitable<absl::StatusOr<CatalogSnapshot>> CatalogStore::SnapshotAt(Timestamp ts) {
  if (store_ == nullptr) co_return StoreRequired();
  const CatalogReader reader(store_, options_.page_size);
  co_return co_await WithoutCancellationThrow(ReadSnapshot(reader, ts));
}

Awaitable<absl::StatusOr<VersionReading>> CatalogStore::ReadVersion() {
  if (store_ == nullptr) co_return StoreRequired();
  const CatalogReader reader(store_, options_.page_size);
  const auto read = [reader](Timestamp ts) { return ReadVersionReading(reader, ts); };
  co_return co_await WithoutCancellationThrow(
      ReadAtNewest<VersionReading>(reader.store(), read_attempts(), read));
}

Awaitable<absl::StatusOr<Version>> CatalogStore::DurableVersion() {
  const absl::StatusOr<VersionReading> reading = co_await WithoutCancellationThrow(ReadVersion());
  if (!reading.ok()) co_return reading.status();
  co_return reading->version;
}

Awaitable<absl::StatusOr<NextRouteIdAnswer>> CatalogStore::NextRouteId() {
  if (store_ == nullptr) co_return StoreRequired();
  const CatalogReader reader(store_, options_.page_size);
  const auto read = [reader](Timestamp ts) { return ReadNextRouteId(reader, ts); };
  co_return co_await WithoutCancellationThrow(
      ReadAtNewest<NextRouteIdAnswer>(reader.store(), read_attempts(), read));
}

Awaitable<absl::StatusOr<NextRouteIdAnswer>> CatalogStore::NextRouteIdAt(Timestamp ts) {
  if (store_ == nullptr) co_return StoreRequired();
  const CatalogReader reader(store_, options_.page_size);
  co_return co_await WithoutCancellationThrow(ReadNextRouteId(reader, ts));
}

Awaitable<absl::StatusOr<SaveResult>> CatalogStore::Save(Version expected,
                                                         std::vector<RouteDescriptor> routes,
                                                         std::vector<Mutation> riders) {
  if (store_ == nullptr) co_return StoreRequired();
  const CatalogReader reader(store_, options_.page_size);
  co_return co_await WithoutCancellationThrow(SaveRoutes(
      reader, expected, std::move(routes), std::move(riders), read_attempts(), options_.compatibility));
}

Awaitable<absl::StatusOr<std::vector<KeyValue>>> CatalogStore::Riders(KeyRange range) {
  if (store_ == nullptr) co_return StoreRequired();
  const CatalogReader reader(store_, options_.page_size);
  const auto read = [reader, &range](Timestamp ts) { return reader.PairsAt(range, ts); };
  co_return co_await WithoutCancellationThrow(
      ReadAtNewest<std::vector<KeyValue>>(reader.store(), read_attempts(), read));
}

Awaitable<absl::StatusOr<std::vector<KeyValue>>> CatalogStore::RidersAt(KeyRange range, Timestamp ts) {
  if (store_ == nullptr) co_return StoreRequired();
  const CatalogReader reader(store_, options_.page_size);
  co_return co_await WithoutCancellationThrow(reader.PairsAt(std::move(range), ts));
}

}  // namespace fencepost
