#include "fencepost/txn/retry.h"

#include <algorithm>
#include <utility>

#include "fencepost/base/internal/cancellation.h"
#include "fencepost/base/internal/user_call.h"
#include "fencepost/txn/internal/attempts.h"

namespace fencepost {
namespace {

bool HasNewerRoutes(const Engine& engine, ObservedVersion refused) {
  // Not by the version alone: an engine without any snapshot says 0.
  const std::optional<RouteHistorySnapshot> now = engine.Current();
  return now.has_value() && (!refused.pinned() || now->version() > refused.version());
}

Awaitable<absl::StatusOr<RouteWait>> PollEngine(const Engine* engine, Runtime* runtime,
                                                ObservedVersion refused, int refusals_in_a_row,
                                                RouteWaitOptions options) {
  using std::chrono::nanoseconds;
  const nanoseconds longest = DoublingWait(options.first_wait, options.max_wait, refusals_in_a_row);
  const nanoseconds poll = std::max(options.poll_interval, std::chrono::milliseconds(1));
  const nanoseconds begun = runtime->Now();
  for (;;) {
    if (HasNewerRoutes(*engine, refused)) co_return RouteWait::kNewerRoutes;
    const nanoseconds waited = runtime->Now() - begun;
    if (waited >= longest) co_return RouteWait::kWaitedOut;
    const nanoseconds next = std::min(poll, longest - waited);
    const absl::Status slept = co_await SleepUnlessCancelled(runtime, next);
    if (!slept.ok()) co_return slept;
  }
}

}  // namespace

RoutePin::RoutePin(std::optional<RouteHistorySnapshot> routes) : routes_(std::move(routes)) {}

RoutePin RoutePin::Take(const Engine& engine) { return RoutePin(engine.Current()); }

ObservedVersion RoutePin::pin() const {
  return routes_.has_value() ? ObservedVersion::At(routes_->version()) : ObservedVersion::Unpinned();
}

std::optional<GroupId> RoutePin::OwnerOf(std::string_view key) const {
  if (!routes_.has_value()) return std::nullopt;
  return routes_->OwnerOf(key);
}

bool RoutePin::AdmitsWritesTo(std::string_view key) const {
  if (!routes_.has_value()) return false;
  const std::optional<RouteView> route = routes_->table().Find(key);
  return route.has_value() && AdmitsWrites(route->state);
}

Awaitable<absl::StatusOr<RouteWait>> WaitForNewerRoutes(const Engine* engine, Runtime* runtime,
                                                        ObservedVersion refused, int refusals_in_a_row,
                                                        RouteWaitOptions options) {
  co_return co_await WithoutCancellationThrow(
      PollEngine(engine, runtime, refused, refusals_in_a_row, options));
}

}  // namespace fencepost
