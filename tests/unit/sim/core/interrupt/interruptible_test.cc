#include "sim/core/interrupt/interruptible.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/choices/recorded_driver.h"
#include "sim/core/runtime/parking.h"
#include "sim/core/runtime/sim_runtime.h"

namespace fencepost::sim {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::ElementsAre;
using Log = std::vector<std::string>;

struct InterruptWorld {
  Choices choices{RecordedDriver::Make({}).value()};
  Trace trace{TraceDetail::kHashOnly};
  Scheduler scheduler{&choices, &trace};
  SimRuntime runtime{&scheduler, 1};

  const SimExecutor& executor() const { return runtime.sim_executor(); }
};

template <class T>
Awaitable<void> KeepEnd(Awaitable<CallEnd<T>> call, std::optional<CallEnd<T>>* end) {
  *end = co_await std::move(call);
}

// The end of `call`, run by actor 1 until nothing is left to do.
template <class T>
CallEnd<T> RunToEnd(InterruptWorld& world, InterruptionPlan plan, Awaitable<T> call) {
  std::optional<CallEnd<T>> end;
  auto interruptible = Interruptible(world.executor(), std::move(plan), std::move(call));
  asio::co_spawn(world.executor(), KeepEnd(std::move(interruptible), &end), asio::detached);
  world.scheduler.RunUntil(kNever);
  EXPECT_TRUE(end.has_value()) << "the call never ended";
  return std::move(end).value_or(CallEnd<T>());
}

Awaitable<int> WithoutWaiting(int value) { co_return value; }

// Three sleeps, and between them what suspends nothing. What each sleep said, and what was known of a
// cancellation then.
Awaitable<int> SleepThrice(SimRuntime* runtime, Log* log) {
  co_await asio::this_coro::throw_if_cancelled(false);
  for (int i = 0; i < 3; ++i) {
    const int nothing = co_await WithoutWaiting(0);
    const absl::Status slept = co_await runtime->Sleep(1s);
    const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
    const bool cancelled = state.cancelled() != asio::cancellation_type::none;
    log->push_back(std::string(slept.ok() ? "slept" : "woken") + (cancelled ? ", cancelled" : "") +
                   std::string(static_cast<std::size_t>(nothing), '?'));
  }
  co_return 42;
}

TEST(Interruptible, LeavesACallAloneAndCountsTheAwaitsThatSuspend) {
  InterruptWorld world;
  Log log;
  const CallEnd<int> end = RunToEnd(world, {}, SleepThrice(&world.runtime, &log));
  EXPECT_EQ(end.answer, 42);
  EXPECT_EQ(end.awaits, 3u);
  EXPECT_FALSE(end.interrupted);
  EXPECT_EQ(end.thrown, nullptr);
  EXPECT_THAT(log, ElementsAre("slept", "slept", "slept"));
}

TEST(Interruptible, CancelsWhatTheCallWaitsForAtExactlyTheAwaitThatIsAskedFor) {
  const std::vector<Log> expected = {{"woken, cancelled", "slept, cancelled", "slept, cancelled"},
                                     {"slept", "woken, cancelled", "slept, cancelled"},
                                     {"slept", "slept", "woken, cancelled"}};
  for (std::size_t n = 0; n < expected.size(); ++n) {
    InterruptWorld world;
    Log log;
    const CallEnd<int> end =
        RunToEnd(world, InterruptAt(n, Interruption::kWhileWaiting), SleepThrice(&world.runtime, &log));
    EXPECT_TRUE(end.interrupted);
    EXPECT_EQ(end.answer, 42) << "the call decides what to make of it";
    EXPECT_EQ(end.awaits, 3u);
    EXPECT_EQ(log, expected[n]);
    EXPECT_EQ(world.scheduler.now(), 2s) << "the sleep it was cancelled in took no time";
  }
}

TEST(Interruptible, CancelsJustBeforeTheCallGoesOnAndTheOperationIsNoneTheWiser) {
  const std::vector<Log> expected = {{"slept, cancelled", "slept, cancelled", "slept, cancelled"},
                                     {"slept", "slept, cancelled", "slept, cancelled"},
                                     {"slept", "slept", "slept, cancelled"}};
  for (std::size_t n = 0; n < expected.size(); ++n) {
    InterruptWorld world;
    Log log;
    const CallEnd<int> end =
        RunToEnd(world, InterruptAt(n, Interruption::kWhenDone), SleepThrice(&world.runtime, &log));
    EXPECT_TRUE(end.interrupted);
    EXPECT_EQ(log, expected[n]);
    EXPECT_EQ(world.scheduler.now(), 3s);
  }
}

TEST(Interruptible, AnIndexThatTheCallDoesNotReachEndsATestThatGoesThroughAllOfThem) {
  for (const Interruption how : {Interruption::kWhileWaiting, Interruption::kWhenDone}) {
    InterruptWorld world;
    Log log;
    const CallEnd<int> end = RunToEnd(world, InterruptAt(3, how), SleepThrice(&world.runtime, &log));
    EXPECT_FALSE(end.interrupted);
    EXPECT_THAT(log, ElementsAre("slept", "slept", "slept"));
  }
}

TEST(Interruptible, ShowsWhatACallThrows) {
  const auto careless = [](SimRuntime* runtime) -> Awaitable<int> {
    const absl::Status first = co_await runtime->Sleep(1s);
    first.IgnoreError();
    const absl::Status second = co_await runtime->Sleep(1s);  // Asio throws here once it is cancelled
    second.IgnoreError();
    co_return 1;
  };
  InterruptWorld world;
  const CallEnd<int> end =
      RunToEnd(world, InterruptAt(0, Interruption::kWhileWaiting), careless(&world.runtime));
  EXPECT_FALSE(end.answer.has_value());
  ASSERT_NE(end.thrown, nullptr);
  EXPECT_THROW(std::rethrow_exception(end.thrown), boost::system::system_error);

  const auto broken = [](SimRuntime*) -> Awaitable<void> {
    throw std::runtime_error("broken");
    co_return;
  };
  const CallEnd<void> thrown = RunToEnd(world, {}, broken(&world.runtime));
  EXPECT_THROW(std::rethrow_exception(thrown.thrown), std::runtime_error);
}

TEST(Interruptible, TakesCallsWithoutAValueAndCallsThatDoNotWait) {
  InterruptWorld world;
  const auto nothing = [](SimRuntime* runtime) -> Awaitable<void> {
    const absl::Status slept = co_await runtime->Sleep(1s);
    slept.IgnoreError();
  };
  const CallEnd<void> end = RunToEnd(world, {}, nothing(&world.runtime));
  EXPECT_TRUE(end.answer.has_value());
  EXPECT_EQ(end.awaits, 1u);

  const CallEnd<int> at_once =
      RunToEnd(world, InterruptAt(0, Interruption::kWhileWaiting), WithoutWaiting(7));
  EXPECT_EQ(at_once.answer, 7);
  EXPECT_FALSE(at_once.interrupted) << "it had ended before it waited";
}

// Whatever a call waits for, it waits.
TEST(Interruptible, CountsEveryKindOfWait) {
  InterruptWorld world;
  Log log;
  Parking<int> parking(world.executor());
  const ParkingHandle<int> handle = parking.handle();
  asio::experimental::channel<void(boost::system::error_code, int)> channel(world.executor(), 1);
  const auto call = [&](Parking<int> own) -> Awaitable<void> {
    const absl::StatusOr<int> parked = co_await own.Wait();
    log.push_back("parked for " + std::to_string(parked.value_or(0)));
    const int received = co_await channel.async_receive(asio::use_awaitable);
    log.push_back("received " + std::to_string(received));
    co_await asio::post(world.executor(), asio::use_awaitable);
    log.push_back("posted");
  };
  const SimExecutor other = world.scheduler.ExecutorFor(2);
  world.scheduler.Suspend(other.incarnation(), 1s, [&](Wake) { handle.Deliver(11); });
  world.scheduler.Suspend(other.incarnation(), 2s,
                          [&](Wake) { channel.try_send(boost::system::error_code(), 12); });
  const CallEnd<void> end = RunToEnd(world, {}, call(std::move(parking)));
  EXPECT_EQ(end.awaits, 3u);
  EXPECT_THAT(log, ElementsAre("parked for 11", "received 12", "posted"));
}

TEST(Interruptible, CancelsAWaitOnAChannelOrAStrand) {
  InterruptWorld world;
  asio::experimental::channel<void(boost::system::error_code, int)> channel(world.executor(), 1);
  const auto receive = [&]() -> Awaitable<int> { return channel.async_receive(asio::use_awaitable); };
  const CallEnd<int> received = RunToEnd(world, InterruptAt(0, Interruption::kWhileWaiting), receive());
  EXPECT_TRUE(received.interrupted);
  EXPECT_THROW(std::rethrow_exception(received.thrown), boost::system::system_error);

  const auto strand = asio::make_strand(asio::any_io_executor(world.executor()));
  const auto in_strand = [&]() -> Awaitable<int> {
    Log log;
    co_return co_await asio::co_spawn(strand, SleepThrice(&world.runtime, &log), asio::use_awaitable);
  };
  const CallEnd<int> slept = RunToEnd(world, InterruptAt(0, Interruption::kWhileWaiting), in_strand());
  EXPECT_TRUE(slept.interrupted);
  EXPECT_LT(world.scheduler.now(), 3s);
}

TEST(Interruptible, CountsWhatTheCallStartsOnItsOwnExecutorAndCancelsIt) {
  InterruptWorld world;
  Log log;
  const auto call = [&]() -> Awaitable<int> {
    const auto own = co_await asio::this_coro::executor;
    co_return co_await asio::co_spawn(own, SleepThrice(&world.runtime, &log), asio::use_awaitable);
  };
  const CallEnd<int> end = RunToEnd(world, InterruptAt(1, Interruption::kWhileWaiting), call());
  EXPECT_EQ(end.awaits, 3u);
  EXPECT_THAT(log, ElementsAre("slept", "woken, cancelled", "slept, cancelled"));
}

TEST(Interruptible, WorkThatTheCallLeavesBehindGoesOnAfterIt) {
  InterruptWorld world;
  Log log;
  const auto call = [&]() -> Awaitable<int> {
    const auto own = co_await asio::this_coro::executor;
    asio::co_spawn(own, SleepThrice(&world.runtime, &log), asio::detached);
    co_return 1;
  };
  const CallEnd<int> end = RunToEnd(world, InterruptAt(1, Interruption::kWhileWaiting), call());
  EXPECT_EQ(end.answer, 1);
  EXPECT_THAT(log, ElementsAre("slept", "slept", "slept"));
}

// The awaits of other coroutines of the same actor are none of the call's.
TEST(Interruptible, DoesNotCountWhatElseItsActorWaitsFor) {
  InterruptWorld world;
  Log others;
  Log own;
  asio::co_spawn(world.executor(), SleepThrice(&world.runtime, &others), asio::detached);
  const CallEnd<int> end =
      RunToEnd(world, InterruptAt(2, Interruption::kWhileWaiting), SleepThrice(&world.runtime, &own));
  EXPECT_EQ(end.awaits, 3u);
  EXPECT_THAT(others, ElementsAre("slept", "slept", "slept"));
  EXPECT_THAT(own, ElementsAre("slept", "slept", "woken, cancelled"));
}

Awaitable<void> TwoSleepsDirectly(SimRuntime* runtime, Log* log) {
  const int first = co_await SleepThrice(runtime, log);
  const int second = co_await SleepThrice(runtime, log);
  log->push_back(std::to_string(first + second));
}

Awaitable<void> TwoSleepsInterruptibly(SimRuntime* runtime, Log* log) {
  const InterruptionPlan none;
  const SimExecutor executor = runtime->sim_executor();
  const CallEnd<int> first = co_await Interruptible(executor, none, SleepThrice(runtime, log));
  const CallEnd<int> second = co_await Interruptible(executor, none, SleepThrice(runtime, log));
  log->push_back(std::to_string(*first.answer + *second.answer));
}

// A world in which no call is cancelled may use it without any other schedule than one that does not.
TEST(Interruptible, AddsNoTaskToTheScheduleOfACallThatWaits) {
  InterruptWorld direct;
  InterruptWorld interruptible;
  Log log;
  asio::co_spawn(direct.executor(), TwoSleepsDirectly(&direct.runtime, &log), asio::detached);
  asio::co_spawn(interruptible.executor(), TwoSleepsInterruptibly(&interruptible.runtime, &log),
                 asio::detached);
  direct.scheduler.RunUntil(kNever);
  interruptible.scheduler.RunUntil(kNever);
  EXPECT_EQ(log.back(), "84");
  EXPECT_EQ(direct.scheduler.executed(), interruptible.scheduler.executed());
  EXPECT_EQ(direct.trace.hash(), interruptible.trace.hash());
}

TEST(Interruptible, HandsTheCancellationOfItsOwnAwaitOnToTheCall) {
  InterruptWorld world;
  Log log;
  std::optional<CallEnd<int>> end;
  asio::cancellation_signal cancel;
  auto call = Interruptible(world.executor(), {}, SleepThrice(&world.runtime, &log));
  asio::co_spawn(world.executor(), KeepEnd(std::move(call), &end),
                 asio::bind_cancellation_slot(cancel.slot(), asio::detached));
  world.scheduler.RunUntil(1500ms);
  cancel.emit(asio::cancellation_type::terminal);
  world.scheduler.RunUntil(kNever);
  EXPECT_THAT(log, ElementsAre("slept", "woken, cancelled", "slept, cancelled"));
  ASSERT_TRUE(end.has_value());
  EXPECT_FALSE(end->interrupted) << "not by its plan";
}

// Destroyed together with its frame.
struct FrameGuard {
  explicit FrameGuard(Log* to) : log(to) {}
  FrameGuard(const FrameGuard&) = delete;
  FrameGuard& operator=(const FrameGuard&) = delete;
  ~FrameGuard() { log->push_back("frame destroyed"); }
  Log* log;
};

Awaitable<int> GuardedSleep(SimRuntime* runtime, Log* log) {
  const FrameGuard guard(log);
  const int slept = co_await SleepThrice(runtime, log);
  co_return slept;
}

TEST(Interruptible, AKilledActorTakesItsCallAlong) {
  InterruptWorld world;
  Log log;
  std::optional<CallEnd<int>> end;
  auto call = Interruptible(world.executor(), InterruptAt(2, Interruption::kWhenDone),
                            GuardedSleep(&world.runtime, &log));
  asio::co_spawn(world.executor(), KeepEnd(std::move(call), &end), asio::detached);
  world.scheduler.RunUntil(1500ms);
  world.scheduler.Kill(1);
  EXPECT_THAT(log, ElementsAre("slept", "frame destroyed"));
  world.scheduler.RunUntil(kNever);
  EXPECT_FALSE(end.has_value());
}

TEST(Interruptible, ACallThatKillsItsOwnActorIsNotCancelledAsWell) {
  InterruptWorld world;
  Log log;
  bool asked = false;
  const auto suicide = [&]() -> Awaitable<int> {
    const FrameGuard guard(&log);
    world.scheduler.Kill(1);
    const absl::Status slept = co_await world.runtime.Sleep(1s);
    log.push_back(slept.ok() ? "slept" : "woken");
    co_return 1;
  };
  const auto plan = [&](std::uint64_t) {
    asked = true;
    return Interruption::kWhileWaiting;
  };
  std::optional<CallEnd<int>> end;
  auto call = Interruptible(world.executor(), plan, suicide());
  asio::co_spawn(world.executor(), KeepEnd(std::move(call), &end), asio::detached);
  world.scheduler.RunUntil(kNever);
  EXPECT_FALSE(asked);
  EXPECT_THAT(log, ElementsAre("frame destroyed"));
}

// The end of three sleeps under a plan that draws from these deviations.
CallEnd<int> SleepUnder(const std::vector<Deviation>& deviations, Ratio odds, Log* log) {
  InterruptWorld world;
  Choices drawn(RecordedDriver::Make(deviations).value());
  return RunToEnd(world, DrawInterruptions(drawn.Open("faults"), odds), SleepThrice(&world.runtime, log));
}

TEST(Interruptible, ADrawnPlanIsAskedAtEachAwaitUntilItStrikes) {
  const Deviation at_once = {"faults", 0, 1, 2, "call-cancelled"};
  const Deviation second = {"faults", 1, 1, 2, "call-cancelled"};
  const Deviation when_done = {"faults", 2, 1, 2, "cancelled-when"};
  Log log;
  EXPECT_TRUE(SleepUnder({at_once}, Ratio{1, 2}, &log).interrupted);
  EXPECT_THAT(log, ElementsAre("woken, cancelled", "slept, cancelled", "slept, cancelled"));
  log.clear();
  EXPECT_TRUE(SleepUnder({second, when_done}, Ratio{1, 2}, &log).interrupted);
  EXPECT_THAT(log, ElementsAre("slept", "slept, cancelled", "slept, cancelled"));
  log.clear();
  EXPECT_FALSE(SleepUnder({second, when_done}, Ratio{0, 1}, &log).interrupted) << "the fault is off";
  EXPECT_FALSE(SleepUnder({}, Ratio{1, 2}, &log).interrupted) << "the default";
}

}  // namespace
}  // namespace fencepost::sim
