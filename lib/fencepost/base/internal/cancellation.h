// Cancellation as a status.
//
// Once a coroutine was cancelled, Asio throws out of its next co_await, wherever that is. This library throws
// nothing, and a save must not stop half way because its caller lost interest: its public coroutines run
// their bodies behind this shield, and those that wait report the cancellation as absl::CancelledError.
#pragma once

#include <boost/asio/this_coro.hpp>
#include <exception>
#include <optional>
#include <utility>

#include "fencepost/base/runtime.h"

namespace fencepost {

// Runs `body` with Asio's throwing off, then puts the caller's setting back. Whatever `body` itself throws
// (nothing but a failed allocation, in this library) still passes through.
template <class T>
Awaitable<T> WithoutCancellationThrow(Awaitable<T> body) {
  const bool caller_throws = co_await boost::asio::this_coro::throw_if_cancelled();
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  std::optional<T> result;
  std::exception_ptr failure;
  try {
    result.emplace(co_await std::move(body));
  } catch (...) {
    failure = std::current_exception();  // a handler cannot co_await
  }
  co_await boost::asio::this_coro::throw_if_cancelled(caller_throws);
  if (failure) std::rethrow_exception(failure);
  co_return std::move(*result);
}

// Whether the awaiting coroutine was cancelled through its Asio cancellation slot.
inline Awaitable<bool> IsCancelled() {
  const boost::asio::cancellation_state state = co_await boost::asio::this_coro::cancellation_state;
  co_return state.cancelled() != boost::asio::cancellation_type::none;
}

}  // namespace fencepost
