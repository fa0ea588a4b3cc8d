// Runs one coroutine to its end on an event loop of its own, and returns its result: how a test that is not
// about concurrency calls an asynchronous function.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

#include "fencepost/base/runtime.h"

namespace fencepost {
namespace run_awaitable_detail {

template <class T>
Awaitable<void> StoreResult(Awaitable<T> awaitable, std::optional<T>& result) {
  result.emplace(co_await std::move(awaitable));
}

}  // namespace run_awaitable_detail

// Rethrows what the coroutine throws. Throws when the loop runs dry before the coroutine ends: it waits for
// something that only another loop could bring.
template <class T>
T RunAwaitable(boost::asio::io_context& loop, Awaitable<T> awaitable) {
  std::optional<T> result;
  std::exception_ptr failure;
  boost::asio::co_spawn(loop, run_awaitable_detail::StoreResult(std::move(awaitable), result),
                        [&failure](std::exception_ptr thrown) { failure = thrown; });
  loop.restart();
  loop.run();
  if (failure) std::rethrow_exception(failure);
  if (!result.has_value()) throw std::logic_error("the event loop ran dry before the coroutine ended");
  return *std::move(result);
}

template <class T>
T RunAwaitable(Awaitable<T> awaitable) {
  boost::asio::io_context loop;
  return RunAwaitable(loop, std::move(awaitable));
}

}  // namespace fencepost
