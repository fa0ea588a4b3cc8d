#include "fencepost/catalog/route.h"

#include <tuple>

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

}  // namespace fencepost
