#include "fencepost/base/asio_runtime.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "fencepost/base/internal/cancellation.h"

namespace fencepost {
namespace {

Awaitable<absl::Status> SleepOnTimer(boost::asio::any_io_executor executor,
                                     std::chrono::nanoseconds duration) {
  // A signal that was emitted before the timer waits does not reach the timer.
  const bool cancelled_before = co_await IsCancelled();
  if (cancelled_before) co_return absl::CancelledError("the sleep was cancelled before it began");
  boost::asio::steady_timer timer(executor, duration);
  const auto [error] = co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  // The signal may also lose the race against the timer; the caller wants to know either way.
  const bool cancelled = co_await IsCancelled();
  if (error || cancelled) co_return absl::CancelledError("the sleep was cancelled");
  co_return absl::OkStatus();
}

}  // namespace

AsioRuntime::AsioRuntime(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

boost::asio::any_io_executor AsioRuntime::Executor() { return executor_; }

std::chrono::nanoseconds AsioRuntime::Now() const {
  return std::chrono::steady_clock::now().time_since_epoch();
}

Awaitable<absl::Status> AsioRuntime::Sleep(std::chrono::nanoseconds duration) {
  co_return co_await WithoutCancellationThrow(SleepOnTimer(executor_, duration));
}

}  // namespace fencepost
