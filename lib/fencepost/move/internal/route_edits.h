// What moves, splits and merges make of the catalog's routes.
//
// Each takes the routes of one snapshot and answers those to be saved over exactly that snapshot; none knows
// of groups' logs or of a store. `next_id` is the catalog's next route id at that snapshot; a route that has
// to be new gets it, or the one after it.
//
// Invariant: what is covered stays covered, once, and nothing outside of the range named changes hands. Pure
// functions; thread-safe. O(routes).
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <optional>
#include <string_view>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/base/key_range.h"
#include "fencepost/base/route.h"

namespace fencepost {

// The position of the route that covers `key`, or nothing.
std::optional<std::size_t> PositionOf(const std::vector<RouteDescriptor>& routes, std::string_view key);

// With every route that touches `range` write-fenced, so that clients hold back.
std::vector<RouteDescriptor> MarkMoving(std::vector<RouteDescriptor> routes, const KeyRange& range);

// With all of `range` that is covered active in `target`. A route that reaches beyond the range is cut at its
// boundary first: somebody has merged it, but what moved is the range and no more.
std::vector<RouteDescriptor> HandOverTo(std::vector<RouteDescriptor> routes, const KeyRange& range,
                                        GroupId target, RouteId next_id);

// With the route of `key` cut in two there: the left piece stays the route it was, the right one is new and
// names it as its parent. InvalidMove when no route covers the key, or one begins with it.
absl::StatusOr<std::vector<RouteDescriptor>> SplitAt(std::vector<RouteDescriptor> routes,
                                                     std::string_view key, RouteId next_id);

// With the route of `key` reaching to the end of its right neighbour, which is gone. InvalidMove when there
// is no such route or neighbour, or the two differ in group or state.
absl::StatusOr<std::vector<RouteDescriptor>> MergeRight(std::vector<RouteDescriptor> routes,
                                                        std::string_view key);

}  // namespace fencepost
