// The seam between the library and the machine: where coroutines run, what time it is, how to wait.
//
// Everything in this library that waits does so through a Runtime it was given; nothing reads a clock, starts
// a thread or sleeps by itself. A real process passes an AsioRuntime (asio_runtime.h); a simulator passes its
// own.
//
// Cancellation. A call is cancelled by terminal cancellation through the Asio slot of the coroutine that
// awaits it. No function of this library throws because of that, whatever the caller's throw_if_cancelled
// says. The operation that it waits for is cancelled, if the user's code heeds it; a wait of the library's
// own ends; no step is repeated after a wait any more; and the call answers what it knows. What its answers
// mean then stands beside each function. After the answer, Asio throws out of the caller's own next co_await,
// as always.
//
// Exceptions. Nothing in this library throws on purpose. The interfaces that a user implements and awaits
// (MvccStore, MoveTransport, TransactionTransport, Runtime) answer with statuses. What one of them throws all
// the same is caught where the library calls it: an operation that only reads counts as Unavailable, and as
// Cancelled when the caller was cancelled; one that has an effect as CommitOutcomeUnknown. So no exception
// leaves a coroutine of the library but std::bad_alloc, when it runs out of memory itself; that leaves open
// what the call has done. Since all of this travels through Boost.Asio's coroutines as exceptions, the
// library and what includes it have to be compiled with them.
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
  // throws; if it does, whoever had to wait gives up, as if cancelled.
  virtual Awaitable<absl::Status> Sleep(std::chrono::nanoseconds duration) = 0;
};

}  // namespace fencepost
