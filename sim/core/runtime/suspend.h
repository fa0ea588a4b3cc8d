// Suspending a completion handler until a time comes, somebody resumes it or it is cancelled: what every
// awaitable of the simulator is made of.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/dispatch.hpp>
#include <type_traits>
#include <utility>

#include "sim/core/runtime/scheduler.h"
#include "sim/core/runtime/sim_executor.h"

namespace fencepost::sim {

// The simulated executor behind `executor`, or null when it is of another kind (e.g. a strand).
template <class Executor>
const SimExecutor* AsSimExecutor(const Executor& executor) {
  if constexpr (std::is_same_v<Executor, SimExecutor>) {
    return &executor;
  } else if constexpr (std::is_base_of_v<boost::asio::any_io_executor, Executor>) {
    return executor.template target<SimExecutor>();
  } else {
    return nullptr;
  }
}

// Ends the wait `id` when the cancellation slot it sits in is signalled.
class WaitCanceller {
 public:
  WaitCanceller(Scheduler* scheduler, WaitId id) : scheduler_(scheduler), id_(id) {}

  void operator()(boost::asio::cancellation_type_t type) {
    if (type != boost::asio::cancellation_type::none) scheduler_->Resume(id_, Wake::kCancelled);
  }

 private:
  Scheduler* scheduler_;
  WaitId id_;
};

// Suspends `handler` until `deadline`, Resume or cancellation, then calls `complete(handler, wake)` through
// the handler's associated executor (`io_executor` if it has none). The wait belongs to whoever runs the
// handler: it dies with that actor, not with the one whose timer or parking place it uses.
template <class Handler, class Complete>
WaitId SuspendHandler(const SimExecutor& io_executor, SimTime deadline, Handler&& handler,
                      Complete complete) {
  using StoredHandler = std::decay_t<Handler>;
  auto executor = boost::asio::get_associated_executor(handler, io_executor);
  auto slot = boost::asio::get_associated_cancellation_slot(handler);
  const SimExecutor* const own = AsSimExecutor(executor);

  Scheduler& scheduler = io_executor.incarnation().scheduler();
  WaitId id;
  if (own != nullptr) {
    auto resume = [stored = StoredHandler(std::forward<Handler>(handler)),
                   complete = std::move(complete)](Wake wake) mutable { complete(stored, wake); };
    id = scheduler.Suspend(own->incarnation(), deadline, std::move(resume));
  } else {
    auto hop = [stored = StoredHandler(std::forward<Handler>(handler)), complete = std::move(complete),
                executor = std::move(executor)](Wake wake) mutable {
      auto resume = [stored = std::move(stored), complete = std::move(complete), wake]() mutable {
        complete(stored, wake);
      };
      boost::asio::dispatch(executor, std::move(resume));
    };
    id = scheduler.Suspend(io_executor.incarnation(), deadline, std::move(hop));
  }
  if (slot.is_connected() && id.ticket != 0) slot.template emplace<WaitCanceller>(&scheduler, id);
  return id;
}

// Waits until `deadline`. An Asio operation of signature void(Wake): kElapsed, or kCancelled.
template <class CompletionToken>
auto AsyncSleepUntil(const SimExecutor& executor, SimTime deadline, CompletionToken&& token) {
  const auto complete = [](auto& handler, Wake wake) { std::move(handler)(wake); };
  auto initiation = [executor, deadline, complete](auto handler) {
    SuspendHandler(executor, deadline, std::move(handler), complete);
  };
  return boost::asio::async_initiate<CompletionToken, void(Wake)>(std::move(initiation), token);
}

}  // namespace fencepost::sim
