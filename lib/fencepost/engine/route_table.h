// An immutable set of routes, sorted, that answers who owns a key.
//
// Table order is by start. A table made from a snapshot is disjoint: no key has two routes, though it may
// have none. Only ephemeral routes added unchecked (Compatibility::kReference) can make one that overlaps
// itself; then a key belongs to the last route that starts at or below it, or to none.
//
// A value: copying shares the contents, and nothing can change them. Engine, ring and snapshots hold the same
// one. How it is laid out is nobody's business but route_table.cc's. Thread-safe, being immutable.
#pragma once

#include <absl/status/statusor.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/base/key_range.h"
#include "fencepost/base/route.h"

namespace fencepost {

// A route inside a table. The views live as long as a copy of the table does.
struct RouteView {
  RouteId route_id;
  std::string_view start;
  std::optional<std::string_view> end;
  GroupId group_id;
  RouteState state = RouteState::kActive;
  RangeEpoch epoch;
  std::size_t rank = 0;  // its position in table order
};

class RouteTable {
 public:
  // No routes.
  RouteTable();

  // Checks routes as Engine::ApplySnapshot documents, then sorts them. O(n log n).
  static absl::StatusOr<RouteTable> FromRoutes(std::span<const RouteDescriptor> routes);

  std::size_t size() const;

  // The last route whose start is at or below `key`, if it covers the key. O(log n).
  std::optional<RouteView> Find(std::string_view key) const;

  // The group that owns `key`. O(log n).
  std::optional<GroupId> OwnerOf(std::string_view key) const;

  // The route at position `rank` < size().
  RouteView At(std::size_t rank) const;

  // The routes that share a key with [start, end), in order; none for an empty or inverted range.
  // O(log n + results), or O(n) in a table whose routes overlap.
  std::vector<RouteView> Intersecting(std::string_view start, std::optional<std::string_view> end) const;

  // The routes for which route.start < end and start < route.end hold, in order, asking neither range whether
  // it contains a key: the reference's answer. Differs from Intersecting for empty and inverted ranges. O(n).
  std::vector<RouteView> WithBoundsAcross(std::string_view start, std::optional<std::string_view> end) const;

  // How many routes start at or below `key`: the rank after the one Find looks at. O(log n).
  std::size_t RankAfter(std::string_view key) const;

  // Whether `routes`, in any order, are exactly the routes of this table; epochs do not count. O(n log n).
  bool HoldsExactly(std::span<const RouteDescriptor> routes) const;

  // A table made from this one by adding a route, and where the new route stands in it.
  struct Grown;

  // With one more ephemeral route (id 0, active), behind those with the same start. Nothing is checked: the
  // table may then overlap itself or contain an inverted range. O(n).
  Grown WithRoute(KeyRange range, GroupId group_id) const;

  // With the route at `rank` replaced by two ephemeral ones of the same group that meet at `split_key`; the
  // new position is the right half's. REQUIRES: rank < size(), start < split_key < end. O(n).
  Grown WithSplit(std::size_t rank, std::string_view split_key, RouteState state_of_halves) const;

 private:
  struct Rep;
  explicit RouteTable(std::shared_ptr<const Rep> rep);

  std::shared_ptr<const Rep> rep_;  // never null
};

struct RouteTable::Grown {
  RouteTable table;
  std::size_t rank = 0;
};

}  // namespace fencepost
