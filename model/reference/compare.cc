#include "model/reference/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "fencepost/base/error.h"
#include "fencepost/base/key_range.h"

namespace fencepost::model {
namespace {

constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

std::string Show(const absl::Status& status) { return status.ok() ? "OK" : std::string(status.message()); }

std::string Show(const std::optional<std::string>& bytes) {
  return bytes.has_value() ? QuoteKey(*bytes) : "nothing";
}

std::string Show(const Route& route) {
  return fmt::format("route {} {} of group {}, {}, load {}, epoch {}", route.route_id.value,
                     FormatRange(route.range()), route.group_id.value, RouteStateName(route.state),
                     route.load, route.epoch.value);
}

std::string Show(const RouteDescriptor& route) {
  return fmt::format("{}, parent {}, epoch {}", FormatRoute(route), route.parent_route_id.value,
                     route.epoch.value);
}

std::string Show(const KeyValue& pair) {
  return fmt::format("{} = {} written at {}", QuoteKey(pair.key), QuoteKey(pair.value),
                     pair.written_at.value);
}

std::string Show(ApplyOutcome outcome) {
  switch (outcome) {
    case ApplyOutcome::kApplied:
      return "applied";
    case ApplyOutcome::kSameVersion:
      return "same version";
    case ApplyOutcome::kSameVersionDifferentContent:
      return "same version, different content";
  }
  return "an unknown outcome";
}

std::string Show(SyncOutcome outcome) {
  switch (outcome) {
    case SyncOutcome::kUpToDate:
      return "up to date";
    case SyncOutcome::kApplied:
      return "applied";
    case SyncOutcome::kCatalogWentBack:
      return "the catalog went back";
    case SyncOutcome::kSameVersionDifferentContent:
      return "same version, different content";
  }
  return "an unknown outcome";
}

bool Same(const RouteDescriptor& a, const RouteDescriptor& b) {
  return a.route_id == b.route_id && a.start == b.start && a.end == b.end && a.group_id == b.group_id &&
         a.state == b.state && a.parent_route_id == b.parent_route_id && a.epoch == b.epoch;
}
bool Same(const Route& a, const Route& b) { return a == b; }
bool Same(const KeyValue& a, const KeyValue& b) { return a == b; }

Difference Found(std::string_view what, std::string_view expected, std::string_view actual) {
  return fmt::format("{} is {}, expected {}", what, actual, expected);
}

template <class Number>
Difference DiffNumber(std::string_view what, const Number& expected, const Number& actual) {
  if (expected == actual) return std::nullopt;
  return Found(what, fmt::format("{}", expected), fmt::format("{}", actual));
}

template <class T>
Difference DiffList(std::string_view what, const std::vector<T>& expected, const std::vector<T>& actual) {
  const std::size_t common = std::min(expected.size(), actual.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (!Same(expected[i], actual[i])) {
      return Found(fmt::format("{} {} of {}", what, i + 1, actual.size()), Show(expected[i]),
                   Show(actual[i]));
    }
  }
  if (expected.size() > common) {
    return fmt::format("there are {} of {} expected: the first missing {} is {}", actual.size(),
                       expected.size(), what, Show(expected[common]));
  }
  if (actual.size() > common) {
    return fmt::format("there are {}, expected {}: the first surplus {} is {}", actual.size(),
                       expected.size(), what, Show(actual[common]));
  }
  return std::nullopt;
}

Difference Within(std::string_view where, Difference difference) {
  if (!difference.has_value()) return difference;
  return fmt::format("{}: {}", where, *difference);
}

// Every boundary, and a key just behind each; the empty key too.
std::vector<std::string> ProbesOf(const std::vector<Route>& routes) {
  std::vector<std::string> probes = {"", "\xff\xff\xff\xff"};
  for (const Route& route : routes) {
    probes.push_back(route.start);
    probes.push_back(route.start + std::string(1, '\0'));
    if (!route.end.has_value()) continue;
    probes.push_back(*route.end);
    // The greatest short key below the end, so that an end taken for inclusive does not slip through.
    if (!route.end->empty()) probes.push_back(route.end->substr(0, route.end->size() - 1));
  }
  return probes;
}

std::string ShowOwner(std::optional<GroupId> owner) {
  return owner.has_value() ? fmt::format("group {}", owner->value) : "nobody";
}

Route FromView(const RouteView& view) {
  Route route;
  route.route_id = view.route_id;
  route.start = std::string(view.start);
  if (view.end.has_value()) route.end = std::string(*view.end);
  route.group_id = view.group_id;
  route.state = view.state;
  route.epoch = view.epoch;
  return route;
}

Difference DiffTable(const NaiveSnapshot& expected, const RouteTable& actual) {
  std::vector<Route> routes;
  for (std::size_t rank = 0; rank < actual.size(); ++rank) {
    const RouteView view = actual.At(rank);
    if (view.rank != rank) return Found("a route's rank", std::to_string(rank), std::to_string(view.rank));
    routes.push_back(FromView(view));
  }
  return DiffValue(expected.routes, routes);
}

Difference DiffOwners(const NaiveSnapshot& expected, const RouteHistorySnapshot& actual) {
  for (const std::string& key : ProbesOf(expected.routes)) {
    const std::string where = "the owner of " + QuoteKey(key);
    const std::optional<GroupId> owner = expected.OwnerOf(key);
    if (actual.OwnerOf(key) != owner) return Found(where, ShowOwner(owner), ShowOwner(actual.OwnerOf(key)));
    if (actual.table().OwnerOf(key) != owner) {
      return Found(where + " in the table", ShowOwner(owner), ShowOwner(actual.table().OwnerOf(key)));
    }
    const Route* route = expected.RouteOf(key);
    const std::optional<RouteView> view = actual.table().Find(key);
    const std::optional<Route> want = route == nullptr ? std::nullopt : std::optional<Route>(*route);
    const std::optional<Route> got = view.has_value() ? std::optional<Route>(FromView(*view)) : std::nullopt;
    if (Difference difference = DiffValue(want, got)) return Within("at " + QuoteKey(key), difference);
  }
  return std::nullopt;
}

}  // namespace

Difference DiffStatus(const absl::Status& expected, const absl::Status& actual) {
  const bool same = expected.code() == actual.code() && ErrorOf(expected) == ErrorOf(actual);
  if (same) return std::nullopt;
  return Found("the answer", Show(expected), Show(actual));
}

Difference DiffValue(const RouteDescriptor& expected, const RouteDescriptor& actual) {
  if (Same(expected, actual)) return std::nullopt;
  return Found("the route", Show(expected), Show(actual));
}

Difference DiffValue(const std::vector<RouteDescriptor>& expected,
                     const std::vector<RouteDescriptor>& actual) {
  return DiffList("route", expected, actual);
}

Difference DiffValue(const CatalogSnapshot& expected, const CatalogSnapshot& actual) {
  if (auto difference = DiffValue(expected.version, actual.version)) return difference;
  if (auto difference = DiffNumber("the read timestamp", expected.read_ts.value, actual.read_ts.value)) {
    return difference;
  }
  return DiffValue(expected.routes, actual.routes);
}

Difference DiffValue(const SaveResult& expected, const SaveResult& actual) {
  if (auto difference = DiffValue(expected.snapshot, actual.snapshot)) return difference;
  if (auto difference = DiffNumber("no_op", expected.no_op, actual.no_op)) return difference;
  return DiffNumber("next_route_id_was_missing", expected.next_route_id_was_missing,
                    actual.next_route_id_was_missing);
}

Difference DiffValue(const NextRouteIdAnswer& expected, const NextRouteIdAnswer& actual) {
  if (auto difference = DiffValue(expected.next, actual.next)) return difference;
  return DiffNumber("record_missing", expected.record_missing, actual.record_missing);
}

Difference DiffValue(Version expected, Version actual) {
  return DiffNumber("the version", expected.value, actual.value);
}

Difference DiffValue(RouteId expected, RouteId actual) {
  return DiffNumber("the route id", expected.value, actual.value);
}

Difference DiffValue(Timestamp expected, Timestamp actual) {
  return DiffNumber("the timestamp", expected.value, actual.value);
}

Difference DiffValue(ApplyOutcome expected, ApplyOutcome actual) {
  if (expected == actual) return std::nullopt;
  return Found("the apply's outcome", Show(expected), Show(actual));
}

Difference DiffValue(SyncOutcome expected, SyncOutcome actual) {
  if (expected == actual) return std::nullopt;
  return Found("the sync's outcome", Show(expected), Show(actual));
}

Difference DiffValue(const std::string& expected, const std::string& actual) {
  if (expected == actual) return std::nullopt;
  return Found("the value", QuoteKey(expected), QuoteKey(actual));
}

Difference DiffValue(const std::optional<std::string>& expected, const std::optional<std::string>& actual) {
  if (expected == actual) return std::nullopt;
  return Found("the value", Show(expected), Show(actual));
}

Difference DiffValue(const std::vector<KeyValue>& expected, const std::vector<KeyValue>& actual) {
  return DiffList("pair", expected, actual);
}

Difference DiffValue(const std::optional<Route>& expected, const std::optional<Route>& actual) {
  if (expected == actual) return std::nullopt;
  return Found("the route", expected.has_value() ? Show(*expected) : "nothing",
               actual.has_value() ? Show(*actual) : "nothing");
}

Difference DiffValue(const std::vector<Route>& expected, const std::vector<Route>& actual) {
  return DiffList("route", expected, actual);
}

Difference DiffSnapshot(const NaiveSnapshot* expected, const std::optional<RouteHistorySnapshot>& actual) {
  if (expected == nullptr && !actual.has_value()) return std::nullopt;
  if (expected == nullptr) return Found("the snapshot", "nothing", std::to_string(actual->version().value));
  if (!actual.has_value()) return Found("the snapshot", std::to_string(expected->version.value), "nothing");
  if (auto difference = DiffValue(expected->version, actual->version())) return difference;
  if (auto difference = DiffTable(*expected, actual->table())) return difference;
  return DiffOwners(*expected, *actual);
}

Difference DiffHistory(const NaiveHistory& expected, const RouteHistory& actual) {
  if (auto difference = DiffValue(expected.current_version, actual.current_version())) return difference;
  if (auto difference = DiffNumber("the ring's depth", expected.depth, actual.depth())) return difference;
  const std::vector<Version> versions = actual.RecordedVersions();
  if (auto difference =
          DiffNumber("the number of recorded versions", expected.recorded.size(), versions.size())) {
    return difference;
  }
  for (std::size_t i = 0; i < versions.size(); ++i) {
    const std::string where = fmt::format("recorded version {} of {}", i + 1, versions.size());
    if (auto difference = DiffValue(expected.recorded[i].version, versions[i]))
      return Within(where, difference);
    if (auto difference = DiffSnapshot(&expected.recorded[i], actual.At(versions[i]))) {
      return Within(where, difference);
    }
  }
  return Within("the history's current version", DiffSnapshot(expected.Current(), actual.Current()));
}

Difference DiffEngine(const NaiveEngine& expected, const Engine& actual) {
  if (auto difference = DiffValue(expected.CurrentVersion(), actual.CurrentVersion())) {
    return Within("the engine", difference);
  }
  if (auto difference = DiffValue(expected.Stats(), actual.Stats())) return Within("the engine", difference);
  for (const std::string& key : ProbesOf(expected.Stats())) {
    if (auto difference = DiffValue(expected.GetRoute(key), actual.GetRoute(key))) {
      return Within("GetRoute " + QuoteKey(key), difference);
    }
  }
  if (auto difference =
          DiffNumber("the engine's history depth", expected.History().depth, actual.HistoryDepth())) {
    return difference;
  }
  if (auto difference = DiffSnapshot(expected.Current(), actual.Current())) {
    return Within("the engine's current snapshot", difference);
  }
  for (const NaiveSnapshot& recorded : expected.History().recorded) {
    if (auto difference = DiffSnapshot(&recorded, actual.SnapshotAt(recorded.version))) {
      return Within(fmt::format("SnapshotAt {}", recorded.version.value), difference);
    }
  }
  return DiffHistory(expected.History(), actual.History());
}

Difference DiffNewest(const NaiveStore& expected, const MemoryStore& actual) {
  if (auto difference = DiffValue(expected.LastCommitTs(), actual.LastCommitTsNow())) {
    return Within("the store's last commit", difference);
  }
  const KeyRange everything{"", std::nullopt};
  return Within("the store, newest", DiffAnswer(expected.Scan(everything, kNoLimit, Timestamp::Max()),
                                                actual.Scan(everything, kNoLimit, Timestamp::Max())));
}

Difference DiffStore(const NaiveStore& expected, const MemoryStore& actual) {
  if (auto difference = DiffNewest(expected, actual)) return difference;
  const KeyRange everything{"", std::nullopt};
  std::vector<Timestamp> timestamps = expected.Timestamps();
  timestamps.push_back(Timestamp(0));
  timestamps.push_back(Timestamp(1));
  for (const Timestamp ts : timestamps) {
    if (auto difference =
            DiffAnswer(expected.Scan(everything, kNoLimit, ts), actual.Scan(everything, kNoLimit, ts))) {
      return Within(fmt::format("the store at {}", ts.value), difference);
    }
  }
  for (const std::string& key : expected.Keys()) {
    const std::uint64_t latest = expected.LatestVersionOf(key)->value;
    const std::optional<Timestamp> found = actual.LatestVersionOf(key);
    if (!found.has_value() || found->value != latest) {
      return Found("the newest version of " + QuoteKey(key), std::to_string(latest),
                   found.has_value() ? std::to_string(found->value) : "nothing");
    }
  }
  return std::nullopt;
}

}  // namespace fencepost::model
