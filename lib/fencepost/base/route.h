// What the catalog holds: routes. A route is a key range, the Raft group that owns it, a durable id and a
// state.
//
// Values throughout: nothing handed out aliases a table or a store.
#pragma once

#include <absl/status/status.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/base/key_range.h"

namespace fencepost {

// The control-plane state of a route. The numbers are durable.
enum class RouteState : std::uint8_t {
  kActive = 0,           // serving
  kWriteFenced = 1,      // writes are held back while ownership changes hands
  kMigratingSource = 2,  // its data is being copied out; still the owner
  kMigratingTarget = 3,  // its data is being copied in; not serving yet
};

// Whether the number is one of RouteState's. A RouteState made from outside data may hold any byte until
// checked.
bool IsKnownRouteState(RouteState state);

// "active", "write-fenced", "migrating-source", "migrating-target", or "unknown(N)".
std::string RouteStateName(RouteState state);

// Whether a write to a range in this state may be let in by its owner: active and migrating-source.
bool AdmitsWrites(RouteState state);

// The identity of one tenure of a range: the commit timestamp at which the route's record was last written.
//
// The store never assigns a timestamp twice, and an unchanged route is not rewritten; so two equal epochs
// mean that nothing about the route changed in between, a move there and back included. 0 means "unknown" and
// is equal to nothing: routes that did not come from a store have it.
using RangeEpoch = Timestamp;

// A route as the durable catalog holds it.
struct RouteDescriptor {
  RouteId route_id;
  std::string start;               // inclusive
  std::optional<std::string> end;  // exclusive; absent: unbounded
  GroupId group_id;
  RouteState state = RouteState::kActive;
  RouteId parent_route_id;  // the route this one was split from; 0: none
  // Filled in by whoever read or wrote the record. It is no part of the record: encoding, Save and == ignore
  // it.
  RangeEpoch epoch;

  KeyRange range() const { return KeyRange{start, end}; }

  // Equality of what is durable.
  friend bool operator==(const RouteDescriptor& a, const RouteDescriptor& b);
};

// A route as an engine answers it.
struct Route {
  RouteId route_id;  // 0: ephemeral, known to this engine only
  std::string start;
  std::optional<std::string> end;
  GroupId group_id;
  RouteState state = RouteState::kActive;
  std::uint64_t load =
      0;             // accesses counted since the route appeared in this engine, or since the last reset
  RangeEpoch epoch;  // 0 for ephemeral routes

  KeyRange range() const { return KeyRange{start, end}; }

  friend bool operator==(const Route&, const Route&) = default;
};

// The whole catalog at one version.
struct CatalogSnapshot {
  Version version;
  std::vector<RouteDescriptor> routes;
  Timestamp read_ts;  // where it was read, or, for the snapshot a save returns, the commit timestamp
};

// Catalog order: by start, then by end with "unbounded" last, then by id.
bool CatalogOrder(const RouteDescriptor& a, const RouteDescriptor& b);

// What makes a descriptor valid on its own, checked in this order: CatalogRouteIdRequired,
// CatalogGroupIdRequired, CatalogInvalidRouteState, CatalogInvalidRouteRange.
absl::Status ValidateRouteDescriptor(const RouteDescriptor& route);

// The route for people, e.g.: route 7 ["a", "m") of group 2, active.
std::string FormatRoute(const RouteDescriptor& route);

}  // namespace fencepost
