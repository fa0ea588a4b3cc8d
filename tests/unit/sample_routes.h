// Routes and snapshots as tests like to write them.
#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "fencepost/base/route.h"
#include "fencepost/engine/route_table.h"

namespace fencepost {

struct SampleRoute {
  std::uint64_t id = 0;
  std::string start;
  std::optional<std::string> end;
  std::uint64_t group = 1;
  RouteState state = RouteState::kActive;
  std::uint64_t epoch = 0;
  std::uint64_t parent = 0;
};

inline RouteDescriptor AsDescriptor(const SampleRoute& sample) {
  RouteDescriptor route;
  route.route_id = RouteId(sample.id);
  route.start = sample.start;
  route.end = sample.end;
  route.group_id = GroupId(sample.group);
  route.state = sample.state;
  route.epoch = RangeEpoch(sample.epoch);
  route.parent_route_id = RouteId(sample.parent);
  return route;
}

inline std::vector<RouteDescriptor> Described(const std::vector<SampleRoute>& samples) {
  std::vector<RouteDescriptor> routes;
  for (const SampleRoute& sample : samples) routes.push_back(AsDescriptor(sample));
  return routes;
}

inline CatalogSnapshot SnapshotOf(std::uint64_t version, const std::vector<SampleRoute>& samples) {
  CatalogSnapshot snapshot;
  snapshot.version = Version(version);
  snapshot.routes = Described(samples);
  return snapshot;
}

// The table of these routes, which must be valid.
inline RouteTable TableOf(const std::vector<SampleRoute>& samples) {
  return RouteTable::FromRoutes(Described(samples)).value();
}

// The keyspace in one route of this group, with the group's number as its id.
inline std::vector<SampleRoute> EverythingTo(std::uint64_t group, std::uint64_t epoch = 0) {
  return {SampleRoute{.id = group, .start = "", .end = std::nullopt, .group = group, .epoch = epoch}};
}

inline std::ostream& operator<<(std::ostream& out, const Route& route) {
  return out << "route " << route.route_id.value << " " << FormatRange(route.range()) << " of group "
             << route.group_id.value << ", " << RouteStateName(route.state) << ", load " << route.load
             << ", epoch " << route.epoch.value;
}

}  // namespace fencepost
