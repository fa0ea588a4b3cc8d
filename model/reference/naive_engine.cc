#include "model/reference/naive_engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "fencepost/base/error.h"
#include "model/reference/naive_codec.h"

namespace fencepost::model {
namespace {

bool Covers(const Route& route, std::string_view key) {
  if (key < route.start) return false;
  return !route.end.has_value() || key < *route.end;
}

// The last route in order whose start is at or below `key`, whether or not it reaches as far as the key.
std::optional<std::size_t> LastStartingAtOrBelow(const std::vector<Route>& routes, std::string_view key) {
  std::optional<std::size_t> last;
  for (std::size_t i = 0; i < routes.size(); ++i) {
    if (routes[i].start <= key) last = i;
  }
  return last;
}

void InsertByStart(std::vector<Route>* routes, Route route) {
  std::size_t position = 0;
  while (position < routes->size() && (*routes)[position].start <= route.start) ++position;
  routes->insert(routes->begin() + static_cast<std::ptrdiff_t>(position), std::move(route));
}

Route FromDescriptor(const RouteDescriptor& descriptor) {
  Route route;
  route.route_id = descriptor.route_id;
  route.start = descriptor.start;
  route.end = descriptor.end;
  route.group_id = descriptor.group_id;
  route.state = descriptor.state;
  route.epoch = descriptor.epoch;
  return route;
}

// `routes` sorted by start, or why no engine may hold them.
absl::StatusOr<std::vector<Route>> ToTable(const std::vector<RouteDescriptor>& routes) {
  std::vector<Route> table;
  for (const RouteDescriptor& descriptor : routes) {
    if (absl::Status valid = NaiveValidate(descriptor); !valid.ok()) return valid;
    for (const Route& earlier : table) {
      if (earlier.route_id == descriptor.route_id) {
        return MakeError(Error::kEngineSnapshotDuplicateId, FormatRoute(descriptor));
      }
    }
    InsertByStart(&table, FromDescriptor(descriptor));
  }
  for (std::size_t i = 1; i < table.size(); ++i) {
    const Route& left = table[i - 1];
    const Route& right = table[i];
    if (left.start == right.start || !left.end.has_value()) {
      return MakeError(Error::kEngineSnapshotRouteOrder, "at " + QuoteKey(right.start));
    }
    if (*left.end > right.start) {
      return MakeError(Error::kEngineSnapshotRouteOverlap, "at " + QuoteKey(right.start));
    }
  }
  return table;
}

std::vector<RouteDescriptor> SortedByStart(std::vector<RouteDescriptor> routes) {
  std::sort(routes.begin(), routes.end(), [](const RouteDescriptor& a, const RouteDescriptor& b) {
    return std::tie(a.start, a.route_id) < std::tie(b.start, b.route_id);
  });
  return routes;
}

bool HaveCommonKey(const Route& route, const KeyRange& range) {
  const bool route_ends_first = route.end.has_value() && *route.end <= range.start;
  const bool range_ends_first = range.end.has_value() && *range.end <= route.start;
  return !route_ends_first && !range_ends_first;
}

}  // namespace

const Route* NaiveSnapshot::RouteOf(std::string_view key) const {
  const std::optional<std::size_t> index = LastStartingAtOrBelow(routes, key);
  if (!index.has_value() || !Covers(routes[*index], key)) return nullptr;
  return &routes[*index];
}

std::optional<GroupId> NaiveSnapshot::OwnerOf(std::string_view key) const {
  const Route* route = RouteOf(key);
  if (route == nullptr) return std::nullopt;
  return route->group_id;
}

const NaiveSnapshot* NaiveHistory::At(Version version) const {
  for (const NaiveSnapshot& snapshot : recorded) {
    if (snapshot.version == version) return &snapshot;
  }
  return nullptr;
}

NaiveHistory::Gap NaiveHistory::GapAround(Version version) const {
  for (std::size_t i = 1; i < recorded.size(); ++i) {
    if (recorded[i - 1].version < version && version < recorded[i].version) {
      return Gap{&recorded[i - 1], &recorded[i]};
    }
  }
  return Gap{};
}

NaiveEngine::NaiveEngine(NaiveEngineOptions options) : options_(std::move(options)) {
  history_.depth = options_.history_depth;
  if (options_.default_route) {
    Route everything;
    everything.group_id = GroupId(1);
    routes_.push_back(everything);
    RecordCurrent();
  }
}

bool NaiveEngine::IsRecordedContent(const std::vector<RouteDescriptor>& routes) const {
  // Version 0 is before the first save: whatever an engine started with is as good as anything.
  if (CurrentVersion().value == 0) return true;
  return SortedByStart(routes) == applied_;
}

absl::StatusOr<ApplyOutcome> NaiveEngine::ApplySnapshot(const CatalogSnapshot& snapshot) {
  if (snapshot.version < CurrentVersion()) {
    return MakeError(Error::kEngineSnapshotVersionStale,
                     fmt::format("snapshot {}, engine {}", snapshot.version.value, CurrentVersion().value));
  }
  if (snapshot.version == CurrentVersion()) {
    return IsRecordedContent(snapshot.routes) ? ApplyOutcome::kSameVersion
                                              : ApplyOutcome::kSameVersionDifferentContent;
  }
  absl::StatusOr<std::vector<Route>> table = ToTable(snapshot.routes);
  if (!table.ok()) return table.status();
  routes_ = *std::move(table);
  applied_ = SortedByStart(snapshot.routes);
  history_.current_version = snapshot.version;
  RecordCurrent();
  return ApplyOutcome::kApplied;
}

void NaiveEngine::RecordCurrent() {
  if (Current() == nullptr) history_.recorded.push_back(NaiveSnapshot{CurrentVersion(), routes_});
  EvictSurplus();
}

void NaiveEngine::EvictSurplus() {
  while (history_.recorded.size() > history_.depth) history_.recorded.erase(history_.recorded.begin());
}

std::optional<std::size_t> NaiveEngine::IndexOf(std::string_view key) const {
  const std::optional<std::size_t> index = LastStartingAtOrBelow(routes_, key);
  if (!index.has_value() || !Covers(routes_[*index], key)) return std::nullopt;
  return index;
}

std::optional<Route> NaiveEngine::GetRoute(std::string_view key) const {
  const std::optional<std::size_t> index = IndexOf(key);
  if (!index.has_value()) return std::nullopt;
  return routes_[*index];
}

std::vector<Route> NaiveEngine::GetIntersectingRoutes(std::string_view start,
                                                      std::optional<std::string_view> end) const {
  std::vector<Route> found;
  if (end.has_value() && *end <= start && options_.compatibility == Compatibility::kNone) return found;
  for (const Route& route : routes_) {
    const bool starts_before_end = !end.has_value() || route.start < *end;
    const bool ends_after_start = !route.end.has_value() || start < *route.end;
    if (starts_before_end && ends_after_start) found.push_back(route);
  }
  return found;
}

absl::Status NaiveEngine::UpdateRoute(const KeyRange& range, GroupId group) {
  Route route;
  route.start = range.start;
  route.end = range.end;
  route.group_id = group;
  if (options_.compatibility == Compatibility::kNone) {
    if (group.value == 0) return MakeError(Error::kCatalogGroupIdRequired, FormatRange(range));
    if (range.end.has_value() && *range.end <= range.start) {
      return MakeError(Error::kCatalogInvalidRouteRange, FormatRange(range));
    }
    if (CurrentVersion().value > 0) {
      return MakeError(Error::kEngineAlreadyBootstrapped,
                       fmt::format("the engine is at version {}", CurrentVersion().value));
    }
    for (const Route& existing : routes_) {
      if (HaveCommonKey(existing, range)) {
        return MakeError(Error::kEngineSnapshotRouteOverlap, FormatRange(existing.range()));
      }
    }
  }
  InsertByStart(&routes_, std::move(route));
  return absl::OkStatus();
}

std::optional<std::string> NaiveEngine::SplitKey(const Route& route) const {
  if (!route.end.has_value()) return std::nullopt;
  if (options_.hotspot_policy != nullptr) return options_.hotspot_policy->SplitKey(route.range(), {});
  std::string next_key = route.start + std::string(1, '\0');
  if (next_key < *route.end) return next_key;
  return std::nullopt;
}

void NaiveEngine::RecordAccess(std::string_view key) {
  const std::optional<std::size_t> index = IndexOf(key);
  if (!index.has_value()) return;
  Route& hot = routes_[*index];
  ++hot.load;
  if (options_.hotspot_threshold == 0 || hot.load < options_.hotspot_threshold) return;
  hot.load = 0;
  const std::optional<std::string> cut = SplitKey(hot);
  if (!cut.has_value()) return;

  Route left;
  left.start = hot.start;
  left.end = *cut;
  left.group_id = hot.group_id;
  if (options_.compatibility == Compatibility::kNone) left.state = hot.state;
  Route right = left;
  right.start = *cut;
  right.end = hot.end;
  hot = left;
  // Where the left half leaves off; so before a route that starts there too, unlike a newcomer.
  std::size_t position = *index + 1;
  while (position < routes_.size() && routes_[position].start < right.start) ++position;
  routes_.insert(routes_.begin() + static_cast<std::ptrdiff_t>(position), right);
}

absl::Status NaiveEngine::SetHistoryDepth(std::size_t depth) {
  if (depth == 0) return MakeError(Error::kHistoryDepthRequired, "a depth of 0 keeps no version");
  history_.depth = depth;
  EvictSurplus();
  return absl::OkStatus();
}

}  // namespace fencepost::model
