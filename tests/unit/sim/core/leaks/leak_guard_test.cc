#include "sim/core/leaks/leak_guard.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <thread>

#include "sim/core/runtime/real_services.h"
#include "tests/unit/sim/core/asio/stream_world.h"

namespace fencepost::sim {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// What a user's code might do; the name of each is to be in the report.
[[gnu::noinline]] void PlantedSteadyClock() { std::ignore = std::chrono::steady_clock::now(); }
[[gnu::noinline]] void PlantedSystemClock() { std::ignore = std::chrono::system_clock::now(); }
[[gnu::noinline]] void PlantedTime() { std::ignore = ::time(nullptr); }
[[gnu::noinline]] void PlantedTimeOfDay() {
  timeval now;
  ::gettimeofday(&now, nullptr);
}
[[gnu::noinline]] void PlantedProcessorTime() { std::ignore = ::clock(); }
[[gnu::noinline]] void PlantedTimespec() {
  timespec now;
  std::ignore = ::timespec_get(&now, TIME_UTC);
}
[[gnu::noinline]] void PlantedSystemCall() {
  timespec now;
  ::syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
}

[[gnu::noinline]] void PlantedRandomDevice() {
  std::random_device device;
  std::ignore = device();
}
[[gnu::noinline]] void PlantedGetRandom() {
  unsigned char byte = 0;
  std::ignore = ::getrandom(&byte, 1, 0);
}
[[gnu::noinline]] void PlantedGetEntropy() {
  unsigned char byte = 0;
  std::ignore = ::getentropy(&byte, 1);
}
[[gnu::noinline]] void PlantedGetRandomCall() {
  unsigned char byte = 0;
  std::ignore = ::syscall(SYS_getrandom, &byte, 1, 0);
}
[[gnu::noinline]] void PlantedRand() { std::ignore = std::rand(); }
[[gnu::noinline]] void PlantedRandom() { std::ignore = ::random(); }
[[gnu::noinline]] void PlantedDrand48() { std::ignore = ::drand48(); }
[[gnu::noinline]] void PlantedOpen() { ::close(::open("/dev/urandom", O_RDONLY)); }
[[gnu::noinline]] void PlantedStream() { std::ifstream entropy("/dev/random"); }

[[gnu::noinline]] void PlantedThread() {
  std::thread thread([] {});
  thread.join();
}
[[gnu::noinline]] void PlantedThreadPool() {
  asio::thread_pool pool(1);
  pool.join();
}

[[gnu::noinline]] void PlantedSleep() { std::this_thread::sleep_for(1ns); }
[[gnu::noinline]] void PlantedUsleep() { ::usleep(1); }
[[gnu::noinline]] void PlantedClockSleep() {
  const timespec moment{0, 1};
  ::clock_nanosleep(CLOCK_MONOTONIC, 0, &moment, nullptr);
}
[[gnu::noinline]] void PlantedPoll() {
  const timespec moment{0, 1};
  ::ppoll(nullptr, 0, &moment, nullptr);
}
[[gnu::noinline]] void PlantedSelect() {
  timeval moment{0, 1};
  ::select(0, nullptr, nullptr, nullptr, &moment);
}
[[gnu::noinline]] void PlantedIoContext() {
  asio::io_context context;
  asio::steady_timer timer(context, 0s);
  timer.async_wait([](boost::system::error_code) {});
  context.run();
}
[[gnu::noinline]] void PlantedHardwareThreads() { std::ignore = std::thread::hardware_concurrency(); }

struct Plant {
  std::string name;  // of the function, without "Planted"
  void (*call)();
  LeakKind kind;
  std::string caught;  // by this name
  std::string advice;  // empty: which part of an io_context asks first depends on what is inlined
};

void PrintTo(const Plant& plant, std::ostream* out) { *out << plant.name; }

class PlantedLeak : public testing::TestWithParam<Plant> {
 protected:
  void SetUp() override {
    if (LeakGuard::state() != LeakGuard::State::kCatches) GTEST_SKIP() << LeakGuard::DescribeState();
  }
};

TEST_P(PlantedLeak, IsNamedWithTheFunctionThatCalledIt) {
  const Plant& plant = GetParam();
  LeakGuard guard;
  plant.call();
  const LeakGuard::Pause pause;  // naming a stack reads files
  ASSERT_FALSE(guard.leaks().empty());
  bool caught = false;
  for (const Leak& leak : guard.leaks()) {
    if (leak.function != plant.caught || leak.kind != plant.kind) continue;
    caught = true;
    EXPECT_THAT(FormatLeak(leak, leak.stack.Names()),
                AllOf(HasSubstr(plant.caught), HasSubstr(" was called in "),
                      HasSubstr("fencepost::sim::(anonymous namespace)::Planted" + plant.name + "()"),
                      HasSubstr("Use " + plant.advice)));
  }
  EXPECT_TRUE(caught) << guard.Report();
}

constexpr LeakKind kClock = LeakKind::kClock;
constexpr LeakKind kEntropy = LeakKind::kEntropy;
constexpr LeakKind kThread = LeakKind::kThread;
constexpr LeakKind kWaiting = LeakKind::kWaiting;

INSTANTIATE_TEST_SUITE_P(
    Each, PlantedLeak,
    testing::Values(
        Plant{"SteadyClock", &PlantedSteadyClock, kClock, "clock_gettime", "SimClock"},
        Plant{"SystemClock", &PlantedSystemClock, kClock, "clock_gettime", "SimClock"},
        Plant{"Time", &PlantedTime, kClock, "time", "SimClock"},
        Plant{"TimeOfDay", &PlantedTimeOfDay, kClock, "gettimeofday", "SimClock"},
        Plant{"ProcessorTime", &PlantedProcessorTime, kClock, "clock", "SimClock"},
        Plant{"Timespec", &PlantedTimespec, kClock, "timespec_get", "SimClock"},
        Plant{"SystemCall", &PlantedSystemCall, kClock, "syscall(SYS_clock_gettime)", "SimClock"},
        Plant{"RandomDevice", &PlantedRandomDevice, kEntropy, "std::random_device",
              "a stream of the run's Choices"},
        Plant{"GetRandom", &PlantedGetRandom, kEntropy, "getrandom", "a stream"},
        Plant{"GetEntropy", &PlantedGetEntropy, kEntropy, "getentropy", "a stream"},
        Plant{"GetRandomCall", &PlantedGetRandomCall, kEntropy, "syscall(SYS_getrandom)", "a stream"},
        Plant{"Rand", &PlantedRand, kEntropy, "rand", "a stream"},
        Plant{"Random", &PlantedRandom, kEntropy, "random", "a stream"},
        Plant{"Drand48", &PlantedDrand48, kEntropy, "drand48", "a stream"},
        Plant{"Open", &PlantedOpen, kEntropy, "open(\"/dev/urandom\")", "a stream"},
        Plant{"Stream", &PlantedStream, kEntropy, "open(\"/dev/random\")", "a stream"},
        Plant{"Thread", &PlantedThread, kThread, "pthread_create", "co_spawn"},
        Plant{"ThreadPool", &PlantedThreadPool, kThread, "pthread_create",
              "the simulated process's executor"},
        Plant{"Sleep", &PlantedSleep, kWaiting, "nanosleep", "a SimTimer"},
        Plant{"Usleep", &PlantedUsleep, kWaiting, "usleep", "a SimTimer"},
        Plant{"ClockSleep", &PlantedClockSleep, kWaiting, "clock_nanosleep", "a SimTimer"},
        Plant{"Poll", &PlantedPoll, kWaiting, "ppoll", "a SimTimer"},
        Plant{"Select", &PlantedSelect, kWaiting, "select", "a SimTimer"},
        Plant{"IoContext", &PlantedIoContext, LeakKind::kKernel, "epoll_create1", ""},
        Plant{"HardwareThreads", &PlantedHardwareThreads, LeakKind::kMachine, "get_nprocs", "a setting"}),
    [](const auto& parameter) { return parameter.param.name; });

class LeakGuardTest : public testing::Test {
 protected:
  void SetUp() override {
    if (LeakGuard::state() != LeakGuard::State::kCatches) GTEST_SKIP() << LeakGuard::DescribeState();
  }
};

TEST_F(LeakGuardTest, CatchesNothingWhereThereIsNothing) {
  LeakGuard guard;
  StreamWorld world;
  const SimExecutor executor = world.Start("process");
  world.Spawn(executor, []() -> asio::awaitable<void> {
    SimTimer timer(co_await asio::this_coro::executor, 1h);
    co_await timer.async_wait(asio::use_awaitable);
  });
  world.RunAll();
  EXPECT_EQ(guard.calls(), 0u) << guard.Report();
  EXPECT_EQ(guard.Report(), "");
}

TEST_F(LeakGuardTest, CatchesOnlyWhileItLivesAndOnlyOnItsThread) {
  PlantedTime();
  LeakGuard guard;
  std::optional<std::thread> other;
  {
    const LeakGuard::Pause pause;
    other.emplace(&PlantedTime);
  }
  other->join();
  EXPECT_EQ(guard.calls(), 0u);
  {
    LeakGuard inner;
    PlantedTime();
    EXPECT_EQ(inner.calls(), 1u);
  }
  EXPECT_EQ(guard.calls(), 0u);
  PlantedTime();
  EXPECT_EQ(guard.calls(), 1u);
}

TEST_F(LeakGuardTest, APauseLetsThrough) {
  LeakGuard guard;
  {
    const LeakGuard::Pause pause;
    PlantedTime();
    {
      const LeakGuard::Pause inner;
      PlantedTime();
    }
    PlantedTime();
  }
  EXPECT_EQ(guard.calls(), 0u);
  PlantedTime();
  EXPECT_EQ(guard.calls(), 1u);
}

TEST_F(LeakGuardTest, CountsTheSameLeakAndKeepsTheFirstDifferentOnes) {
  LeakGuard guard;
  for (int i = 0; i < 5'000; ++i) PlantedTime();
  EXPECT_EQ(guard.calls(), 5'000u);
  EXPECT_THAT(guard.leaks(), SizeIs(1));
  EXPECT_EQ(guard.leaks()[0].times, 1'000u);
  EXPECT_THAT(guard.Report(), AllOf(HasSubstr("(1000 times)"), HasSubstr("5000 calls in all")));
}

TEST_F(LeakGuardTest, CarriesTheCallOutAndKeepsErrno) {
  LeakGuard guard;
  errno = 0;
  EXPECT_GT(::time(nullptr), 1'600'000'000);
  EXPECT_EQ(errno, 0);
  EXPECT_EQ(::open("/dev/urandom/no/such", O_RDONLY), -1);
  EXPECT_EQ(errno, ENOTDIR);
  const std::string path = testing::TempDir() + "/created";
  const int created = ::open(path.c_str(), O_CREAT | O_RDWR, 0600);
  EXPECT_GE(created, 0) << "the mode is passed on";
  ::close(created);
  ::unlink(path.c_str());
}

TEST_F(LeakGuardTest, AReportNamesFilesAndLines) {
  LeakGuard guard;
  PlantedTime();
  // Both programs are part of what the build needs anyway.
  EXPECT_THAT(guard.Report(), HasSubstr("leak_guard_test.cc:"));
}

TEST_F(LeakGuardTest, ATimerOfAsioIsRefusedAndItsWayToTheKernelIsNamed) {
  StreamWorld world;
  const SimExecutor executor = world.Start("process");
  LeakGuard guard;
  std::string refusal;
  try {
    asio::steady_timer timer(executor, 1s);
  } catch (const RealServiceRefused& refused) {
    refusal = refused.what();
  }
  EXPECT_THAT(refusal, AllOf(HasSubstr("a timer of Asio"), HasSubstr("Use SimTimer")));
  const std::string report = guard.Report();
  EXPECT_THAT(report, AllOf(HasSubstr("by a timer of Asio. Use SimTimer"),
                            HasSubstr("ATimerOfAsioIsRefusedAndItsWayToTheKernelIsNamed")));
  for (const Leak& leak : guard.leaks()) EXPECT_NE(leak.kind, LeakKind::kThread) << "no thread was started";
}

TEST_F(LeakGuardTest, TheFirstLeakCanEndTheProgram) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_DEATH(
      {
        const LeakGuard guard(LeakPolicy::kAbort);
        PlantedRandomDevice();
      },
      "std::random_device, which is random, was called in .*PlantedRandomDevice");
  EXPECT_DEATH(
      {
        StreamWorld world;
        asio::ip::tcp::resolver resolver(world.Start("process"));
        const LeakGuard guard(LeakPolicy::kAbort);
        resolver.async_resolve("localhost", "80", [](const auto&...) {});
      },
      "pthread_create, which starts a thread.*by a resolver of Asio. Use SimStream");
}

TEST(LeakGuardState, SaysWhetherLeaksAreCaught) {
  const bool catches = LeakGuard::state() == LeakGuard::State::kCatches;
  EXPECT_EQ(LeakGuard::DescribeState() == "leaks are caught", catches);
#if defined(FENCEPOST_SANITIZED)
  EXPECT_FALSE(catches);
  EXPECT_THAT(std::string(LeakGuard::DescribeState()), HasSubstr("the sanitizer of this build"));
#else
  EXPECT_TRUE(catches);
#endif
}

}  // namespace
}  // namespace fencepost::sim
