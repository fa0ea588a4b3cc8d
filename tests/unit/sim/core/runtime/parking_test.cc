#include "sim/core/runtime/parking.h"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "sim/core/choices/recorded_driver.h"

namespace fencepost::sim {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// Actor 1 waits for a reply; the test delivers it.
struct World {
  Choices choices{RecordedDriver::Make({}).value()};
  Trace trace{TraceDetail::kHashOnly};
  Scheduler scheduler{&choices, &trace};
  SimExecutor waiter = scheduler.ExecutorFor(1);
  Parking<std::string> parking{waiter};
  ParkingHandle<std::string> handle = parking.handle();
  std::optional<absl::StatusOr<std::string>> reply;
  SimTime replied_at{-1};

  Awaitable<void> Receive(Parking<std::string> own, SimTime deadline) {
    reply = co_await own.Wait(deadline);
    replied_at = scheduler.now();
  }
  void StartWaiting(SimTime deadline) {
    asio::co_spawn(waiter, Receive(std::move(parking), deadline), asio::detached);
  }
  bool DeliverAt(SimTime time, const std::string& value) {
    bool taken = false;
    const SimExecutor network = scheduler.ExecutorFor(2);
    scheduler.Suspend(network.incarnation(), time, [&](Wake) { taken = handle.Deliver(value); });
    scheduler.RunUntil(kNever);
    return taken;
  }
};

TEST(Parking, TheWaiterGetsWhatIsDelivered) {
  World world;
  world.StartWaiting(kNever);
  EXPECT_TRUE(world.DeliverAt(3s, "pong"));
  ASSERT_TRUE(world.reply.has_value());
  EXPECT_EQ(world.reply->value(), "pong");
  EXPECT_EQ(world.replied_at, 3s);
}

TEST(Parking, OnlyTheFirstDeliveryCounts) {
  World world;
  world.StartWaiting(kNever);
  EXPECT_TRUE(world.DeliverAt(3s, "first"));
  EXPECT_FALSE(world.handle.Deliver("second"));
  EXPECT_EQ(world.reply->value(), "first");
}

TEST(Parking, AnEarlyDeliveryIsKeptForTheWait) {
  World world;
  EXPECT_TRUE(world.handle.Deliver("early"));
  EXPECT_FALSE(world.handle.Deliver("again"));
  world.StartWaiting(kNever);
  world.scheduler.RunUntil(kNever);
  ASSERT_TRUE(world.reply.has_value());
  EXPECT_EQ(world.reply->value(), "early");
  EXPECT_EQ(world.replied_at, 0s);
}

TEST(Parking, AWaitEndsAtItsDeadlineAndALateDeliveryIsRefused) {
  World world;
  world.StartWaiting(2s);
  EXPECT_FALSE(world.DeliverAt(3s, "late"));
  ASSERT_TRUE(world.reply.has_value());
  EXPECT_EQ(world.reply->status().code(), absl::StatusCode::kDeadlineExceeded) << world.reply->status();
  EXPECT_EQ(world.replied_at, 2s);
}

TEST(Parking, ACancelledWaitReturnsCancelledAndTakesNothing) {
  World world;
  asio::cancellation_signal signal;
  asio::co_spawn(world.waiter, world.Receive(std::move(world.parking), kNever),
                 asio::bind_cancellation_slot(signal.slot(), [](std::exception_ptr) {}));
  world.scheduler.RunUntil(kNever);
  signal.emit(asio::cancellation_type::terminal);
  world.scheduler.RunOne();  // the cancellation arrives at the waiter's executor
  ASSERT_FALSE(world.reply.has_value()) << "the test means the moment between cancellation and its notice";
  EXPECT_FALSE(world.handle.Deliver("too late"));
  world.scheduler.RunUntil(kNever);
  ASSERT_TRUE(world.reply.has_value());
  EXPECT_EQ(world.reply->status().code(), absl::StatusCode::kCancelled) << world.reply->status();
}

TEST(Parking, AKilledWaiterIsNeverResumed) {
  World world;
  world.StartWaiting(kNever);
  world.scheduler.RunUntil(1s);
  world.scheduler.Kill(1);
  EXPECT_FALSE(world.DeliverAt(3s, "to the dead"));
  EXPECT_FALSE(world.reply.has_value());
}

TEST(Parking, AWaiterKilledBetweenDeliveryAndItsTurnIsNotResumedEither) {
  World world;
  world.StartWaiting(kNever);
  world.scheduler.RunUntil(1s);
  EXPECT_TRUE(world.handle.Deliver("lost in the crash"));
  world.scheduler.Kill(1);
  world.scheduler.RunUntil(kNever);
  EXPECT_FALSE(world.reply.has_value());
}

TEST(Parking, AParkingPlaceThatIsGoneTakesNothing) {
  World world;
  {
    const Parking<std::string> dropped = std::move(world.parking);
  }
  EXPECT_FALSE(world.handle.Deliver("nobody home"));
}

TEST(Parking, MovesValuesThatCannotBeCopied) {
  Choices choices(RecordedDriver::Make({}).value());
  Scheduler scheduler(&choices, nullptr);
  const SimExecutor executor = scheduler.ExecutorFor(1);
  Parking<std::unique_ptr<int>> parking(executor);
  int received = 0;
  const auto receive = [&]() -> Awaitable<void> {
    absl::StatusOr<std::unique_ptr<int>> reply = co_await parking.Wait();
    received = **reply;
  };
  asio::co_spawn(executor, receive(), asio::detached);
  scheduler.RunUntil(kNever);
  EXPECT_TRUE(parking.handle().Deliver(std::make_unique<int>(42)));
  scheduler.RunUntil(kNever);
  EXPECT_EQ(received, 42);
}

}  // namespace
}  // namespace fencepost::sim
