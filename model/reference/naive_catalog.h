// The catalog as its contract reads, over a NaiveStore: no pages, no coroutines, no races.
//
// Every operation is one atomic step, so what CatalogStore (fencepost/catalog/catalog_store.h) does across
// many suspensions must look, when it is not disturbed, exactly like this. Both the contract's answers and
// those of Compatibility::kReference. Shares no code with lib/ but value types and errors.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <optional>
#include <vector>

#include "fencepost/base/compatibility.h"
#include "fencepost/base/ids.h"
#include "fencepost/base/route.h"
#include "fencepost/catalog/catalog_store.h"
#include "model/reference/naive_store.h"

namespace fencepost::model {

// Stateless, like CatalogStore. `store` is not owned; null answers CatalogStoreRequired.
class NaiveCatalog {
 public:
  explicit NaiveCatalog(NaiveStore* store, Compatibility compatibility = Compatibility::kNone)
      : store_(store), compatibility_(compatibility) {}

  absl::StatusOr<CatalogSnapshot> Snapshot() const;
  absl::StatusOr<CatalogSnapshot> SnapshotAt(Timestamp ts) const;
  absl::StatusOr<Version> DurableVersion() const;
  absl::StatusOr<NextRouteIdAnswer> NextRouteId() const;
  absl::StatusOr<NextRouteIdAnswer> NextRouteIdAt(Timestamp ts) const;
  absl::StatusOr<SaveResult> Save(Version expected, std::vector<RouteDescriptor> routes);

  Compatibility compatibility() const { return compatibility_; }

 private:
  absl::Status RequireStore() const;
  absl::StatusOr<Version> VersionAt(Timestamp ts) const;
  absl::StatusOr<std::vector<RouteDescriptor>> RoutesAt(Timestamp ts) const;  // in order of id
  absl::StatusOr<std::optional<RouteId>> NextRouteIdRecordAt(Timestamp ts) const;
  absl::Status CheckSaveArguments(const std::vector<RouteDescriptor>& routes) const;
  absl::StatusOr<RouteId> NextRouteIdAfterSave(const std::vector<RouteDescriptor>& given,
                                               const std::vector<RouteDescriptor>& stored,
                                               std::optional<RouteId> record) const;

  NaiveStore* store_;
  Compatibility compatibility_;
};

// The smallest id above all of `routes`, 1 for none; CatalogRouteIdOverflow when that is 2^64.
absl::StatusOr<RouteId> NaiveNextRouteIdFloor(const std::vector<RouteDescriptor>& routes);

// Sorted by start, then end with "unbounded" last, then id.
void NaiveCatalogSort(std::vector<RouteDescriptor>* routes);

// Equality of everything durable, field by field.
bool SameRecord(const RouteDescriptor& a, const RouteDescriptor& b);

}  // namespace fencepost::model
