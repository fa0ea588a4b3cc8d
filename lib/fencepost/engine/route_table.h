// An immutable set of routes, sorted, that answers who owns a key.
//
// A value: copying shares the contents, and nothing can change them. Engine, ring and snapshots hold the same
// one. How it is laid out is nobody's business but route_table.cc's. Thread-safe, being immutable.
#pragma once

#include <absl/status/statusor.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "fencepost/base/compatibility.h"
#include "fencepost/base/ids.h"
#include "fencepost/catalog/route.h"

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
  // O(log n + results).
  std::vector<RouteView> Intersecting(std::string_view start, std::optional<std::string_view> end) const;

  // (further builders for ephemeral tables, and private members, are the implementation's)
};

}  // namespace fencepost
