#include "sim/world/actors/published_move.h"

#include <utility>

#include "sim/world/actors/route_changes.h"

namespace fencepost::sim {
namespace {

constexpr std::chrono::milliseconds kRetry(10);

Awaitable<void> Pause(SimRuntime* runtime) {
  const absl::Status slept = co_await runtime->Sleep(kRetry);
  slept.IgnoreError();
}

// The route that covers `key` now, or nothing when the catalog cannot be read.
std::optional<RouteDescriptor> RouteAt(const absl::StatusOr<CatalogSnapshot>& snapshot,
                                       const std::string& key) {
  if (!snapshot.ok()) return std::nullopt;
  const std::optional<std::size_t> position = RouteOf(snapshot->routes, key);
  if (!position.has_value()) return std::nullopt;
  return snapshot->routes[*position];
}

}  // namespace

Awaitable<void> MoveAsPublished(CatalogStore* catalog, GroupClient* groups, SimRuntime* runtime,
                                std::string key, GroupId target) {
  std::optional<RouteDescriptor> moving;
  while (!moving.has_value()) {
    const absl::StatusOr<CatalogSnapshot> snapshot = co_await catalog->Snapshot();
    const std::optional<RouteDescriptor> route = RouteAt(snapshot, key);
    if (route.has_value() && (route->group_id == target || route->state != RouteState::kActive)) co_return;
    if (route.has_value()) {
      Routes routes = SetState(snapshot->routes, key, RouteState::kWriteFenced);
      const absl::StatusOr<SaveResult> saved = co_await catalog->Save(snapshot->version, std::move(routes));
      if (saved.ok()) moving = route;
    }
    if (!moving.has_value()) co_await Pause(runtime);
  }

  CopyJob job;
  job.range = moving->range();
  job.from = moving->group_id;
  job.to = target;
  job.epoch = OwnershipEpoch(1);
  while (true) {
    const absl::StatusOr<Timestamp> copied = co_await groups->CopyAsPublished(job);
    if (copied.ok()) break;
    co_await Pause(runtime);
  }

  while (true) {
    const absl::StatusOr<CatalogSnapshot> snapshot = co_await catalog->Snapshot();
    if (snapshot.ok()) {
      Routes routes = SetState(MoveTo(snapshot->routes, key, target), key, RouteState::kActive);
      const absl::StatusOr<SaveResult> saved = co_await catalog->Save(snapshot->version, std::move(routes));
      if (saved.ok()) break;
    }
    co_await Pause(runtime);
  }
}

}  // namespace fencepost::sim
