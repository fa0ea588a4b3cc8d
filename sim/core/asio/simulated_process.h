// From any executor of Asio's to the simulated process that it runs on: what the timers and streams of this
// folder are constructed from.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/query.hpp>
#include <string_view>
#include <type_traits>
#include <utility>

#include "sim/core/runtime/sim_executor.h"
#include "sim/core/runtime/suspend.h"

namespace fencepost::sim {

// Throws std::logic_error, which names `what`, if `context` is none of the simulator's.
SimExecutor RequireSimulated(boost::asio::execution_context& context, std::string_view what);

// The simulated executor at the bottom of `executor`: an any_io_executor, a strand, or the thing itself.
template <class Executor>
SimExecutor SimExecutorOf(const Executor& executor, std::string_view what) {
  if (const SimExecutor* const own = AsSimExecutor(executor); own != nullptr) return *own;
  return RequireSimulated(boost::asio::query(executor, boost::asio::execution::context), what);
}

// SuspendHandler for an object whose executor is `executor`, which runs on `process`: handlers that have no
// executor of their own complete through that one, a strand for instance.
template <class Executor, class Handler, class Complete>
WaitId SuspendOn(const Executor& executor, const SimExecutor& process, SimTime deadline, Handler&& handler,
                 Complete complete) {
  if constexpr (!std::is_same_v<Executor, SimExecutor>) {
    if (AsSimExecutor(executor) == nullptr) {
      auto own = boost::asio::get_associated_executor(handler, executor);
      return SuspendHandler(process, deadline,
                            boost::asio::bind_executor(std::move(own), std::forward<Handler>(handler)),
                            std::move(complete));
    }
  }
  return SuspendHandler(process, deadline, std::forward<Handler>(handler), std::move(complete));
}

}  // namespace fencepost::sim
