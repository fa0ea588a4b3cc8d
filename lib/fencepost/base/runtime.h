// The seam between the library and the machine: where coroutines run, what time it is, how to wait.
//
// Everything in this library that waits does so through a Runtime it was given; nothing reads a clock, starts
// a thread or sleeps by itself. A real process passes an AsioRuntime (asio_runtime.h); a simulator passes its
// own.
//
// Nothing in this library throws on purpose. It still has to be compiled with exceptions, and so has what
// includes it: an allocation that fails, and whatever a user's own coroutine throws, travel through
// Boost.Asio's coroutines as exceptions.
#pragma once

#if !defined(__cpp_exceptions)
#error "Fencepost cannot be used without exceptions (-fno-exceptions): Boost.Asio's coroutines carry them"
#endif

#include <absl/status/status.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>

namespace fencepost {

// What every asynchronous operation of this library returns: await it from a coroutine of your own, or start
// it with boost::asio::co_spawn.
template <class T>
using Awaitable = boost::asio::awaitable<T>;

class Runtime {
 public:
  virtual ~Runtime() = default;

  // Where work started on behalf of this runtime runs.
  virtual boost::asio::any_io_executor Executor() = 0;

  // Monotonic time since an arbitrary but fixed instant.
  virtual std::chrono::nanoseconds Now() const = 0;

  // Resumes after at least `duration` (at once, but still through the executor, when it is not positive).
  // OK, or Cancelled when the awaiting coroutine was cancelled through its Asio cancellation slot. Never
  // throws.
  virtual Awaitable<absl::Status> Sleep(std::chrono::nanoseconds duration) = 0;
};

}  // namespace fencepost
