// Timers of a simulated process, in the place of Asio's: the same interface, but time is the simulation's.
//
//     SimTimer          for boost::asio::steady_timer
//     SimSystemTimer    for boost::asio::system_timer
//
//     SimTimer timer(co_await asio::this_coro::executor, 5s);
//     co_await timer.async_wait(asio::use_awaitable);
//
// Any completion token will do, several may wait at once, and waits can be cancelled one by one through their
// cancellation slots. A wait ends with operation_aborted when it is cancelled, when the expiry is set anew or
// when the timer is destroyed. As with Asio, a wait whose time has come can no longer be cancelled.
//
// Two differences. There is no wait(), which would block. And a wait that has begun ends after the time that
// the clock said then: setting the clock meanwhile moves no wait, drifting does not either.
//
// Single-threaded; must not be used once its scheduler is gone.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/core/asio/sim_clock.h"
#include "sim/core/asio/simulated_process.h"

namespace fencepost::sim {

// `Clock` is SimClock or SimSystemClock.
template <class Clock, class Executor = boost::asio::any_io_executor>
class BasicSimTimer {
 public:
  using executor_type = Executor;
  using clock_type = Clock;
  using duration = typename Clock::duration;
  using time_point = typename Clock::time_point;

  template <class Other>
  struct rebind_executor {
    using other = BasicSimTimer<Clock, Other>;
  };

  // Throws std::logic_error if `executor` is not that of a simulated process.
  explicit BasicSimTimer(const executor_type& executor)
      : executor_(executor), process_(SimExecutorOf(executor, "A SimTimer")) {}
  BasicSimTimer(const executor_type& executor, const time_point& expiry) : BasicSimTimer(executor) {
    expiry_ = expiry;
  }
  BasicSimTimer(const executor_type& executor, const duration& from_now) : BasicSimTimer(executor) {
    expiry_ = FromNow(from_now);
  }

  // Waits go along; a timer that was moved from has none.
  BasicSimTimer(BasicSimTimer&& other) noexcept
      : executor_(other.executor_),
        process_(other.process_),
        expiry_(other.expiry_),
        waits_(std::exchange(other.waits_, {})) {}
  template <class Other>
    requires std::is_convertible_v<Other, Executor>
  BasicSimTimer(BasicSimTimer<Clock, Other>&& other)
      : executor_(other.executor_),
        process_(other.process_),
        expiry_(other.expiry_),
        waits_(std::exchange(other.waits_, {})) {}
  BasicSimTimer& operator=(BasicSimTimer&& other) noexcept {
    if (this == &other) return *this;
    cancel();
    executor_ = other.executor_;
    process_ = other.process_;
    expiry_ = other.expiry_;
    waits_ = std::exchange(other.waits_, {});
    return *this;
  }
  ~BasicSimTimer() { cancel(); }

  executor_type get_executor() const noexcept { return executor_; }

  time_point expiry() const { return expiry_; }

  // Both cancel the waits that are under way, and return how many.
  std::size_t expires_at(const time_point& expiry) {
    expiry_ = expiry;
    return cancel();
  }
  std::size_t expires_after(const duration& from_now) { return expires_at(FromNow(from_now)); }

  // Returns how many waits ended by it.
  std::size_t cancel() {
    std::size_t cancelled = 0;
    for (const WaitId& wait : std::exchange(waits_, {})) {
      if (EndWait(wait)) ++cancelled;
    }
    return cancelled;
  }
  // The same for the wait that began first.
  std::size_t cancel_one() {
    while (!waits_.empty()) {
      const WaitId first = waits_.front();
      waits_.erase(waits_.begin());
      if (EndWait(first)) return 1;
    }
    return 0;
  }

  void wait() = delete;  // it would block the whole simulation: co_await async_wait instead

  // Completes with no error once the expiry as it is now has come. Signature: void(error_code).
  template <class Token = typename boost::asio::default_completion_token<Executor>::type>
  auto async_wait(Token&& token = typename boost::asio::default_completion_token<Executor>::type()) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code)>(Initiation{this}, token);
  }

 private:
  template <class OtherClock, class Other>
  friend class BasicSimTimer;

  struct Initiation {
    using executor_type = Executor;
    executor_type get_executor() const noexcept { return timer->get_executor(); }

    template <class Handler>
    void operator()(Handler&& handler) const {
      timer->BeginWait(std::forward<Handler>(handler));
    }

    BasicSimTimer* timer;
  };

  const Incarnation& process() const { return process_.incarnation(); }

  // Both saturate: time_point::max() is a usual way to say "until cancelled".
  time_point FromNow(const duration& from_now) const {
    const time_point now = Clock::NowOf(process());
    if (from_now > duration::zero() && now > time_point::max() - from_now) return time_point::max();
    if (from_now < duration::zero() && now < time_point::min() - from_now) return time_point::min();
    return now + from_now;
  }
  duration UntilExpiry() const {
    const time_point now = Clock::NowOf(process());
    if (expiry_ <= now) return duration::zero();
    const bool overflows = now < time_point() && expiry_ > time_point::max() + now.time_since_epoch();
    return overflows ? duration::max() : expiry_ - now;
  }

  template <class Handler>
  void BeginWait(Handler&& handler) {
    const auto complete = [](auto& stored, Wake wake) {
      boost::system::error_code error;
      if (wake == Wake::kCancelled) error = boost::asio::error::operation_aborted;
      std::move(stored)(error);
    };
    const SimTime deadline = process().clock().WorldTimeAfter(process().scheduler().now(), UntilExpiry());
    const WaitId wait = SuspendOn(executor_, process_, deadline, std::forward<Handler>(handler), complete);
    std::erase_if(waits_, [](const WaitId& begun) { return begun.work->ticket != begun.ticket; });
    if (wait.ticket != 0) waits_.push_back(wait);
  }

  bool EndWait(const WaitId& wait) { return process().scheduler().Resume(wait, Wake::kCancelled); }

  Executor executor_;
  SimExecutor process_;
  time_point expiry_;
  std::vector<WaitId> waits_;  // in the order in which they began; some may have ended
};

using SimTimer = BasicSimTimer<SimClock>;
using SimSystemTimer = BasicSimTimer<SimSystemClock>;

}  // namespace fencepost::sim
