#include "fencepost/base/asio_runtime.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace fencepost {

AsioRuntime::AsioRuntime(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}

boost::asio::any_io_executor AsioRuntime::Executor() { return executor_; }

std::chrono::nanoseconds AsioRuntime::Now() const {
  return std::chrono::steady_clock::now().time_since_epoch();
}

Awaitable<absl::Status> AsioRuntime::Sleep(std::chrono::nanoseconds duration) {
  boost::asio::steady_timer timer(executor_, duration);
  const auto [error] = co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  if (error) co_return absl::CancelledError("the sleep was cancelled");
  co_return absl::OkStatus();
}

}  // namespace fencepost
