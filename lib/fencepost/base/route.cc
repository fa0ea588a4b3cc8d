#include "fencepost/base/route.h"

#include <tuple>

#include "fencepost/base/error.h"

namespace fencepost {

bool IsKnownRouteState(RouteState state) {
  switch (state) {
    case RouteState::kActive:
    case RouteState::kWriteFenced:
    case RouteState::kMigratingSource:
    case RouteState::kMigratingTarget:
      return true;
  }
  return false;
}

std::string RouteStateName(RouteState state) {
  switch (state) {
    case RouteState::kActive:
      return "active";
    case RouteState::kWriteFenced:
      return "write-fenced";
    case RouteState::kMigratingSource:
      return "migrating-source";
    case RouteState::kMigratingTarget:
      return "migrating-target";
  }
  return "unknown(" + std::to_string(static_cast<unsigned>(state)) + ")";
}

bool AdmitsWrites(RouteState state) {
  switch (state) {
    case RouteState::kActive:
    case RouteState::kMigratingSource:
      return true;
    case RouteState::kWriteFenced:
    case RouteState::kMigratingTarget:
      return false;
  }
  return false;
}

bool operator==(const RouteDescriptor& a, const RouteDescriptor& b) {
  return std::tie(a.route_id, a.start, a.end, a.group_id, a.state, a.parent_route_id) ==
         std::tie(b.route_id, b.start, b.end, b.group_id, b.state, b.parent_route_id);
}

bool CatalogOrder(const RouteDescriptor& a, const RouteDescriptor& b) {
  if (a.start != b.start) return a.start < b.start;
  if (a.end != b.end) return EndsBefore(a.end, b.end);
  return a.route_id < b.route_id;
}

std::string FormatRoute(const RouteDescriptor& route) {
  return "route " + std::to_string(route.route_id.value) + " " + FormatRange(route.range()) + " of group " +
         std::to_string(route.group_id.value) + ", " + RouteStateName(route.state);
}

absl::Status ValidateRouteDescriptor(const RouteDescriptor& route) {
  if (route.route_id == RouteId(0)) {
    return MakeError(Error::kCatalogRouteIdRequired, "the id of " + FormatRoute(route) + " is 0");
  }
  if (route.group_id == GroupId(0)) {
    return MakeError(Error::kCatalogGroupIdRequired, "the group of " + FormatRoute(route) + " is 0");
  }
  if (!IsKnownRouteState(route.state)) {
    return MakeError(Error::kCatalogInvalidRouteState,
                     "the state of " + FormatRoute(route) + " is not known");
  }
  if (!IsNonEmpty(route.start, route.end)) {
    return MakeError(Error::kCatalogInvalidRouteRange, FormatRoute(route) + " does not start below its end");
  }
  return absl::OkStatus();
}

}  // namespace fencepost
