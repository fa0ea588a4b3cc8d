// What a save writes, as a pure function of what is stored and what is wanted.
//
// Invariant: the batch turns exactly the stored routes into exactly the wanted ones, adds one to the version,
// and never lowers the next route id. No store, no coroutine: everything here can be checked with values.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "fencepost/base/compatibility.h"
#include "fencepost/base/ids.h"
#include "fencepost/base/route.h"
#include "fencepost/catalog/catalog_store.h"
#include "fencepost/store/mvcc_store.h"

namespace fencepost {

// The routes a caller wants saved, on their own: descriptor and duplicate id, route by route; then
// RouteOverlap (not with kReference). On success they are in catalog order.
absl::Status CheckAndSortRoutes(std::vector<RouteDescriptor>& routes, Compatibility compatibility);

// Whether these writes may ride on a save: CatalogInvalidRider when one is of a key that IsCatalogsOwnKey, or
// that another of them writes, too.
absl::Status CheckRiders(std::span<const Mutation> riders);

// What a save found, all at one timestamp.
struct StoredCatalog {
  Timestamp read_ts;
  Version version;
  std::vector<RouteDescriptor> routes;  // ascending by id, with their epochs
  std::optional<RouteId> next_route_id;
};

// Whether a save may build on what is stored, before the routes are read: CatalogVersionMismatch, or
// CatalogVersionOverflow when no next version or no next commit timestamp exists.
absl::Status CheckStoredVersion(Version expected, Version stored, Timestamp read_ts);

struct SavePlan {
  WriteBatch batch;
  SaveResult result;                   // once the batch is in, but for the commit timestamp
  std::vector<std::size_t> rewritten;  // positions in result.snapshot.routes of the routes that changed
  std::vector<Mutation> riders;        // also in the batch, which is gone once it was tried
};

// The batch for `routes` and `riders`, which CheckAndSortRoutes and CheckRiders accepted, over a catalog that
// CheckStoredVersion accepted. CatalogRouteIdOverflow. O(n log n).
absl::StatusOr<SavePlan> PlanSave(const StoredCatalog& stored, std::vector<RouteDescriptor> routes,
                                  Compatibility compatibility, std::vector<Mutation> riders = {});

// The answer of a save whose batch landed at `commit_ts`.
SaveResult ResultOfCommit(SavePlan plan, Timestamp commit_ts, Compatibility compatibility);

}  // namespace fencepost
