// The executor that a call which may be cancelled runs on: its caller's, with the call told where each piece
// of its work begins and ends. Internal to interrupt/.
//
// What the call starts on its own executor is part of it. A piece of work runs when and where it would have
// run on the caller's executor; no task is added to the schedule. Conforms to Asio's executor concept, with
// the properties of SimExecutor. Valid as long as the scheduler; after the call has ended it is the caller's
// executor and nothing more.
#pragma once

#include <boost/asio/execution/blocking.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution/executor.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/execution/relationship.hpp>
#include <memory>
#include <type_traits>
#include <utility>

#include "sim/core/interrupt/call_progress.h"
#include "sim/core/runtime/sim_executor.h"

namespace fencepost::sim {

class CallExecutor {
 public:
  // The call's progress is held weakly: it owns the signal, whose slot owns a copy of this executor.
  CallExecutor(const SimExecutor& caller, std::weak_ptr<CallProgress> call)
      : caller_(caller), call_(std::move(call)) {}

  template <class Function>
  void execute(Function&& function) const {
    caller_.execute(Piece<std::decay_t<Function>>(call_, std::forward<Function>(function)));
  }

  boost::asio::execution_context& query(boost::asio::execution::context_t property) const noexcept {
    return caller_.query(property);
  }

  boost::asio::execution::blocking_t query(boost::asio::execution::blocking_t property) const noexcept {
    return caller_.query(property);
  }
  CallExecutor require(boost::asio::execution::blocking_t::never_t property) const noexcept {
    return CallExecutor(caller_.require(property), call_);
  }
  CallExecutor require(boost::asio::execution::blocking_t::possibly_t property) const noexcept {
    return CallExecutor(caller_.require(property), call_);
  }

  boost::asio::execution::outstanding_work_t query(
      boost::asio::execution::outstanding_work_t property) const noexcept {
    return caller_.query(property);
  }
  CallExecutor require(boost::asio::execution::outstanding_work_t::tracked_t property) const noexcept {
    return CallExecutor(caller_.require(property), call_);
  }
  CallExecutor require(boost::asio::execution::outstanding_work_t::untracked_t property) const noexcept {
    return CallExecutor(caller_.require(property), call_);
  }

  static constexpr boost::asio::execution::relationship_t query(
      boost::asio::execution::relationship_t property) noexcept {
    return SimExecutor::query(property);
  }

  friend bool operator==(const CallExecutor& a, const CallExecutor& b) noexcept {
    const bool same_call = !a.call_.owner_before(b.call_) && !b.call_.owner_before(a.call_);
    return same_call && a.caller_ == b.caller_;
  }

 private:
  template <class Function>
  class Piece {
   public:
    template <class F>
    Piece(const std::weak_ptr<CallProgress>& call, F&& function)
        : call_(call), function_(std::forward<F>(function)) {}

    void operator()() {
      const std::shared_ptr<CallProgress> call = call_.lock();
      if (call == nullptr) return function_();
      call->BeginPiece();
      try {
        function_();
      } catch (...) {
        call->AbandonPiece();
        throw;
      }
      call->EndPiece();
    }

   private:
    std::weak_ptr<CallProgress> call_;
    Function function_;
  };

  SimExecutor caller_;
  std::weak_ptr<CallProgress> call_;
};

}  // namespace fencepost::sim
