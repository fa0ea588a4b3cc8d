// A call that may be cancelled at any of its awaits: how a test, or a simulated world, asks what a coroutine
// makes of terminal cancellation through its Asio slot.
//
//     const CallEnd<absl::Status> end =
//         co_await Interruptible(runtime.sim_executor(), InterruptAt(7, Interruption::kWhileWaiting),
//                                mover.Drive(epoch));
//     if (end.thrown) ...       // Drive threw, which it must not
//     if (!end.interrupted) ... // Drive ended before its eighth await
//
// Awaits that do not suspend do not count. What the call starts on its own executor counts as part of it;
// what it starts elsewhere does not.
//
// The call begins at once, inside the caller's task, and every piece of its work runs when it would have run
// had the caller awaited it directly. One task is added when the call ends without having waited at all.
//
// An await of Interruptible that is itself cancelled hands the signal on to the call, and still ends when the
// call does. A killed actor takes the call along. Single-threaded.
#pragma once

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "sim/core/interrupt/call_executor.h"
#include "sim/core/interrupt/call_progress.h"
#include "sim/core/interrupt/interruption.h"
#include "sim/core/runtime/awaitable.h"
#include "sim/core/runtime/sim_executor.h"

namespace fencepost::sim {

// How a call ended.
template <class T>
struct CallEnd {
  // What it answered (std::monostate for a call without a value); nothing when it threw.
  std::optional<std::conditional_t<std::is_void_v<T>, std::monostate, T>> answer;
  std::exception_ptr thrown;
  std::uint64_t awaits = 0;  // how often it was suspended
  bool interrupted = false;  // whether its plan cancelled it
};

namespace interrupt_detail {

// The call itself, without what Asio does around it: once it has ended there is nothing left to cancel.
template <class T>
Awaitable<T> NoteItsEnd(Awaitable<T> call, std::weak_ptr<CallProgress> progress) {
  struct AtEnd {
    std::weak_ptr<CallProgress> of;
    ~AtEnd() {
      if (const std::shared_ptr<CallProgress> call_progress = of.lock()) call_progress->SetEnded();
    }
  };
  const AtEnd at_end{std::move(progress)};
  co_return co_await std::move(call);
}

// The completion handler of the call: owns its progress, so that both go together when the actor is killed.
template <class T, class Handler>
class CallCompletion {
 public:
  CallCompletion(std::shared_ptr<CallProgress> progress, boost::asio::any_io_executor executor,
                 Handler handler)
      : progress_(std::move(progress)), executor_(std::move(executor)), handler_(std::move(handler)) {}

  void operator()(std::exception_ptr thrown) {
    CallEnd<T> end;
    if (!thrown) end.answer.emplace();
    Complete(std::move(thrown), std::move(end));
  }
  template <class Answer>
  void operator()(std::exception_ptr thrown, Answer answer) {
    CallEnd<T> end;
    if (!thrown) end.answer.emplace(std::move(answer));
    Complete(std::move(thrown), std::move(end));
  }

 private:
  void Complete(std::exception_ptr thrown, CallEnd<T> end) {
    end.thrown = std::move(thrown);
    end.awaits = progress_->awaits();
    end.interrupted = progress_->interrupted();
    auto executor = boost::asio::get_associated_executor(handler_, executor_);
    boost::asio::dispatch(executor, [handler = std::move(handler_), end = std::move(end)]() mutable {
      std::move(handler)(std::move(end));
    });
  }

  std::shared_ptr<CallProgress> progress_;
  boost::asio::any_io_executor executor_;
  Handler handler_;
};

}  // namespace interrupt_detail

// Runs `call` on `executor`, the caller's own, and cancels it where `plan` says.
template <class T>
Awaitable<CallEnd<T>> Interruptible(const SimExecutor& executor, InterruptionPlan plan, Awaitable<T> call) {
  auto initiation = [executor, plan = std::move(plan)](auto handler, Awaitable<T> started) mutable {
    auto progress = std::make_shared<CallProgress>(&executor.incarnation(), std::move(plan));
    auto callers_slot = boost::asio::get_associated_cancellation_slot(handler);
    if (callers_slot.is_connected()) {
      callers_slot.assign([call = std::weak_ptr(progress)](boost::asio::cancellation_type type) {
        if (const std::shared_ptr<CallProgress> still_there = call.lock()) still_there->Cancel(type);
      });
    }
    const CallExecutor call_executor(executor, progress);
    const boost::asio::cancellation_slot slot = progress->slot();
    Awaitable<T> noting = interrupt_detail::NoteItsEnd(std::move(started), std::weak_ptr(progress));
    interrupt_detail::CallCompletion<T, decltype(handler)> completion(std::move(progress), executor,
                                                                      std::move(handler));
    boost::asio::co_spawn(call_executor, std::move(noting),
                          boost::asio::bind_cancellation_slot(slot, std::move(completion)));
  };
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(CallEnd<T>)>(
      std::move(initiation), boost::asio::use_awaitable, std::move(call));
}

}  // namespace fencepost::sim
