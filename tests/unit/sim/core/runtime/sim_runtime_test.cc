#include "sim/core/runtime/sim_runtime.h"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/choices/recorded_driver.h"

namespace fencepost::sim {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

struct World {
  Choices choices{RecordedDriver::Make({}).value()};
  Trace trace{TraceDetail::kHashOnly};
  Scheduler scheduler{&choices, &trace};
};

// Sleeps once; says when, by the world's clock, it woke and with what.
struct Slept {
  SimTime at{-1};
  absl::Status status = absl::UnknownError("not awake yet");
};

Awaitable<void> SleepOnce(SimRuntime* runtime, std::chrono::nanoseconds duration, const Scheduler* scheduler,
                          Slept* slept) {
  slept->status = co_await runtime->Sleep(duration);
  slept->at = scheduler->now();
}

SimTime WakesAt(World& world, SimRuntime& runtime, std::chrono::nanoseconds duration) {
  Slept slept;
  asio::co_spawn(runtime.Executor(), SleepOnce(&runtime, duration, &world.scheduler, &slept), asio::detached);
  world.scheduler.RunUntil(kNever);
  EXPECT_TRUE(slept.status.ok()) << slept.status;
  return slept.at;
}

void Advance(World& world, SimTime by) { world.scheduler.RunUntil(world.scheduler.now() + by); }

// Keeps the world from being idle, so that the clock can be made to stand anywhere.
void KeepBusyUntil(World& world, SimTime until) {
  const SimExecutor executor = world.scheduler.ExecutorFor(99);
  world.scheduler.Suspend(executor.incarnation(), until, [](Wake) {});
}

TEST(SimRuntime, SleepsInTheWorldsTimeWhenUndistorted) {
  World world;
  SimRuntime runtime(&world.scheduler, 1);
  EXPECT_EQ(WakesAt(world, runtime, 90min), 90min);
  EXPECT_EQ(runtime.Now(), 90min);
  EXPECT_EQ(WakesAt(world, runtime, 1ns), 90min + 1ns);
}

TEST(SimRuntime, ASleepOfNoTimeStillGoesThroughTheExecutor) {
  World world;
  SimRuntime runtime(&world.scheduler, 1);
  std::vector<std::string> log;
  const auto sleep = [&]() -> Awaitable<void> {
    log.push_back("before");
    const absl::Status slept = co_await runtime.Sleep(-5s);
    log.push_back(slept.ok() ? "after" : "failed");
  };
  asio::co_spawn(runtime.Executor(), sleep(), asio::detached);
  asio::post(runtime.Executor(), [&] { log.push_back("between"); });
  world.scheduler.RunUntil(kNever);
  EXPECT_EQ(log, (std::vector<std::string>{"before", "between", "after"}));
  EXPECT_EQ(world.scheduler.now(), 0s);
}

TEST(SimRuntime, ASleepBeginsWhenItIsAwaited) {
  World world;
  SimRuntime runtime(&world.scheduler, 1);
  Slept slept;
  const auto sleep_later = [&]() -> Awaitable<void> {
    Awaitable<absl::Status> later = runtime.Sleep(1s);
    const absl::Status first = co_await runtime.Sleep(10s);
    EXPECT_TRUE(first.ok());
    slept.status = co_await std::move(later);
    slept.at = world.scheduler.now();
  };
  asio::co_spawn(runtime.Executor(), sleep_later(), asio::detached);
  world.scheduler.RunUntil(kNever);
  EXPECT_EQ(slept.at, 11s);
}

TEST(SimRuntime, ACancelledSleepReturnsCancelledAtOnce) {
  World world;
  SimRuntime runtime(&world.scheduler, 1);
  asio::cancellation_signal signal;
  Slept slept;
  std::optional<std::exception_ptr> done;
  asio::co_spawn(
      runtime.Executor(), SleepOnce(&runtime, 1h, &world.scheduler, &slept),
      asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr error) { done = error; }));
  KeepBusyUntil(world, 10s);
  Advance(world, 10s);
  signal.emit(asio::cancellation_type::terminal);
  world.scheduler.RunUntil(kNever);
  EXPECT_EQ(slept.status.code(), absl::StatusCode::kCancelled) << slept.status;
  EXPECT_EQ(slept.at, 10s);
  ASSERT_TRUE(done.has_value());
  EXPECT_EQ(*done, nullptr) << "a sleep never throws";
}

TEST(SimRuntime, AVeryLongSleepNeverEnds) {
  World world;
  SimRuntime runtime(&world.scheduler, 1);
  KeepBusyUntil(world, 1s);
  Advance(world, 1s);
  Slept slept;
  asio::co_spawn(runtime.Executor(),
                 SleepOnce(&runtime, std::chrono::nanoseconds::max(), &world.scheduler, &slept),
                 asio::detached);
  EXPECT_EQ(world.scheduler.RunUntil(kNever), Scheduler::RunResult::kIdle);
  EXPECT_EQ(slept.at, SimTime(-1));
  EXPECT_EQ(world.scheduler.now(), 1s);
}

TEST(SimRuntime, AnOffsetMovesTheClockAndNoSleep) {
  World world;
  SimRuntime runtime(&world.scheduler, 1);
  ClockDistortion skewed;
  skewed.offset = -5s;
  runtime.Distort(skewed);
  EXPECT_EQ(runtime.Now(), -5s);
  EXPECT_EQ(WakesAt(world, runtime, 10s), 10s);
  EXPECT_EQ(runtime.Now(), 5s);
  runtime.Distort(ClockDistortion());
  EXPECT_EQ(runtime.Now(), 10s);
}

TEST(SimRuntime, AFastClockWakesItsSleepersEarlyAndASlowOneLate) {
  const auto wakes_at = [](std::int64_t drift_per_million, std::chrono::nanoseconds duration) {
    World world;
    SimRuntime runtime(&world.scheduler, 1);
    ClockDistortion drifting;
    drifting.drift_per_million = drift_per_million;
    runtime.Distort(drifting);
    const SimTime at = WakesAt(world, runtime, duration);
    EXPECT_GE(runtime.Now(), duration) << "it slept too short by its own clock";
    return at;
  };
  EXPECT_EQ(wakes_at(0, 1s), 1s);
  EXPECT_EQ(wakes_at(1'000'000, 1s), 500ms);
  EXPECT_EQ(wakes_at(-500'000, 1s), 2s);
  EXPECT_EQ(wakes_at(100, 1s), 999'900'010ns) << "1s / 1.0001, rounded up";
  EXPECT_EQ(wakes_at(-999'999, 1ms), 1000s) << "all but stuck";
  EXPECT_EQ(wakes_at(3, 24h * 365), SimTime(31'535'905'392'283'824)) << "a year, without overflow";
}

TEST(SimRuntime, NowIsMonotoneWhileDriftChanges) {
  World world;
  SimRuntime runtime(&world.scheduler, 1);
  KeepBusyUntil(world, 1h);
  std::chrono::nanoseconds last = runtime.Now();
  for (const std::int64_t drift : {500, -999'999, 7, 900'000, -3, 0}) {
    for (int i = 0; i < 50; ++i) {
      ClockDistortion distortion;
      distortion.drift_per_million = drift;
      runtime.Distort(distortion);
      ASSERT_GE(runtime.Now(), last) << "a change of drift is no jump";
      Advance(world, std::chrono::nanoseconds(3 + i));
      ASSERT_GE(runtime.Now(), last);
      last = runtime.Now();
    }
  }
}

TEST(SimRuntime, WhatADriftHasGainedRemainsWhenItEnds) {
  World world;
  SimRuntime runtime(&world.scheduler, 1);
  KeepBusyUntil(world, 1h);
  ClockDistortion fast;
  fast.drift_per_million = 100'000;
  runtime.Distort(fast);
  Advance(world, 10s);
  EXPECT_EQ(runtime.Now(), 11s);
  runtime.Distort(ClockDistortion());
  EXPECT_EQ(runtime.Now(), 11s);
  Advance(world, 10s);
  EXPECT_EQ(runtime.Now(), 21s);
}

TEST(SimRuntime, ANewIncarnationEndsTheFormerOnesSleeps) {
  World world;
  SimRuntime first(&world.scheduler, 1);
  Slept slept;
  asio::co_spawn(first.Executor(), SleepOnce(&first, 1s, &world.scheduler, &slept), asio::detached);
  KeepBusyUntil(world, 500ms);
  Advance(world, 500ms);
  SimRuntime second(&world.scheduler, 1);
  EXPECT_EQ(WakesAt(world, second, 2s), 2500ms);
  EXPECT_EQ(slept.at, SimTime(-1)) << "woke at " << slept.at.count() << "ns, after the crash";
}

}  // namespace
}  // namespace fencepost::sim
