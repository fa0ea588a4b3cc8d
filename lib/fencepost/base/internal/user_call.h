// The seam to a user's code: every call of this library into an interface that a user implements goes through
// here, and comes back with an answer, whatever the user's code threw.
//
// The interfaces are asked to answer with statuses. An exception that leaves one all the same (a socket's
// system_error, operation_aborted after a cancellation, a bug) says nothing about what the operation has
// done. So what becomes of it depends on what the operation can do:
//
//   it only reads      Unavailable: nothing happened, and trying again may help. Cancelled when the awaiting
//                      coroutine was cancelled, for then that is most likely why.
//   it has an effect   CommitOutcomeUnknown: it may have taken effect, or may yet.
//
// Either names the operation and what was thrown. std::bad_alloc is no exception to this: that a user's code
// ran out of memory does not tell either whether its request had been sent. When there is not even memory to
// say so, and when this library itself runs out of it, std::bad_alloc passes through to the caller.
//
// Beside each interface stands a guard that forwards every operation through CallUser (store/internal/,
// move/internal/, txn/internal/); the rest of the library calls guards, and a lint test holds it to that.
#pragma once

#include <absl/status/status.h>

#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "fencepost/base/internal/cancellation.h"
#include "fencepost/base/log.h"
#include "fencepost/base/runtime.h"

namespace fencepost {

// What an operation of a user's may have done when nobody knows how it ended.
enum class UserEffect { kNone, kPossible };

// "what() of the exception", or that it has none.
std::string DescribeThrown(const std::exception_ptr& thrown);

// The status of an operation that threw. `operation` is, e.g., "the store's Commit".
absl::Status StatusOfThrown(std::string_view operation, UserEffect effect, const std::string& thrown,
                            bool cancelled);

// Awaits what `call` returns. `Answer` is a Status or a StatusOr. `operation` outlives the call. Whatever the
// user's coroutine made of Asio's throwing for cancellation, it is off again afterwards.
// REQUIRES: awaited within WithoutCancellationThrow.
template <class Answer, class Call>
Awaitable<Answer> CallUser(std::string_view operation, UserEffect effect, Call call) {
  std::optional<Answer> answer;
  std::exception_ptr thrown;
  try {
    answer.emplace(co_await call());
  } catch (...) {
    thrown = std::current_exception();  // a handler cannot co_await
  }
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  if (answer.has_value()) co_return *std::move(answer);
  const bool cancelled = co_await IsCancelled();
  co_return StatusOfThrown(operation, effect, DescribeThrown(thrown), cancelled);
}

// Sleeps on the user's runtime. Cancelled also when the awaiting coroutine was cancelled before, or lost the
// race against the clock; so a caller that repeats something needs to ask nothing else.
Awaitable<absl::Status> SleepUnlessCancelled(Runtime* runtime, std::chrono::nanoseconds duration);

// Tells the user's log. What a log throws is dropped: it must not end the work that it reports on.
void LogTo(const LogSink& log, Severity severity, std::string_view message);

}  // namespace fencepost
