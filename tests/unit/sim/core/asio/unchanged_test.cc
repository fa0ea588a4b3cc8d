// Each entry of the list of what runs unchanged in a simulation (sim/core/asio/README.md), run there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <boost/asio/append.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/buffered_read_stream.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/defer.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/experimental/concurrent_channel.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/experimental/promise.hpp>
#include <boost/asio/experimental/use_promise.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/unit/sim/core/asio/stream_world.h"

namespace fencepost::sim {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using namespace std::chrono_literals;
using namespace boost::asio::experimental::awaitable_operators;
using testing::ElementsAre;

class RunsUnchanged : public testing::Test {
 protected:
  template <class Coroutine>
  void Run(Coroutine coroutine) {
    bool ended = false;
    world_.Spawn(executor_, [&]() -> asio::awaitable<void> {
      co_await coroutine();
      ended = true;
    });
    world_.RunAll();
    EXPECT_TRUE(ended);
  }

  StreamWorld world_;
  SimExecutor executor_ = world_.Start("process");
};

asio::awaitable<int> Double(int number) {
  SimTimer timer(co_await asio::this_coro::executor, 1s);
  co_await timer.async_wait(asio::use_awaitable);
  co_return 2 * number;
}

TEST_F(RunsUnchanged, CoSpawnWithAnyToken) {
  Run([&]() -> asio::awaitable<void> {
    EXPECT_EQ(co_await asio::co_spawn(executor_, Double(3), asio::use_awaitable), 6);
    EXPECT_EQ(SimClock::now(), SimClock::time_point(1s));
    asio::co_spawn(executor_, Double(4), [](std::exception_ptr error, int doubled) {
      EXPECT_EQ(error, nullptr);
      EXPECT_EQ(doubled, 8);
    });
    asio::co_spawn(executor_, Double(5), asio::detached);
  });
}

TEST_F(RunsUnchanged, ExceptionsOutOfCoroutines) {
  Run([&]() -> asio::awaitable<void> {
    const auto fail = []() -> asio::awaitable<void> {
      throw std::runtime_error("on purpose");
      co_return;
    };
    std::string caught;
    try {
      co_await asio::co_spawn(executor_, fail(), asio::use_awaitable);
    } catch (const std::runtime_error& error) {
      caught = error.what();
    }
    EXPECT_EQ(caught, "on purpose");
  });
}

TEST_F(RunsUnchanged, AwaitableOperators) {
  Run([&]() -> asio::awaitable<void> {
    const auto [one, two] = co_await (Double(1) && Double(2));
    EXPECT_EQ(one + two, 6);
    EXPECT_EQ(SimClock::now(), SimClock::time_point(1s)) << "at the same time";
    SimTimer sooner(executor_, 300ms);
    const auto first = co_await (Double(1) || sooner.async_wait(asio::use_awaitable));
    EXPECT_EQ(first.index(), 1u);
    EXPECT_EQ(SimClock::now(), SimClock::time_point(1300ms)) << "the loser was cancelled";
  });
}

TEST_F(RunsUnchanged, ParallelGroups) {
  Run([&]() -> asio::awaitable<void> {
    SimTimer slow(executor_, 5s);
    SimTimer fast(executor_, 1s);
    auto group = asio::experimental::make_parallel_group(slow.async_wait(asio::deferred),
                                                         fast.async_wait(asio::deferred));
    const auto [order, slow_error, fast_error] =
        co_await group.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    EXPECT_THAT(order, ElementsAre(1, 0));
    EXPECT_EQ(slow_error, asio::error::operation_aborted);
    EXPECT_EQ(fast_error, error_code());
    EXPECT_EQ(SimClock::now(), SimClock::time_point(1s));
  });
}

TEST_F(RunsUnchanged, Channels) {
  asio::experimental::channel<void(error_code, int)> channel(executor_, 1);
  std::vector<int> received;
  world_.Spawn(executor_, [&]() -> asio::awaitable<void> {
    for (int i = 1; i <= 3; ++i) co_await channel.async_send(error_code(), i, asio::use_awaitable);
    channel.close();
  });
  Run([&]() -> asio::awaitable<void> {
    while (true) {
      const auto [error, number] = co_await channel.async_receive(kTuple);
      if (error) break;
      received.push_back(number);
    }
  });
  EXPECT_THAT(received, ElementsAre(1, 2, 3));
}

TEST_F(RunsUnchanged, ConcurrentChannels) {
  asio::experimental::concurrent_channel<void(error_code, std::string)> channel(executor_, 0);
  world_.Spawn(executor_, [&]() -> asio::awaitable<void> {
    co_await channel.async_send(error_code(), "over", asio::use_awaitable);
  });
  Run([&]() -> asio::awaitable<void> {
    EXPECT_EQ(co_await channel.async_receive(asio::use_awaitable), "over");
  });
}

TEST_F(RunsUnchanged, Strands) {
  auto strand = asio::make_strand(executor_);
  std::vector<int> order;
  asio::post(strand, [&] {
    EXPECT_TRUE(strand.running_in_this_thread());
    asio::post(strand, [&] { order.push_back(2); });
    asio::dispatch(strand, [&] { order.push_back(1); });
  });
  asio::co_spawn(
      strand,
      [&]() -> asio::awaitable<void> {
        SimTimer timer(co_await asio::this_coro::executor, 1s);
        co_await timer.async_wait(asio::use_awaitable);
        EXPECT_TRUE(strand.running_in_this_thread());
        order.push_back(3);
      },
      asio::detached);
  world_.RunAll();
  EXPECT_THAT(order, ElementsAre(1, 2, 3));
}

TEST_F(RunsUnchanged, PostDispatchDeferAndBoundExecutors) {
  std::vector<std::string> order;
  asio::post(executor_, [&] {
    asio::post(executor_, [&] { order.push_back("posted"); });
    asio::defer(executor_, [&] { order.push_back("deferred"); });
    asio::dispatch(executor_, [&] { order.push_back("dispatched"); });
  });
  world_.RunAll();
  EXPECT_THAT(order, ElementsAre("dispatched", "posted", "deferred"));
}

TEST_F(RunsUnchanged, CancellationSignalsSlotsAndStates) {
  asio::cancellation_signal signal;
  std::string ended;
  asio::co_spawn(
      executor_,
      [&]() -> asio::awaitable<void> {
        co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
        co_await asio::this_coro::throw_if_cancelled(false);
        SimTimer timer(co_await asio::this_coro::executor, 1h);
        const auto [error] = co_await timer.async_wait(kTuple);
        const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
        ended = error.message();
        EXPECT_EQ(state.cancelled(), asio::cancellation_type::total);
      },
      asio::bind_cancellation_slot(signal.slot(), asio::detached));
  SimTimer soon(executor_, 2s);
  soon.async_wait([&](error_code) { signal.emit(asio::cancellation_type::total); });
  world_.RunAll();
  EXPECT_EQ(ended, error_code(asio::error::operation_aborted).message());
  EXPECT_EQ(world_.scheduler.now(), 2s);
}

// A composed operation: waits `count` times.
template <class Token>
auto AsyncTicks(SimTimer& timer, int count, Token&& token) {
  return asio::async_compose<Token, void(error_code, int)>(
      [&timer, count, done = 0](auto& self, error_code error = {}) mutable {
        if (error || done == count) {
          self.complete(error, done);
          return;
        }
        ++done;
        timer.expires_after(1s);
        timer.async_wait(std::move(self));
      },
      token, timer);
}

TEST_F(RunsUnchanged, ComposedOperations) {
  Run([&]() -> asio::awaitable<void> {
    SimTimer timer(executor_);
    EXPECT_EQ(co_await AsyncTicks(timer, 4, asio::use_awaitable), 4);
    EXPECT_EQ(SimClock::now(), SimClock::time_point(4s));
  });
}

TEST_F(RunsUnchanged, TokensAndAdapters) {
  Run([&]() -> asio::awaitable<void> {
    SimTimer timer(executor_, 1s);
    error_code error = asio::error::in_progress;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
    EXPECT_EQ(error, error_code());
    const auto [as_value] = co_await timer.async_wait(kTuple);
    EXPECT_EQ(as_value, error_code());
    co_await timer.async_wait(asio::deferred)(asio::use_awaitable);
    EXPECT_EQ(co_await timer.async_wait(asio::append(asio::use_awaitable, 17)), 17);
    timer.expires_after(1s);
    auto promise = timer.async_wait(asio::experimental::use_promise);
    co_await std::move(promise)(asio::use_awaitable);
    EXPECT_EQ(SimClock::now(), SimClock::time_point(2s));
  });
}

// Lines, then a count of bytes, over both kinds of composed reads and a buffered stream.
TEST_F(RunsUnchanged, ComposedReadsAndWritesOfStreams) {
  world_.Spawn(executor_, [&]() -> asio::awaitable<void> {
    SimListener listener(executor_, "lines");
    SimStream stream = co_await listener.async_accept(asio::use_awaitable);
    asio::streambuf buffer;
    std::string line;
    for (const std::string expected : {"first", "second"}) {
      const std::size_t bytes = co_await asio::async_read_until(stream, buffer, '\n', asio::use_awaitable);
      line.assign(asio::buffers_begin(buffer.data()),
                  asio::buffers_begin(buffer.data()) + static_cast<std::ptrdiff_t>(bytes) - 1);
      buffer.consume(bytes);
      EXPECT_EQ(line, expected);
    }
    const std::string answer(5000, 'a');
    co_await asio::async_write(stream, asio::buffer(answer), asio::use_awaitable);
  });
  Run([&]() -> asio::awaitable<void> {
    SimStream stream(executor_);
    const StreamAddress address{"process", "lines"};
    co_await stream.async_connect(address, asio::use_awaitable);
    const std::string first = "first\n";
    const std::string second = "second\n";
    const std::array<asio::const_buffer, 2> lines = {asio::buffer(first), asio::buffer(second)};
    co_await asio::async_write(stream, lines, asio::use_awaitable);
    asio::buffered_read_stream<SimStream&> buffered(stream, 512);
    std::string answer(5000, '\0');
    const std::size_t bytes = co_await asio::async_read(buffered, asio::buffer(answer), asio::use_awaitable);
    EXPECT_EQ(bytes, 5000u);
    EXPECT_EQ(answer, std::string(5000, 'a'));
  });
}

}  // namespace
}  // namespace fencepost::sim
