#include "fencepost/base/asio_runtime.h"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <optional>

#include "tests/support/run_awaitable.h"

namespace fencepost {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""h;

// What a coroutine on `loop` answered or threw once the loop had nothing left to do.
struct Ending {
  std::optional<absl::Status> status;
  std::exception_ptr thrown;
};

void Start(boost::asio::io_context& loop, boost::asio::cancellation_signal& cancel,
           Awaitable<absl::Status> coroutine, Ending& ending) {
  boost::asio::co_spawn(loop, std::move(coroutine),
                        boost::asio::bind_cancellation_slot(
                            cancel.slot(), [&ending](std::exception_ptr thrown, absl::Status status) {
                              ending.thrown = thrown;
                              ending.status = std::move(status);
                            }));
}

TEST(AsioRuntime, ASleepLastsAtLeastItsDuration) {
  boost::asio::io_context loop;
  AsioRuntime runtime(loop.get_executor());
  const auto before = runtime.Now();
  EXPECT_TRUE(RunAwaitable(loop, runtime.Sleep(5ms)).ok());
  EXPECT_GE(runtime.Now() - before, std::chrono::nanoseconds(5ms));
}

TEST(AsioRuntime, ASleepOfNoTimeStillGoesThroughTheExecutor) {
  boost::asio::io_context loop;
  AsioRuntime runtime(loop.get_executor());
  for (const auto duration :
       {std::chrono::nanoseconds(0), std::chrono::nanoseconds(-1), std::chrono::nanoseconds::min()}) {
    bool others_ran = false;
    bool had_run_at_waking = false;
    const auto body = [&]() -> Awaitable<absl::Status> {
      boost::asio::post(loop, [&] { others_ran = true; });
      absl::Status slept = co_await runtime.Sleep(duration);
      had_run_at_waking = others_ran;
      co_return slept;
    };
    EXPECT_TRUE(RunAwaitable(loop, body()).ok());
    EXPECT_TRUE(had_run_at_waking) << duration.count() << " ns";
  }
}

TEST(AsioRuntime, ACancelledSleepSaysSoAtOnceAndThrowsNothing) {
  boost::asio::io_context loop;
  AsioRuntime runtime(loop.get_executor());
  boost::asio::cancellation_signal cancel;
  Ending ending;
  Start(loop, cancel, runtime.Sleep(24h), ending);
  loop.poll();
  ASSERT_FALSE(ending.status.has_value()) << "it sleeps";
  cancel.emit(boost::asio::cancellation_type::terminal);
  loop.run();
  EXPECT_EQ(ending.thrown, nullptr);
  ASSERT_TRUE(ending.status.has_value());
  EXPECT_EQ(ending.status->code(), absl::StatusCode::kCancelled) << *ending.status;
}

TEST(AsioRuntime, ASleepThatBeginsAfterTheCancellationDoesNotWait) {
  boost::asio::io_context loop;
  AsioRuntime runtime(loop.get_executor());
  boost::asio::cancellation_signal cancel;
  Ending ending;
  const auto sleeps_twice = [&]() -> Awaitable<absl::Status> {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    const absl::Status first = co_await runtime.Sleep(24h);
    EXPECT_EQ(first.code(), absl::StatusCode::kCancelled);
    co_return co_await runtime.Sleep(24h);
  };
  Start(loop, cancel, sleeps_twice(), ending);
  loop.poll();
  cancel.emit(boost::asio::cancellation_type::terminal);
  loop.run();
  ASSERT_TRUE(ending.status.has_value()) << "the second sleep would last a day";
  EXPECT_EQ(ending.status->code(), absl::StatusCode::kCancelled);
}

TEST(AsioRuntime, ASleepLeavesTheCallersCancellationSettingAlone) {
  boost::asio::io_context loop;
  AsioRuntime runtime(loop.get_executor());
  const auto body = [&](bool throws) -> Awaitable<absl::Status> {
    co_await boost::asio::this_coro::throw_if_cancelled(throws);
    absl::Status slept = co_await runtime.Sleep(0ms);
    const bool after = co_await boost::asio::this_coro::throw_if_cancelled();
    EXPECT_EQ(after, throws);
    co_return slept;
  };
  EXPECT_TRUE(RunAwaitable(loop, body(true)).ok());
  EXPECT_TRUE(RunAwaitable(loop, body(false)).ok());
}

}  // namespace
}  // namespace fencepost
