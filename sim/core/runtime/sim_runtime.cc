#include "sim/core/runtime/sim_runtime.h"

#include <boost/asio/use_awaitable.hpp>
#include <cassert>
#include <limits>
#include <utility>

#include "sim/core/runtime/suspend.h"

namespace fencepost::sim {
namespace {

__extension__ typedef __int128 Int128;

constexpr std::int64_t kMillion = 1'000'000;

std::chrono::nanoseconds Saturate(Int128 nanoseconds) {
  constexpr std::chrono::nanoseconds kLeast = std::chrono::nanoseconds::min();
  constexpr std::chrono::nanoseconds kMost = std::chrono::nanoseconds::max();
  if (nanoseconds <= kLeast.count()) return kLeast;
  if (nanoseconds >= kMost.count()) return kMost;
  return std::chrono::nanoseconds(static_cast<std::int64_t>(nanoseconds));
}

// For a positive dividend and divisor.
Int128 DivideRoundingUp(Int128 dividend, Int128 divisor) { return (dividend + divisor - 1) / divisor; }

}  // namespace

SimRuntime::SimRuntime(Scheduler* scheduler, ActorId actor)
    : scheduler_(scheduler), executor_(scheduler->ExecutorFor(actor)), world_anchor_(scheduler->now()) {
  local_anchor_ = world_anchor_;
}

std::chrono::nanoseconds SimRuntime::Now() const {
  const Int128 elapsed = (scheduler_->now() - world_anchor_).count();
  return Saturate(local_anchor_.count() + elapsed * (kMillion + distortion_.drift_per_million) / kMillion);
}

SimTime SimRuntime::WorldTimeAfter(std::chrono::nanoseconds duration) const {
  if (duration.count() <= 0) return scheduler_->now();
  // The first instant of the world at which the local clock has gained `duration`.
  const Int128 local = static_cast<Int128>(Now().count()) + duration.count() - local_anchor_.count();
  const Int128 rate = kMillion + distortion_.drift_per_million;
  return Saturate(world_anchor_.count() + DivideRoundingUp(local * kMillion, rate));
}

Awaitable<absl::Status> SimRuntime::Sleep(std::chrono::nanoseconds duration) {
  const auto complete = [](auto& handler, Wake wake) {
    std::move(handler)(wake == Wake::kCancelled ? absl::CancelledError("the sleep was cancelled")
                                                : absl::OkStatus());
  };
  // Runs when the sleep is awaited: time that passes before is not part of it.
  auto initiation = [this, duration, complete](auto handler) {
    SuspendHandler(executor_, WorldTimeAfter(duration), std::move(handler), complete);
  };
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(absl::Status)>(
      std::move(initiation), boost::asio::use_awaitable);
}

void SimRuntime::Distort(ClockDistortion distortion) {
  assert(distortion.drift_per_million > -kMillion);
  const std::chrono::nanoseconds jump = distortion.offset - distortion_.offset;
  local_anchor_ = Saturate(static_cast<Int128>(Now().count()) + jump.count());
  world_anchor_ = scheduler_->now();
  distortion_ = distortion;
}

}  // namespace fencepost::sim
