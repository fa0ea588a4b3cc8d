#include "sim/core/runtime/sim_runtime.h"

#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "sim/core/runtime/suspend.h"

namespace fencepost::sim {

SimRuntime::SimRuntime(Scheduler* scheduler, ActorId actor)
    : scheduler_(scheduler), executor_(scheduler->ExecutorFor(actor)) {}

std::chrono::nanoseconds SimRuntime::Now() const { return clock().WallTime(scheduler_->now()); }

Awaitable<absl::Status> SimRuntime::Sleep(std::chrono::nanoseconds duration) {
  const auto complete = [](auto& handler, Wake wake) {
    std::move(handler)(wake == Wake::kCancelled ? absl::CancelledError("the sleep was cancelled")
                                                : absl::OkStatus());
  };
  // Runs when the sleep is awaited: time that passes before is not part of it.
  auto initiation = [this, duration, complete](auto handler) {
    const SimTime deadline = clock().WorldTimeAfter(scheduler_->now(), duration);
    SuspendHandler(executor_, deadline, std::move(handler), complete);
  };
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(absl::Status)>(
      std::move(initiation), boost::asio::use_awaitable);
}

void SimRuntime::Distort(ClockDistortion distortion) { clock().Distort(scheduler_->now(), distortion); }

}  // namespace fencepost::sim
