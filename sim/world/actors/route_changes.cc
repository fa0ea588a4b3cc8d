#include "sim/world/actors/route_changes.h"

#include <utility>

#include "fencepost/base/key_range.h"

namespace fencepost::sim {

std::optional<std::size_t> RouteOf(const Routes& routes, std::string_view key) {
  for (std::size_t i = 0; i < routes.size(); ++i) {
    if (Contains(routes[i].range(), key)) return i;
  }
  return std::nullopt;
}

Routes SplitAt(Routes routes, const std::vector<std::string>& keys, RouteId next_id) {
  const auto position = RouteOf(routes, keys.front());
  if (!position.has_value()) return routes;
  const RouteDescriptor parent = routes[*position];
  Routes pieces;
  RouteDescriptor piece = parent;
  piece.parent_route_id = parent.route_id;
  for (const std::string& key : keys) {
    if (key <= piece.start || !Contains(parent.range(), key)) continue;
    piece.end = key;
    piece.route_id = RouteId(next_id.value + pieces.size());
    pieces.push_back(piece);
    piece.start = key;
  }
  if (pieces.empty()) return routes;
  piece.end = parent.end;
  piece.route_id = RouteId(next_id.value + pieces.size());
  pieces.push_back(piece);
  routes.erase(routes.begin() + static_cast<std::ptrdiff_t>(*position));
  routes.insert(routes.begin() + static_cast<std::ptrdiff_t>(*position), pieces.begin(), pieces.end());
  return routes;
}

Routes MergeRight(Routes routes, std::string_view key, std::optional<RouteId> fresh) {
  const auto position = RouteOf(routes, key);
  if (!position.has_value() || !routes[*position].end.has_value()) return routes;
  const auto neighbour = RouteOf(routes, *routes[*position].end);
  if (!neighbour.has_value()) return routes;
  RouteDescriptor merged = routes[*position];
  merged.end = routes[*neighbour].end;
  if (fresh.has_value()) {
    merged.parent_route_id = merged.route_id;
    merged.route_id = *fresh;
  }
  routes[*position] = std::move(merged);
  routes.erase(routes.begin() + static_cast<std::ptrdiff_t>(*neighbour));
  return routes;
}

Routes MoveTo(Routes routes, std::string_view key, GroupId group) {
  if (const auto position = RouteOf(routes, key)) routes[*position].group_id = group;
  return routes;
}

Routes SetState(Routes routes, std::string_view key, RouteState state) {
  if (const auto position = RouteOf(routes, key)) routes[*position].state = state;
  return routes;
}

Routes WithOverlap(Routes routes, std::string_view key, RouteId next_id) {
  if (const auto position = RouteOf(routes, key)) {
    RouteDescriptor twin = routes[*position];
    twin.route_id = next_id;
    routes.push_back(std::move(twin));
  }
  return routes;
}

}  // namespace fencepost::sim
