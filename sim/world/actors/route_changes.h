// What operators do to a set of routes, as pure functions. Each keeps the key space covered exactly once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fencepost/base/route.h"

namespace fencepost::sim {

using Routes = std::vector<RouteDescriptor>;

// The position of the route that covers `key`, or nothing.
std::optional<std::size_t> RouteOf(const Routes& routes, std::string_view key);

// Replaces the route of keys[0] by pieces cut at each of `keys` (ascending) that lies strictly inside it. The
// pieces get ids from `next_id` on and the old route as parent. Unchanged when nothing cuts it.
Routes SplitAt(Routes routes, const std::vector<std::string>& keys, RouteId next_id);

// Replaces the route of `key` and its right neighbour by one route of the left one's group: under the id
// `fresh`, or, when that is absent, under the left one's own, which may retire the largest id in use.
// Unchanged when there is no neighbour.
Routes MergeRight(Routes routes, std::string_view key, std::optional<RouteId> fresh);

// Gives the route of `key` to another group.
Routes MoveTo(Routes routes, std::string_view key, GroupId group);

// Sets the state of the route of `key`.
Routes SetState(Routes routes, std::string_view key, RouteState state);

// A set no engine can apply: the route of `key` twice, under two ids.
Routes WithOverlap(Routes routes, std::string_view key, RouteId next_id);

}  // namespace fencepost::sim
