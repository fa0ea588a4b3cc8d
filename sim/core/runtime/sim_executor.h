// The Asio executor of one incarnation of an actor: what production code runs on in a simulated world.
//
// Conforms to Asio's executor concept and fits into any_io_executor. Properties:
//
//   context            the Incarnation.
//   blocking           possibly (the default): a function executed from within one of the incarnation's own
//                      tasks runs at once, inside it. never: it always waits for its turn. Asio counts on the
//                      former for `dispatch`, e.g. where a cancellation hops to the executor it is already
//                      on.
//   outstanding_work   tracked and untracked are the same: a run ends when nothing can happen any more, and
//                      work that is promised but can never come is a deadlock to report, not to wait for.
//   relationship       fork and continuation are the same.
//
// Functions given to the executor of a dead incarnation are destroyed without being run. Cheap to copy; valid
// as long as its scheduler.
#pragma once

#include <boost/asio/execution/blocking.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution/executor.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/execution/relationship.hpp>
#include <type_traits>
#include <utility>

#include "sim/core/runtime/incarnation.h"
#include "sim/core/runtime/scheduler.h"

namespace fencepost::sim {

class SimExecutor {
 public:
  explicit SimExecutor(Incarnation& incarnation) : incarnation_(&incarnation) {}

  Incarnation& incarnation() const noexcept { return *incarnation_; }

  template <class Function>
  void execute(Function&& function) const {
    if (!never_blocks_ && incarnation_->scheduler().IsRunning(*incarnation_)) {
      std::decay_t<Function> local(std::forward<Function>(function));
      local();
      return;
    }
    incarnation_->scheduler().Submit(*incarnation_, std::forward<Function>(function));
  }

  boost::asio::execution_context& query(boost::asio::execution::context_t) const noexcept {
    return *incarnation_;
  }

  boost::asio::execution::blocking_t query(boost::asio::execution::blocking_t) const noexcept {
    if (never_blocks_) return boost::asio::execution::blocking.never;
    return boost::asio::execution::blocking.possibly;
  }
  SimExecutor require(boost::asio::execution::blocking_t::never_t) const noexcept {
    return SimExecutor(*incarnation_, /*never_blocks=*/true, tracks_work_);
  }
  SimExecutor require(boost::asio::execution::blocking_t::possibly_t) const noexcept {
    return SimExecutor(*incarnation_, /*never_blocks=*/false, tracks_work_);
  }

  boost::asio::execution::outstanding_work_t query(
      boost::asio::execution::outstanding_work_t) const noexcept {
    if (tracks_work_) return boost::asio::execution::outstanding_work.tracked;
    return boost::asio::execution::outstanding_work.untracked;
  }
  SimExecutor require(boost::asio::execution::outstanding_work_t::tracked_t) const noexcept {
    return SimExecutor(*incarnation_, never_blocks_, /*tracks_work=*/true);
  }
  SimExecutor require(boost::asio::execution::outstanding_work_t::untracked_t) const noexcept {
    return SimExecutor(*incarnation_, never_blocks_, /*tracks_work=*/false);
  }

  static constexpr boost::asio::execution::relationship_t query(
      boost::asio::execution::relationship_t) noexcept {
    return boost::asio::execution::relationship_t::fork_t();
  }

  friend bool operator==(const SimExecutor&, const SimExecutor&) noexcept = default;

 private:
  SimExecutor(Incarnation& incarnation, bool never_blocks, bool tracks_work) noexcept
      : incarnation_(&incarnation), never_blocks_(never_blocks), tracks_work_(tracks_work) {}

  Incarnation* incarnation_;
  bool never_blocks_ = false;
  bool tracks_work_ = false;
};

}  // namespace fencepost::sim
