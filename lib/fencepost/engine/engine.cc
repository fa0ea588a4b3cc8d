#include "fencepost/engine/engine.h"

#include <atomic>
#include <cassert>
#include <mutex>
#include <string>
#include <utility>

#include "fencepost/base/error.h"
#include "fencepost/engine/internal/published.h"
#include "fencepost/engine/internal/route_loads.h"

namespace fencepost {
namespace {

// One whole picture. Only the counters behind `loads` change once it is published.
struct EngineState {
  RouteTable table;  // what lookups answer from; ephemeral changes are here and not in the history
  RouteLoads loads;  // by rank in `table`
  RouteHistory history;

  Version version() const { return history.current_version(); }
};

using StateRef = std::shared_ptr<const EngineState>;

Route ToRoute(const RouteView& view, const RouteLoads& loads) {
  Route route;
  route.route_id = view.route_id;
  route.start = view.start;
  route.end = view.end;
  route.group_id = view.group_id;
  route.state = view.state;
  route.load = loads.At(view.rank).accesses();
  route.epoch = view.epoch;
  return route;
}

EngineState InitialState(const EngineOptions& options) {
  RouteHistory history(options.history_depth);
  if (!options.default_route) return EngineState{RouteTable(), RouteLoads(0), std::move(history)};
  const RouteTable table = RouteTable().WithRoute(KeyRange{"", std::nullopt}, GroupId(1)).table;
  return EngineState{table, RouteLoads(table.size()),
                     history.Recorded(RouteHistorySnapshot(Version(0), table))};
}

// Whether the recorded picture of the snapshot's version holds its routes. Version 0 is before the first
// save: nothing durable to disagree with.
ApplyOutcome CompareAtSameVersion(const EngineState& state, const CatalogSnapshot& snapshot) {
  const RouteHistorySnapshot* recorded = state.history.Find(snapshot.version);
  if (snapshot.version == Version(0) || recorded == nullptr) return ApplyOutcome::kSameVersion;
  return recorded->table().HoldsExactly(snapshot.routes) ? ApplyOutcome::kSameVersion
                                                         : ApplyOutcome::kSameVersionDifferentContent;
}

// What the versions alone decide; nothing when the snapshot is newer.
std::optional<absl::StatusOr<ApplyOutcome>> DecideByVersion(const EngineState& state,
                                                            const CatalogSnapshot& snapshot) {
  if (snapshot.version > state.version()) return std::nullopt;
  if (snapshot.version == state.version()) return CompareAtSameVersion(state, snapshot);
  return MakeError(Error::kEngineSnapshotVersionStale,
                   "snapshot of version " + std::to_string(snapshot.version.value) +
                       " is older than the engine's version " + std::to_string(state.version().value));
}

absl::Status DepthError() {
  return MakeError(Error::kHistoryDepthRequired, "a history ring needs a depth of at least 1, got 0");
}

}  // namespace

struct Engine::Impl {
  explicit Impl(EngineOptions chosen)
      : options(std::move(chosen)), published(std::make_shared<const EngineState>(InitialState(options))) {}

  bool AsReference() const { return options.compatibility == Compatibility::kReference; }
  bool Splits() const { return options.hotspot_threshold != 0; }

  // Splits the route of `key` if it still is as hot as it was seen to be, or resets its counter.
  void SplitHotRoute(std::string_view key);

  // Where to split the route, or nothing when it has no end or its policy finds no use in a split.
  std::optional<std::string> SplitKeyFor(const RouteView& route, const RouteLoad& load) const;

  const EngineOptions options;  // hotspot_policy is never null
  // One ephemeral change or publication at a time. Readers never take it; snapshots are validated outside it.
  std::mutex applying;
  Published<EngineState> published;
  std::atomic<std::uint64_t> last_timestamp{0};
};

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Engine::~Engine() = default;

absl::StatusOr<std::unique_ptr<Engine>> Engine::Create(EngineOptions options) {
  if (options.history_depth == 0) return DepthError();
  if (options.hotspot_policy == nullptr) {
    if (options.compatibility == Compatibility::kReference) {
      options.hotspot_policy = std::make_shared<const ReferenceHotspotPolicy>();
    } else {
      options.hotspot_policy = std::make_shared<const LoadHalvingPolicy>();
    }
  }
  return std::unique_ptr<Engine>(new Engine(std::make_unique<Impl>(std::move(options))));
}

absl::StatusOr<ApplyOutcome> Engine::ApplySnapshot(const CatalogSnapshot& snapshot) {
  if (auto decided = DecideByVersion(*impl_->published.Load(), snapshot)) return *std::move(decided);
  absl::StatusOr<RouteTable> table = RouteTable::FromRoutes(snapshot.routes);
  if (!table.ok()) return table.status();
  RouteLoads loads(table->size());

  const std::lock_guard lock(impl_->applying);
  // Another applier may have been faster.
  const StateRef before = impl_->published.Load();
  if (auto decided = DecideByVersion(*before, snapshot)) return *std::move(decided);
  impl_->published.Publish(std::make_shared<const EngineState>(EngineState{
      *table, std::move(loads), before->history.Recorded(RouteHistorySnapshot(snapshot.version, *table))}));
  return ApplyOutcome::kApplied;
}

std::optional<Route> Engine::GetRoute(std::string_view key) const {
  return impl_->published.Read([key](const StateRef& state) -> std::optional<Route> {
    const std::optional<RouteView> found = state->table.Find(key);
    if (!found.has_value()) return std::nullopt;
    return ToRoute(*found, state->loads);
  });
}

std::vector<Route> Engine::GetIntersectingRoutes(std::string_view start,
                                                 std::optional<std::string_view> end) const {
  return impl_->published.Read([this, start, end](const StateRef& state) {
    const std::vector<RouteView> found = impl_->AsReference() ? state->table.WithBoundsAcross(start, end)
                                                              : state->table.Intersecting(start, end);
    std::vector<Route> routes;
    routes.reserve(found.size());
    for (const RouteView& view : found) routes.push_back(ToRoute(view, state->loads));
    return routes;
  });
}

std::vector<Route> Engine::Stats() const {
  return impl_->published.Read([](const StateRef& state) {
    std::vector<Route> routes;
    routes.reserve(state->table.size());
    for (std::size_t rank = 0; rank < state->table.size(); ++rank) {
      routes.push_back(ToRoute(state->table.At(rank), state->loads));
    }
    return routes;
  });
}

Version Engine::CurrentVersion() const {
  return impl_->published.Read([](const StateRef& state) { return state->version(); });
}

std::uint64_t Engine::NextTimestamp() {
  return impl_->last_timestamp.fetch_add(1, std::memory_order_relaxed) + 1;
}

absl::Status Engine::UpdateRoute(KeyRange range, GroupId group) {
  if (!impl_->AsReference()) {
    if (group == GroupId(0)) {
      return MakeError(Error::kCatalogGroupIdRequired, "ephemeral route " + FormatRange(range));
    }
    if (!IsNonEmpty(range)) {
      return MakeError(Error::kCatalogInvalidRouteRange, "ephemeral route " + FormatRange(range));
    }
  }
  const std::lock_guard lock(impl_->applying);
  const StateRef before = impl_->published.Load();
  if (!impl_->AsReference()) {
    if (before->version() > Version(0)) {
      return MakeError(
          Error::kEngineAlreadyBootstrapped,
          "ephemeral route " + FormatRange(range) + " at version " + std::to_string(before->version().value));
    }
    const std::vector<RouteView> covered = before->table.Intersecting(range.start, range.end);
    if (!covered.empty()) {
      return MakeError(Error::kEngineSnapshotRouteOverlap,
                       "ephemeral route " + FormatRange(range) + " overlaps " +
                           FormatRange(ToRoute(covered.front(), before->loads).range()));
    }
  }
  RouteTable::Grown grown = before->table.WithRoute(std::move(range), group);
  impl_->published.Publish(std::make_shared<const EngineState>(
      EngineState{std::move(grown.table), before->loads.WithRoute(grown.rank), before->history}));
  return absl::OkStatus();
}

void Engine::RecordAccess(std::string_view key) {
  const bool is_hot = impl_->published.Read([this, key](const StateRef& state) {
    const std::optional<RouteView> found = state->table.Find(key);
    if (!found.has_value()) return false;
    RouteLoad& load = state->loads.At(found->rank);
    const std::uint64_t access_number = load.Count();
    if (!impl_->Splits()) return false;
    const std::size_t sample_size = impl_->options.hotspot_policy->sample_size();
    if (sample_size > 0) load.OfferSample(access_number, key, sample_size);
    return access_number >= impl_->options.hotspot_threshold;
  });
  if (is_hot) impl_->SplitHotRoute(key);
}

void Engine::Impl::SplitHotRoute(std::string_view key) {
  const std::lock_guard lock(applying);
  const StateRef before = published.Load();
  const std::optional<RouteView> route = before->table.Find(key);
  if (!route.has_value()) return;
  RouteLoad& load = before->loads.At(route->rank);
  // Another recorder may have split it, or an applier replaced the table, before the lock was ours.
  if (load.accesses() < options.hotspot_threshold) return;

  const std::optional<std::string> split_key = SplitKeyFor(*route, load);
  if (!split_key.has_value()) {
    load.Reset();
    return;
  }
  const RouteState state_of_halves = AsReference() ? RouteState::kActive : route->state;
  RouteTable::Grown grown = before->table.WithSplit(route->rank, *split_key, state_of_halves);
  published.Publish(std::make_shared<const EngineState>(EngineState{
      std::move(grown.table), before->loads.WithSplit(route->rank, grown.rank), before->history}));
}

std::optional<std::string> Engine::Impl::SplitKeyFor(const RouteView& route, const RouteLoad& load) const {
  if (!route.end.has_value()) return std::nullopt;
  const KeyRange range{std::string(route.start), std::string(*route.end)};
  std::optional<std::string> split_key = options.hotspot_policy->SplitKey(range, load.SampledKeys());
  // A policy is anybody's code; a cut outside the range would corrupt the table.
  if (split_key.has_value() && !(range.start < *split_key && *split_key < *range.end)) return std::nullopt;
  return split_key;
}

std::optional<RouteHistorySnapshot> Engine::SnapshotAt(Version version) const {
  return impl_->published.Read([version](const StateRef& state) { return state->history.At(version); });
}

std::optional<RouteHistorySnapshot> Engine::Current() const {
  return impl_->published.Read([](const StateRef& state) { return state->history.Current(); });
}

RouteHistory Engine::History() const {
  return impl_->published.Read([](const StateRef& state) { return RouteHistory(state->history, state); });
}

std::size_t Engine::HistoryDepth() const {
  return impl_->published.Read([](const StateRef& state) { return state->history.depth(); });
}

absl::Status Engine::SetHistoryDepthForTest(std::size_t depth) {
  if (depth == 0) return DepthError();
  const std::lock_guard lock(impl_->applying);
  const StateRef before = impl_->published.Load();
  impl_->published.Publish(std::make_shared<const EngineState>(
      EngineState{before->table, before->loads, before->history.WithDepth(depth)}));
  return absl::OkStatus();
}

std::unique_ptr<Engine> NewEngine() { return *Engine::Create(EngineOptions{}); }

std::unique_ptr<Engine> NewEngineWithDefaultRoute() {
  EngineOptions options;
  options.default_route = true;
  return *Engine::Create(std::move(options));
}

std::unique_ptr<Engine> NewEngineWithThreshold(std::uint64_t threshold) {
  EngineOptions options;
  options.hotspot_threshold = threshold;
  return *Engine::Create(std::move(options));
}

absl::StatusOr<std::unique_ptr<Engine>> NewEngineWithDefaultRoute(EngineOptions options) {
  options.default_route = true;
  return Engine::Create(std::move(options));
}

}  // namespace fencepost
