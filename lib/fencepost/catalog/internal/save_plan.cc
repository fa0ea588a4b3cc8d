#include "fencepost/catalog/internal/save_plan.h"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "fencepost/base/error.h"
#include "fencepost/catalog/codec.h"

namespace fencepost {
namespace {

absl::Status CheckEachRoute(std::span<const RouteDescriptor> routes) {
  std::set<RouteId> seen;
  for (const RouteDescriptor& route : routes) {
    if (absl::Status status = ValidateRouteDescriptor(route); !status.ok()) return status;
    if (!seen.insert(route.route_id).second) {
      return MakeError(Error::kCatalogDuplicateRouteId,
                       "the id of " + FormatRoute(route) + " is used by an earlier route, too");
    }
  }
  return absl::OkStatus();
}

// An engine applies routes only if each ends before, or where, the next one starts.
absl::Status CheckNeighbours(std::span<const RouteDescriptor> sorted) {
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const RouteDescriptor& left = sorted[i - 1];
    const RouteDescriptor& right = sorted[i];
    if (left.end.has_value() && *left.end <= right.start) continue;
    return MakeError(Error::kRouteOverlap, FormatRoute(left) + " overlaps " + FormatRoute(right));
  }
  return absl::OkStatus();
}

// The changes that turn the stored routes into the wanted ones.
struct RouteChanges {
  std::vector<RouteId> deleted;
  std::vector<std::size_t> rewritten;  // positions among the wanted
};

std::vector<std::size_t> PositionsById(std::span<const RouteDescriptor> routes) {
  std::vector<std::size_t> positions(routes.size());
  std::iota(positions.begin(), positions.end(), std::size_t{0});
  std::sort(positions.begin(), positions.end(),
            [&](std::size_t a, std::size_t b) { return routes[a].route_id < routes[b].route_id; });
  return positions;
}

// Also gives every wanted route the epoch it has if it is not rewritten.
RouteChanges CompareById(std::span<const RouteDescriptor> stored, std::span<RouteDescriptor> wanted) {
  RouteChanges changes;
  auto old = stored.begin();
  for (const std::size_t position : PositionsById(wanted)) {
    RouteDescriptor& route = wanted[position];
    for (; old != stored.end() && old->route_id < route.route_id; ++old) {
      changes.deleted.push_back(old->route_id);
    }
    const bool exists = old != stored.end() && old->route_id == route.route_id;
    if (exists && *old == route) {
      route.epoch = old->epoch;
    } else {
      changes.rewritten.push_back(position);
    }
    if (exists) ++old;
  }
  for (; old != stored.end(); ++old) changes.deleted.push_back(old->route_id);
  return changes;
}

// Above every id that is stored or wanted, and never below the stored record.
absl::StatusOr<RouteId> PlanNextRouteId(const StoredCatalog& stored, std::span<const RouteDescriptor> wanted,
                                        const std::vector<RouteId>& deleted, Compatibility compatibility) {
  const absl::StatusOr<RouteId> floor = NextRouteIdFloor(wanted);
  if (!floor.ok()) return floor.status();
  RouteId next = std::max(*floor, stored.next_route_id.value_or(RouteId(1)));
  for (const RouteId id : deleted) {
    if (id != RouteId::Max()) {
      next = std::max(next, RouteId(id.value + 1));
      continue;
    }
    if (compatibility == Compatibility::kReference) return NextRouteIdFloor(stored.routes);
    // Removing the largest id repairs the catalog. The counter can pass it over: no save accepts that id, so
    // it cannot be issued again.
  }
  return next;
}

// Every save writes the version record, so a catalog that holds anything else has lost it. Saving over that
// as if it were version 0 would give version numbers out a second time, and every engine ahead of them would
// stay stuck.
absl::Status CheckVersionNotLost(const StoredCatalog& stored) {
  if (stored.version != Version(0) || (stored.routes.empty() && !stored.next_route_id.has_value())) {
    return absl::OkStatus();
  }
  return MakeError(Error::kCatalogInvalidVersionRecord,
                   "the record of " + QuoteKey(CatalogVersionKey()) + " says version 0 or is missing, but " +
                       std::to_string(stored.routes.size()) +
                       " routes or a next route id are stored: restore it before saving");
}

absl::StatusOr<std::vector<Mutation>> RouteMutations(const RouteChanges& changes,
                                                     std::span<const RouteDescriptor> wanted) {
  std::vector<Mutation> mutations;
  mutations.reserve(changes.deleted.size() + changes.rewritten.size() + 2);
  for (const RouteId id : changes.deleted) mutations.push_back(Mutation{CatalogRouteKey(id), std::nullopt});
  for (const std::size_t position : changes.rewritten) {
    absl::StatusOr<std::string> record = EncodeRouteDescriptor(wanted[position]);
    if (!record.ok()) return record.status();
    mutations.push_back(Mutation{CatalogRouteKey(wanted[position].route_id), *std::move(record)});
  }
  return mutations;
}

}  // namespace

absl::Status CheckAndSortRoutes(std::vector<RouteDescriptor>& routes, Compatibility compatibility) {
  if (absl::Status status = CheckEachRoute(routes); !status.ok()) return status;
  std::sort(routes.begin(), routes.end(), CatalogOrder);
  switch (compatibility) {
    case Compatibility::kNone:
      return CheckNeighbours(routes);
    case Compatibility::kReference:
      return absl::OkStatus();
  }
  return absl::OkStatus();
}

absl::Status CheckRiders(std::span<const Mutation> riders) {
  std::set<std::string_view> seen;
  for (const Mutation& rider : riders) {
    if (IsCatalogsOwnKey(rider.key)) {
      return MakeError(Error::kCatalogInvalidRider,
                       "key " + QuoteKey(rider.key) + " is one that only the catalog itself writes");
    }
    if (!seen.insert(rider.key).second) {
      return MakeError(Error::kCatalogInvalidRider, "key " + QuoteKey(rider.key) + " is written twice");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckStoredVersion(Version expected, Version stored, Timestamp read_ts) {
  if (stored != expected) {
    return MakeError(Error::kCatalogVersionMismatch, "the save expected version " +
                                                         std::to_string(expected.value) + " but version " +
                                                         std::to_string(stored.value) + " is stored");
  }
  if (stored == Version::Max()) {
    return MakeError(Error::kCatalogVersionOverflow,
                     "no version is left above " + std::to_string(stored.value));
  }
  if (read_ts == Timestamp::Max()) {
    return MakeError(Error::kCatalogVersionOverflow,
                     "no commit timestamp is left above " + std::to_string(read_ts.value));
  }
  return absl::OkStatus();
}

absl::StatusOr<SavePlan> PlanSave(const StoredCatalog& stored, std::vector<RouteDescriptor> routes,
                                  Compatibility compatibility, std::vector<Mutation> riders) {
  assert(stored.version != Version::Max());
  if (compatibility == Compatibility::kNone) {
    if (absl::Status status = CheckVersionNotLost(stored); !status.ok()) return status;
  }
  RouteChanges changes = CompareById(stored.routes, routes);
  const absl::StatusOr<RouteId> next_route_id =
      PlanNextRouteId(stored, routes, changes.deleted, compatibility);
  if (!next_route_id.ok()) return next_route_id.status();
  absl::StatusOr<std::vector<Mutation>> mutations = RouteMutations(changes, routes);
  if (!mutations.ok()) return mutations.status();

  const Version next_version(stored.version.value + 1);
  mutations->push_back(Mutation{CatalogVersionKey(), EncodeCatalogVersion(next_version)});
  mutations->push_back(Mutation{CatalogNextRouteIdKey(), EncodeCatalogNextRouteId(*next_route_id)});
  mutations->insert(mutations->end(), riders.begin(), riders.end());

  SavePlan plan;
  plan.batch.mutations = *std::move(mutations);
  // Every save writes both records, so writing them already conflicts with another save. They are named as
  // read all the same: the decision rests on them whether or not they are written.
  plan.batch.read_keys = {CatalogVersionKey(), CatalogNextRouteIdKey()};
  plan.batch.read_ts = stored.read_ts;
  plan.result.no_op = changes.deleted.empty() && changes.rewritten.empty();
  const bool was_empty = stored.version == Version(0) && stored.routes.empty();
  plan.result.next_route_id_was_missing = !stored.next_route_id.has_value() && !was_empty;
  plan.result.snapshot.version = next_version;
  plan.result.snapshot.routes = std::move(routes);
  plan.rewritten = std::move(changes.rewritten);
  plan.riders = std::move(riders);
  return plan;
}

SaveResult ResultOfCommit(SavePlan plan, Timestamp commit_ts, Compatibility compatibility) {
  SaveResult result = std::move(plan.result);
  for (const std::size_t position : plan.rewritten) result.snapshot.routes[position].epoch = commit_ts;
  result.snapshot.read_ts = compatibility == Compatibility::kReference ? Timestamp(0) : commit_ts;
  return result;
}

}  // namespace fencepost
