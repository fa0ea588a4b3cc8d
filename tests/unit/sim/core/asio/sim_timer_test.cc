#include "sim/core/asio/sim_timer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/unit/sim/core/asio/stream_world.h"

namespace fencepost::sim {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

// How one wait ended, and when.
struct WaitEnd {
  error_code error = asio::error::in_progress;
  SimTime at{-1};

  bool pending() const { return error == asio::error::in_progress; }
};

class SimTimerTest : public testing::Test {
 protected:
  // A callback that notes in `end`.
  auto NoteIn(WaitEnd& end) {
    return [this, &end](error_code error) {
      EXPECT_TRUE(end.pending()) << "completed twice";
      end = WaitEnd{error, world_.scheduler.now()};
    };
  }

  StreamWorld world_;
  SimExecutor executor_ = world_.Start("server");
};

TEST_F(SimTimerTest, EndsAWaitAtItsExpiryNotInsideTheCall) {
  SimTimer timer(executor_, 5s);
  WaitEnd end;
  timer.async_wait(NoteIn(end));
  EXPECT_TRUE(end.pending());
  world_.RunAll();
  EXPECT_EQ(end.error, error_code());
  EXPECT_EQ(end.at, 5s);
}

TEST_F(SimTimerTest, AnExpiryOfThePastEndsAWaitAtOnceButNotInsideTheCall) {
  SimTimer timer(executor_);
  EXPECT_EQ(timer.expiry(), SimTimer::time_point());
  WaitEnd end;
  timer.async_wait(NoteIn(end));
  EXPECT_TRUE(end.pending());
  world_.RunAll();
  EXPECT_EQ(end.error, error_code());
  EXPECT_EQ(end.at, 0s);
}

TEST_F(SimTimerTest, ACoroutineReadsAsItDoesWithARealTimer) {
  std::vector<SimTime> at;
  world_.Spawn(executor_, [&]() -> asio::awaitable<void> {
    SimTimer timer(co_await asio::this_coro::executor);
    const SimClock::time_point begin = SimClock::now();
    for (int i = 0; i < 3; ++i) {
      timer.expires_after(100ms);
      co_await timer.async_wait(asio::use_awaitable);
      at.push_back(SimClock::now() - begin);
    }
    timer.expires_at(begin + 1s);
    error_code error;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
    EXPECT_EQ(error, error_code());
    at.push_back(SimClock::now() - begin);
  });
  world_.RunAll();
  EXPECT_THAT(at, ElementsAre(100ms, 200ms, 300ms, 1s));
}

TEST_F(SimTimerTest, ATokenCanBeTheTimersDefault) {
  using Timer = asio::use_awaitable_t<>::as_default_on_t<SimTimer>;
  bool waited = false;
  world_.Spawn(executor_, [&]() -> asio::awaitable<void> {
    Timer timer(co_await asio::this_coro::executor, 1s);
    co_await timer.async_wait();
    waited = true;
  });
  world_.RunAll();
  EXPECT_TRUE(waited);
}

TEST_F(SimTimerTest, CancelEndsAllWaitsAndSaysHowMany) {
  SimTimer timer(executor_, 5s);
  WaitEnd first;
  WaitEnd second;
  timer.async_wait(NoteIn(first));
  timer.async_wait(NoteIn(second));
  EXPECT_EQ(timer.cancel(), 2u);
  EXPECT_TRUE(first.pending()) << "never inside the call";
  EXPECT_EQ(timer.cancel(), 0u);
  world_.RunAll();
  EXPECT_EQ(first.error, asio::error::operation_aborted);
  EXPECT_EQ(second.error, asio::error::operation_aborted);
  EXPECT_EQ(world_.scheduler.now(), 0s);
}

TEST_F(SimTimerTest, CancelOneEndsTheWaitThatBeganFirst) {
  SimTimer timer(executor_, 5s);
  WaitEnd first;
  WaitEnd second;
  timer.async_wait(NoteIn(first));
  timer.async_wait(NoteIn(second));
  EXPECT_EQ(timer.cancel_one(), 1u);
  world_.RunAll();
  EXPECT_EQ(first.error, asio::error::operation_aborted);
  EXPECT_EQ(second.error, error_code());
  EXPECT_EQ(second.at, 5s);
  EXPECT_EQ(timer.cancel_one(), 0u);
}

TEST_F(SimTimerTest, ANewExpiryCancelsTheWaitsForTheOldOne) {
  SimTimer timer(executor_, 5s);
  WaitEnd before;
  timer.async_wait(NoteIn(before));
  EXPECT_EQ(timer.expires_after(1s), 1u);
  WaitEnd after;
  timer.async_wait(NoteIn(after));
  world_.RunAll();
  EXPECT_EQ(before.error, asio::error::operation_aborted);
  EXPECT_EQ(after.at, 1s);
  EXPECT_EQ(timer.expires_at(SimTimer::time_point(9s)), 0u);
  EXPECT_EQ(timer.expiry(), SimTimer::time_point(9s));
}

TEST_F(SimTimerTest, DestructionCancels) {
  WaitEnd end;
  {
    SimTimer timer(executor_, 5s);
    timer.async_wait(NoteIn(end));
  }
  world_.RunAll();
  EXPECT_EQ(end.error, asio::error::operation_aborted);
  EXPECT_EQ(end.at, 0s);
}

TEST_F(SimTimerTest, AWaitWhoseTimeHasComeCanNoLongerBeCancelled) {
  SimTimer first(executor_, 1s);
  SimTimer second(executor_, 1s);
  WaitEnd end;
  std::size_t cancelled = 7;
  first.async_wait([&](error_code) { cancelled = second.cancel(); });
  second.async_wait(NoteIn(end));
  world_.RunAll();
  EXPECT_EQ(cancelled, 0u);
  EXPECT_EQ(end.error, error_code());
}

TEST_F(SimTimerTest, ASlotCancelsOneWaitAndLeavesTheOthers) {
  SimTimer timer(executor_, 5s);
  asio::cancellation_signal signal;
  WaitEnd through_slot;
  WaitEnd other;
  timer.async_wait(asio::bind_cancellation_slot(signal.slot(), NoteIn(through_slot)));
  timer.async_wait(NoteIn(other));
  signal.emit(asio::cancellation_type::total);
  world_.RunAll();
  EXPECT_EQ(through_slot.error, asio::error::operation_aborted);
  EXPECT_EQ(through_slot.at, 0s);
  EXPECT_EQ(other.at, 5s);
}

TEST_F(SimTimerTest, MovingATimerTakesItsWaitsAlong) {
  WaitEnd end;
  SimTimer first(executor_, 5s);
  first.async_wait(NoteIn(end));
  SimTimer second(std::move(first));
  EXPECT_EQ(second.cancel(), 1u);
  WaitEnd assigned_over;
  SimTimer third(executor_, 7s);
  third.async_wait(NoteIn(assigned_over));
  third = std::move(second);
  world_.RunAll();
  EXPECT_EQ(end.error, asio::error::operation_aborted);
  EXPECT_EQ(assigned_over.error, asio::error::operation_aborted) << "as destruction would have";
}

TEST_F(SimTimerTest, TheEndOfTimeNeverComesByItself) {
  SimTimer timer(executor_, SimTimer::time_point::max());
  WaitEnd end;
  timer.async_wait(NoteIn(end));
  SimTimer longest(executor_, SimTimer::duration::max());
  EXPECT_EQ(longest.expiry(), SimTimer::time_point::max());
  world_.RunTo(1h);
  EXPECT_EQ(SimTimer(executor_, SimTimer::duration::max()).expiry(), SimTimer::time_point::max());
  EXPECT_TRUE(end.pending());
  timer.cancel();
  world_.RunAll();
  EXPECT_EQ(end.error, asio::error::operation_aborted);
}

TEST_F(SimTimerTest, CompletesThroughTheHandlersExecutor) {
  auto strand = asio::make_strand(executor_);
  BasicSimTimer<SimClock, asio::strand<SimExecutor>> timer(strand, 1s);
  bool in_strand = false;
  timer.async_wait([&](error_code) { in_strand = strand.running_in_this_thread(); });
  bool bound = false;
  SimTimer other(executor_, 1s);
  other.async_wait(asio::bind_executor(strand, [&](error_code) { bound = strand.running_in_this_thread(); }));
  world_.RunAll();
  EXPECT_TRUE(in_strand);
  EXPECT_TRUE(bound);
}

TEST_F(SimTimerTest, WaitsDieWithTheirProcess) {
  WaitEnd end;
  const auto witness = std::make_shared<int>(0);
  auto timer = std::make_unique<SimTimer>(executor_, 5s);
  timer->async_wait([&end, witness](error_code error) { end.error = error; });
  world_.Kill("server");
  EXPECT_EQ(witness.use_count(), 1) << "the handler is gone";
  EXPECT_EQ(timer->cancel(), 0u);
  timer.reset();
  world_.RunAll();
  EXPECT_TRUE(end.pending());
}

TEST_F(SimTimerTest, MeasuresByTheClockOfItsProcess) {
  world_.runtime().Distort(ClockDistortion{.drift_per_million = 1'000'000});
  WaitEnd end;
  SimTimer timer(executor_, 10s);
  timer.async_wait(NoteIn(end));
  world_.RunAll();
  EXPECT_EQ(end.at, 5s) << "it runs twice as fast";
}

TEST_F(SimTimerTest, ASteadyClockDoesNotJumpASystemClockDoes) {
  world_.RunTo(10s);
  world_.runtime().Distort(ClockDistortion{.offset = -4s});
  EXPECT_EQ(SimClock::NowOf(executor_.incarnation()).time_since_epoch(), 10s);
  EXPECT_EQ(SimSystemClock::NowOf(executor_.incarnation()).time_since_epoch(), 6s);

  SimTimer steady(executor_, SimTimer::time_point(12s));
  SimSystemTimer wall(executor_, SimSystemTimer::time_point(12s));
  WaitEnd steady_end;
  WaitEnd wall_end;
  steady.async_wait(NoteIn(steady_end));
  wall.async_wait(NoteIn(wall_end));
  world_.RunAll();
  EXPECT_EQ(steady_end.at, 12s);
  EXPECT_EQ(wall_end.at, 16s);
}

TEST_F(SimTimerTest, AClockBeforeItsEpochSaturates) {
  world_.runtime().Distort(ClockDistortion{.offset = -24h});
  SimSystemTimer timer(executor_, SimSystemTimer::time_point::max());
  WaitEnd end;
  timer.async_wait(NoteIn(end));
  world_.RunTo(1h);
  EXPECT_TRUE(end.pending());
  EXPECT_EQ(SimSystemTimer(executor_, SimSystemTimer::duration::max()).expiry(),
            SimSystemTimer::time_point(SimSystemTimer::duration::max() - 23h));
}

TEST_F(SimTimerTest, SystemTimeConverts) {
  EXPECT_EQ(SimSystemClock::to_time_t(SimSystemClock::from_time_t(1234)), 1234);
}

TEST(SimTimer, IsRefusedOutsideOfASimulation) {
  asio::io_context context;
  try {
    SimTimer timer(context.get_executor());
    FAIL() << "an io_context is no simulated process";
  } catch (const std::logic_error& error) {
    EXPECT_THAT(error.what(),
                HasSubstr("A SimTimer was created on an executor that is none of the simulator's"));
  }
}

TEST(SimClockDeathTest, AsksForAProcess) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_DEATH(SimClock::now(), "SimClock::now\\(\\) was called outside of the tasks of a simulated process");
  EXPECT_DEATH(SimSystemClock::now(), "Use SimSystemClock::NowOf");
}

TEST_F(SimTimerTest, ADestructorOfAKilledProcessMayAskForTheTime) {
  struct Stopwatch {
    SimClock::time_point* end;
    ~Stopwatch() { *end = SimClock::now(); }
  };
  SimClock::time_point end;
  world_.Spawn(executor_, [&]() -> asio::awaitable<void> {
    const Stopwatch stopwatch{&end};
    SimTimer timer(co_await asio::this_coro::executor, 1h);
    co_await timer.async_wait(asio::use_awaitable);
  });
  world_.RunTo(3s);
  world_.Kill("server");
  EXPECT_EQ(end, SimClock::time_point(3s));
}

}  // namespace
}  // namespace fencepost::sim
