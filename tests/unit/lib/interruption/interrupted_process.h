// A process that calls the library and is struck once: a simulated runtime, a line to what its interfaces
// stand for, and the question that every test begins with, whether the call ended, and without throwing.
#pragma once

#include <absl/status/status.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "sim/core/choices/recorded_driver.h"
#include "sim/core/interrupt/interruptible.h"
#include "sim/world/library_runtime.h"
#include "tests/unit/lib/interruption/blow.h"
#include "tests/unit/lib/interruption/line.h"

namespace fencepost {

// What was thrown, for people.
inline std::string Described(const std::exception_ptr& thrown) {
  if (!thrown) return "nothing";
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& known) {
    return known.what();
  } catch (...) {
    return "something that is no std::exception";
  }
}

class InterruptedProcess {
 public:
  explicit InterruptedProcess(const Blow& blow, LineQuality quality = LineQuality::kSmooth)
      : blow_(blow), line_(&sim_runtime_, blow, quality) {}

  // What the library waits with. It may be struck, too.
  Runtime* runtime() { return &runtime_; }
  Line& line() { return line_; }
  sim::Scheduler& scheduler() { return scheduler_; }

  // The answer of a call that is struck. Nothing when it threw, which fails the test.
  template <class T>
  std::optional<T> Call(Awaitable<T> call) {
    sim::InterruptionPlan plan = blow_.cancels;
    if (blow_.cancelled_before) {
      plan = sim::InterruptAt(0, sim::Interruption::kWhenDone);
      call = CancelledBefore(&sim_runtime_, std::move(call));
    }
    sim::CallEnd<T> end = RunToEnd(std::move(plan), std::move(call));
    met_.anything = end.interrupted || line_.has_thrown();
    met_.a_request_with_an_effect = line_.cancelled_an_effect();
    line_.Heal();
    EXPECT_EQ(end.thrown, nullptr) << "the call threw: " << Described(end.thrown);
    return std::move(end.answer);
  }

  // The same for a call that does not end by itself: it is cancelled after `time`.
  template <class T>
  std::optional<T> CallFor(std::chrono::nanoseconds time, Awaitable<T> call) {
    boost::asio::cancellation_signal over;
    scheduler_.Suspend(scheduler_.ExecutorFor(kWhoeverEndsIt).incarnation(), scheduler_.now() + time,
                       [&over](sim::Wake) { over.emit(boost::asio::cancellation_type::terminal); });
    over_ = over.slot();
    const std::optional<T> answer = Call(std::move(call));
    over_ = boost::asio::cancellation_slot();
    return answer;
  }

  // Only the interfaces are struck, and not the waiting.
  void spare_sleeps() { spares_sleeps_ = true; }

  // A call that nothing happens to any more.
  template <class T>
  T CallInPeace(Awaitable<T> call) {
    line_.Heal();
    return std::move(*RunToEnd({}, std::move(call)).answer);
  }

  // What the blow met.
  const Met& met() const { return met_; }

 private:
  // A user's runtime, whose Sleep may throw.
  class StrickenRuntime final : public Runtime {
   public:
    explicit StrickenRuntime(InterruptedProcess* process) : process_(*process) {}
    boost::asio::any_io_executor Executor() override { return process_.sim_runtime_.Executor(); }
    std::chrono::nanoseconds Now() const override { return process_.sim_runtime_.Now(); }
    Awaitable<absl::Status> Sleep(std::chrono::nanoseconds duration) override {
      if (!process_.spares_sleeps_) process_.line_.throws().Pass("Sleep");
      return process_.sim_runtime_.Sleep(duration);
    }

   private:
    InterruptedProcess& process_;
  };

  template <class T>
  static Awaitable<T> CancelledBefore(Runtime* runtime, Awaitable<T> call) {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    const absl::Status slept = co_await runtime->Sleep(std::chrono::milliseconds(1));
    slept.IgnoreError();
    co_return co_await std::move(call);
  }

  template <class T>
  static Awaitable<void> KeepEnd(Awaitable<sim::CallEnd<T>> call, std::optional<sim::CallEnd<T>>* end) {
    *end = co_await std::move(call);
  }

  template <class T>
  sim::CallEnd<T> RunToEnd(sim::InterruptionPlan plan, Awaitable<T> call) {
    std::optional<sim::CallEnd<T>> end;
    auto interruptible =
        sim::Interruptible(sim_runtime_.sim().sim_executor(), std::move(plan), std::move(call));
    boost::asio::co_spawn(sim_runtime_.Executor(), KeepEnd(std::move(interruptible), &end),
                          boost::asio::bind_cancellation_slot(over_, boost::asio::detached));
    // Long for everything but a call that never ends.
    scheduler_.RunUntil(scheduler_.now() + std::chrono::minutes(10));
    EXPECT_TRUE(end.has_value()) << "the call never ended";
    if (!end.has_value()) throw std::logic_error("the call never ended");
    return *std::move(end);
  }

  static constexpr sim::ActorId kWhoeverEndsIt = 9;

  Blow blow_;
  sim::Choices choices_{sim::RecordedDriver::Make({}).value()};
  sim::Scheduler scheduler_{&choices_, nullptr};
  sim::LibraryRuntime sim_runtime_{&scheduler_, 1};
  StrickenRuntime runtime_{this};
  Line line_;
  boost::asio::cancellation_slot over_;
  Met met_;
  bool spares_sleeps_ = false;
};

}  // namespace fencepost
