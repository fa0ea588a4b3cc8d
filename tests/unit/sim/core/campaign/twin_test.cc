#include "sim/core/campaign/twin.h"

#include <absl/container/flat_hash_set.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sim/core/choices/seeded_driver.h"
#include "sim/core/runtime/scheduler.h"
#include "sim/core/runtime/sim_executor.h"
#include "tests/support/told.h"

// Where a sanitizer manages the heap, fresh memory holds the sanitizer's own pattern.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define FENCEPOST_SANITIZED_HEAP 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define FENCEPOST_SANITIZED_HEAP 1
#endif
#endif

namespace fencepost::sim {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// Ten innocent events, then what `leak` tells, then ten more.
template <class Leak>
std::optional<TwinMismatch> RunTwiceWith(Leak leak, TraceDetail detail = TraceDetail::kEvents) {
  return RunTwice(
      [&](Trace& trace) {
        for (int i = 0; i < 10; ++i) trace.Event(1s, 1, Told{"innocent"});
        leak(trace);
        for (int i = 0; i < 10; ++i) trace.Event(3s, 1, Told{"innocent again"});
      },
      detail);
}

void ExpectCaught(const std::optional<TwinMismatch>& mismatch) {
  ASSERT_TRUE(mismatch.has_value()) << "the planted leak went unseen";
  EXPECT_GE(mismatch->first_different_event, 10u) << FormatTwinMismatch(*mismatch);
  const std::string report = FormatTwinMismatch(*mismatch);
  EXPECT_THAT(report, HasSubstr("at 2.000000000s, actor 7: told text=\"leaked")) << report;
}

TEST(Twin, ARunOfItsChoicesAloneLeavesTheSameTraceTwice) {
  const auto mismatch = RunTwice([](Trace& trace) {
    Choices choices(std::make_unique<SeededDriver>(4, Strategy::kUniform));
    Scheduler scheduler(&choices, &trace);
    std::vector<std::string> told(50);
    for (ActorId actor = 1; actor <= 50; ++actor) {
      const SimExecutor executor = scheduler.ExecutorFor(actor);
      scheduler.Suspend(executor.incarnation(), 1s, [&trace, &scheduler, actor](Wake) {
        trace.Event(scheduler.now(), actor, Told{std::string(actor, 'x')});
      });
    }
    scheduler.RunUntil(kNever);
  });
  EXPECT_EQ(mismatch, std::nullopt) << FormatTwinMismatch(*mismatch);
}

TEST(Twin, CatchesTheOrderOfAHashContainer) {
  ExpectCaught(RunTwiceWith([](Trace& trace) {
    absl::flat_hash_set<int> set;
    for (int i = 0; i < 500; ++i) set.insert(i);
    for (const int i : set) trace.Event(2s, 7, Told{"leaked " + std::to_string(i)});
  }));
}

TEST(Twin, CatchesTheOrderOfAddresses) {
  ExpectCaught(RunTwiceWith([](Trace& trace) {
    struct Object {
      int number;
      std::uint64_t weight[5];
    };
    std::vector<std::unique_ptr<Object>> objects;
    std::set<Object*> by_address;
    for (int i = 0; i < 100; ++i) {
      objects.push_back(std::make_unique<Object>(Object{i, {}}));
      by_address.insert(objects.back().get());
    }
    for (const Object* const object : by_address) {
      trace.Event(2s, 7, Told{"leaked " + std::to_string(object->number)});
    }
  }));
}

TEST(Twin, CatchesARealClock) {
  ExpectCaught(RunTwiceWith([](Trace& trace) {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    trace.Event(2s, 7, Told{"leaked " + std::to_string(now.count())});
  }));
}

// A sanitizer fills or quarantines memory in a way of its own, so that this read gives the same bytes twice;
// MemorySanitizer would report it itself.
#ifndef FENCEPOST_SANITIZED_HEAP
TEST(Twin, CatchesMemoryThatNobodyInitialised) {
  ExpectCaught(RunTwiceWith([](Trace& trace) {
    constexpr std::size_t kSize = 100;
    const auto fresh = std::make_unique_for_overwrite<unsigned char[]>(kSize);
    const volatile unsigned char* const bytes = fresh.get();  // volatile: or the read is folded away
    unsigned sum = 0;
    for (std::size_t i = 0; i < kSize; ++i) sum += bytes[i];
    trace.Event(2s, 7, Told{"leaked " + std::to_string(sum)});
  }));
}
#endif

TEST(Twin, CatchesARunThatEndsEarly) {
  int runs = 0;
  const auto mismatch = RunTwice([&](Trace& trace) {
    trace.Event(1s, 1, Told{"always"});
    if (++runs == 1) trace.Event(2s, 7, Told{"only once"});
  });
  ASSERT_TRUE(mismatch.has_value());
  EXPECT_EQ(mismatch->first_different_event, 1u);
  const std::string report = FormatTwinMismatch(*mismatch);
  EXPECT_THAT(report, HasSubstr("they part at event 1")) << report;
  EXPECT_THAT(report, HasSubstr("first run:  event 1 at 2.000000000s, actor 7: told text=\"only once\""))
      << report;
  EXPECT_THAT(report, HasSubstr("second run: ended after 1 events")) << report;
}

TEST(Twin, WithoutKeptEventsStillNamesTheEvent) {
  int runs = 0;
  const auto mismatch = RunTwiceWith([&](Trace& trace) { trace.Event(2s, 7, Told{std::to_string(++runs)}); },
                                     TraceDetail::kHashes);
  ASSERT_TRUE(mismatch.has_value());
  EXPECT_EQ(mismatch->first_different_event, 10u);
  EXPECT_THAT(FormatTwinMismatch(*mismatch), HasSubstr("event 10 (not kept"));
}

}  // namespace
}  // namespace fencepost::sim
