#include "fencepost/move/internal/route_edits.h"

#include <string>
#include <utility>

#include "fencepost/base/error.h"

namespace fencepost {
namespace {

absl::Status NoRouteOf(std::string_view key) {
  return MakeError(Error::kInvalidMove, "no route covers key " + QuoteKey(key));
}

// Cuts the route that covers `key` there, unless one begins with it or none covers it. Whether it did.
bool CutAt(std::vector<RouteDescriptor>& routes, std::string_view key, RouteId new_id) {
  const std::optional<std::size_t> position = PositionOf(routes, key);
  if (!position.has_value() || routes[*position].start == key) return false;
  RouteDescriptor right = routes[*position];
  right.route_id = new_id;
  right.parent_route_id = routes[*position].route_id;
  right.start = key;
  routes[*position].end = std::string(key);
  routes.insert(routes.begin() + static_cast<std::ptrdiff_t>(*position) + 1, std::move(right));
  return true;
}

}  // namespace

std::optional<std::size_t> PositionOf(const std::vector<RouteDescriptor>& routes, std::string_view key) {
  for (std::size_t i = 0; i < routes.size(); ++i) {
    if (Contains(routes[i].range(), key)) return i;
  }
  return std::nullopt;
}

std::vector<RouteDescriptor> MarkMoving(std::vector<RouteDescriptor> routes, const KeyRange& range) {
  for (RouteDescriptor& route : routes) {
    if (Intersects(route.range(), range)) route.state = RouteState::kWriteFenced;
  }
  return routes;
}

std::vector<RouteDescriptor> HandOverTo(std::vector<RouteDescriptor> routes, const KeyRange& range,
                                        GroupId target, RouteId next_id) {
  // An id at the end of its numbers wraps to one that the save refuses.
  if (CutAt(routes, range.start, next_id)) ++next_id.value;
  if (range.end.has_value()) CutAt(routes, *range.end, next_id);
  for (RouteDescriptor& route : routes) {
    if (!Intersects(route.range(), range)) continue;
    route.group_id = target;
    route.state = RouteState::kActive;
  }
  return routes;
}

absl::StatusOr<std::vector<RouteDescriptor>> SplitAt(std::vector<RouteDescriptor> routes,
                                                     std::string_view key, RouteId next_id) {
  const std::optional<std::size_t> position = PositionOf(routes, key);
  if (!position.has_value()) return NoRouteOf(key);
  if (!CutAt(routes, key, next_id)) {
    return MakeError(Error::kInvalidMove,
                     "key " + QuoteKey(key) + " is where " + FormatRoute(routes[*position]) + " begins");
  }
  return routes;
}

absl::StatusOr<std::vector<RouteDescriptor>> MergeRight(std::vector<RouteDescriptor> routes,
                                                        std::string_view key) {
  const std::optional<std::size_t> position = PositionOf(routes, key);
  if (!position.has_value()) return NoRouteOf(key);
  RouteDescriptor& left = routes[*position];
  if (!left.end.has_value()) return MakeError(Error::kInvalidMove, FormatRoute(left) + " is the last one");
  const std::optional<std::size_t> neighbour = PositionOf(routes, *left.end);
  if (!neighbour.has_value()) {
    return MakeError(Error::kInvalidMove, "no route begins where " + FormatRoute(left) + " ends");
  }
  const RouteDescriptor& right = routes[*neighbour];
  if (left.group_id != right.group_id || left.state != right.state) {
    return MakeError(Error::kInvalidMove,
                     FormatRoute(left) + " and " + FormatRoute(right) + " differ in more than their ranges");
  }
  left.end = right.end;
  routes.erase(routes.begin() + static_cast<std::ptrdiff_t>(*neighbour));
  return routes;
}

}  // namespace fencepost
