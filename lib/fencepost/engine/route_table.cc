#include "fencepost/engine/route_table.h"

#include <algorithm>
#include <cassert>
#include <string>
#include <tuple>
#include <utility>

#include "fencepost/base/error.h"

namespace fencepost {
namespace {

struct StoredRoute {
  RouteId route_id;
  std::string start;
  std::optional<std::string> end;
  GroupId group_id;
  RouteState state = RouteState::kActive;
  RouteId parent_route_id;
  RangeEpoch epoch;
};

std::optional<std::string_view> EndOf(const StoredRoute& route) {
  if (!route.end.has_value()) return std::nullopt;
  return *route.end;
}

StoredRoute Stored(const RouteDescriptor& route) {
  return StoredRoute{.route_id = route.route_id,
                     .start = route.start,
                     .end = route.end,
                     .group_id = route.group_id,
                     .state = route.state,
                     .parent_route_id = route.parent_route_id,
                     .epoch = route.epoch};
}

StoredRoute Ephemeral(std::string start, std::optional<std::string> end, GroupId group_id, RouteState state) {
  StoredRoute route;
  route.start = std::move(start);
  route.end = std::move(end);
  route.group_id = group_id;
  route.state = state;
  return route;
}

// By id where starts are equal, so that a refusal reads the same however the routes arrived.
bool StartsBefore(const StoredRoute& a, const StoredRoute& b) {
  return std::tie(a.start, a.route_id) < std::tie(b.start, b.route_id);
}

bool Covers(const StoredRoute& route, std::string_view key) {
  return route.start <= key && (!route.end.has_value() || key < *route.end);
}

bool BoundsAcross(const StoredRoute& route, std::string_view start, std::optional<std::string_view> end) {
  return (!end.has_value() || route.start < *end) && (!route.end.has_value() || start < *route.end);
}

// The index of the first route that repeats an earlier one's id, or nothing.
std::optional<std::size_t> FirstRepeatedId(std::span<const RouteDescriptor> routes) {
  std::vector<std::pair<RouteId, std::size_t>> ids;
  ids.reserve(routes.size());
  for (std::size_t i = 0; i < routes.size(); ++i) ids.emplace_back(routes[i].route_id, i);
  std::sort(ids.begin(), ids.end());
  std::optional<std::size_t> first;
  for (std::size_t i = 1; i < ids.size(); ++i) {
    if (ids[i].first != ids[i - 1].first) continue;
    first = std::min(first.value_or(ids[i].second), ids[i].second);
  }
  return first;
}

// Each route on its own and its id against those before it, as if done one route after another.
absl::Status CheckOneByOne(std::span<const RouteDescriptor> routes) {
  absl::Status first_invalid;
  std::size_t valid = 0;
  for (; valid < routes.size(); ++valid) {
    first_invalid = ValidateRouteDescriptor(routes[valid]);
    if (!first_invalid.ok()) break;
  }
  const std::optional<std::size_t> repeated = FirstRepeatedId(routes.first(valid));
  if (repeated.has_value()) {
    return MakeError(Error::kEngineSnapshotDuplicateId,
                     "the snapshot holds route id " + std::to_string(routes[*repeated].route_id.value) +
                         " twice, the second time as " + FormatRoute(routes[*repeated]));
  }
  return first_invalid;
}

std::string Describe(const StoredRoute& route) {
  return "route " + std::to_string(route.route_id.value) + " " +
         FormatRange(KeyRange{route.start, route.end});
}

absl::Status CheckNeighbours(const std::vector<StoredRoute>& sorted) {
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const StoredRoute& before = sorted[i - 1];
    const StoredRoute& after = sorted[i];
    if (before.start == after.start) {
      return MakeError(Error::kEngineSnapshotRouteOrder,
                       Describe(before) + " and " + Describe(after) + " have the same start");
    }
    if (!before.end.has_value()) {
      return MakeError(Error::kEngineSnapshotRouteOrder,
                       Describe(before) + " is unbounded, but " + Describe(after) + " comes after it");
    }
    if (*before.end > after.start) {
      return MakeError(Error::kEngineSnapshotRouteOverlap,
                       Describe(before) + " ends after the start of " + Describe(after));
    }
  }
  return absl::OkStatus();
}

bool IsDisjoint(const std::vector<StoredRoute>& sorted) {
  for (const StoredRoute& route : sorted) {
    if (!IsNonEmpty(route.start, EndOf(route))) return false;
  }
  return CheckNeighbours(sorted).ok();
}

bool SameRoute(const StoredRoute& stored, const RouteDescriptor& route) {
  return stored.route_id == route.route_id && stored.start == route.start && stored.end == route.end &&
         stored.group_id == route.group_id && stored.state == route.state &&
         stored.parent_route_id == route.parent_route_id;
}

}  // namespace

// Sorted by start. Binary search over one array: simple, and replaceable without anyone noticing.
struct RouteTable::Rep {
  std::vector<StoredRoute> routes;
  bool disjoint = true;

  RouteView View(std::size_t rank) const {
    const StoredRoute& route = routes[rank];
    return RouteView{.route_id = route.route_id,
                     .start = route.start,
                     .end = EndOf(route),
                     .group_id = route.group_id,
                     .state = route.state,
                     .epoch = route.epoch,
                     .rank = rank};
  }

  // How many routes start below `key`.
  std::size_t CountBelow(std::string_view key) const {
    const auto starts_below = [](const StoredRoute& route, std::string_view k) { return route.start < k; };
    return static_cast<std::size_t>(std::lower_bound(routes.begin(), routes.end(), key, starts_below) -
                                    routes.begin());
  }

  std::size_t CountAtOrBelow(std::string_view key) const {
    const auto below_start = [](std::string_view k, const StoredRoute& route) { return k < route.start; };
    return static_cast<std::size_t>(std::upper_bound(routes.begin(), routes.end(), key, below_start) -
                                    routes.begin());
  }

  // The only route that may answer for `key`, if it covers it.
  const StoredRoute* Covering(std::string_view key) const {
    const std::size_t after = CountAtOrBelow(key);
    if (after == 0 || !Covers(routes[after - 1], key)) return nullptr;
    return &routes[after - 1];
  }
};

RouteTable::RouteTable() : rep_(std::make_shared<const Rep>()) {}

RouteTable::RouteTable(std::shared_ptr<const Rep> rep) : rep_(std::move(rep)) {}

absl::StatusOr<RouteTable> RouteTable::FromRoutes(std::span<const RouteDescriptor> routes) {
  absl::Status status = CheckOneByOne(routes);
  if (!status.ok()) return status;

  auto rep = std::make_shared<Rep>();
  rep->routes.reserve(routes.size());
  for (const RouteDescriptor& route : routes) rep->routes.push_back(Stored(route));
  // Catalog snapshots arrive sorted; a sort would still compare every key many times.
  if (!std::is_sorted(rep->routes.begin(), rep->routes.end(), StartsBefore)) {
    std::sort(rep->routes.begin(), rep->routes.end(), StartsBefore);
  }
  status = CheckNeighbours(rep->routes);
  if (!status.ok()) return status;
  return RouteTable(std::move(rep));
}

std::size_t RouteTable::size() const { return rep_->routes.size(); }

std::optional<RouteView> RouteTable::Find(std::string_view key) const {
  const StoredRoute* route = rep_->Covering(key);
  if (route == nullptr) return std::nullopt;
  return rep_->View(static_cast<std::size_t>(route - rep_->routes.data()));
}

std::optional<GroupId> RouteTable::OwnerOf(std::string_view key) const {
  const StoredRoute* route = rep_->Covering(key);
  if (route == nullptr) return std::nullopt;
  return route->group_id;
}

RouteView RouteTable::At(std::size_t rank) const {
  assert(rank < size());
  return rep_->View(rank);
}

std::vector<RouteView> RouteTable::Intersecting(std::string_view start,
                                                std::optional<std::string_view> end) const {
  if (!IsNonEmpty(start, end)) return {};
  if (!rep_->disjoint) {
    std::vector<RouteView> found = WithBoundsAcross(start, end);
    std::erase_if(found, [](const RouteView& route) { return !IsNonEmpty(route.start, route.end); });
    return found;
  }
  std::size_t first = rep_->CountAtOrBelow(start);
  if (first > 0 && Covers(rep_->routes[first - 1], start)) --first;
  const std::size_t past = end.has_value() ? rep_->CountBelow(*end) : size();
  std::vector<RouteView> found;
  found.reserve(past - first);
  for (std::size_t rank = first; rank < past; ++rank) found.push_back(rep_->View(rank));
  return found;
}

std::vector<RouteView> RouteTable::WithBoundsAcross(std::string_view start,
                                                    std::optional<std::string_view> end) const {
  std::vector<RouteView> found;
  for (std::size_t rank = 0; rank < size(); ++rank) {
    if (BoundsAcross(rep_->routes[rank], start, end)) found.push_back(rep_->View(rank));
  }
  return found;
}

std::size_t RouteTable::RankAfter(std::string_view key) const { return rep_->CountAtOrBelow(key); }

bool RouteTable::HoldsExactly(std::span<const RouteDescriptor> routes) const {
  if (routes.size() != size()) return false;
  // The same descriptor twice must not stand in for a route that is missing.
  std::vector<bool> matched(size(), false);
  for (const RouteDescriptor& route : routes) {
    const std::size_t after = rep_->CountAtOrBelow(route.start);
    if (after == 0 || matched[after - 1] || !SameRoute(rep_->routes[after - 1], route)) return false;
    matched[after - 1] = true;
  }
  return true;
}

RouteTable::Grown RouteTable::WithRoute(KeyRange range, GroupId group_id) const {
  auto grown = std::make_shared<Rep>(*rep_);
  const std::size_t rank = grown->CountAtOrBelow(range.start);
  grown->routes.insert(
      grown->routes.begin() + static_cast<std::ptrdiff_t>(rank),
      Ephemeral(std::move(range.start), std::move(range.end), group_id, RouteState::kActive));
  grown->disjoint = IsDisjoint(grown->routes);
  return Grown{RouteTable(std::move(grown)), rank};
}

RouteTable::Grown RouteTable::WithSplit(std::size_t rank, std::string_view split_key,
                                        RouteState state_of_halves) const {
  assert(rank < size());
  auto grown = std::make_shared<Rep>(*rep_);
  StoredRoute& whole = grown->routes[rank];
  assert(whole.start < split_key && (!whole.end.has_value() || split_key < *whole.end));
  const GroupId group_id = whole.group_id;
  StoredRoute right = Ephemeral(std::string(split_key), std::move(whole.end), group_id, state_of_halves);
  whole = Ephemeral(std::move(whole.start), std::string(split_key), group_id, state_of_halves);
  // In a disjoint table this is rank + 1; where routes overlap, others may start before the split key.
  const std::size_t right_rank = grown->CountBelow(split_key);
  grown->routes.insert(grown->routes.begin() + static_cast<std::ptrdiff_t>(right_rank), std::move(right));
  return Grown{RouteTable(std::move(grown)), right_rank};
}

}  // namespace fencepost
