// Which faults strike, which are counted, and that what is not asked shifts nothing.
#include "sim/core/faults/fault_injector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "sim/core/choices/recorded_driver.h"
#include "sim/core/choices/seeded_driver.h"
#include "sim/core/faults/marks.h"
#include "sim/core/runtime/core_events.h"

namespace fencepost::sim {
namespace {

constexpr FaultKind kFlood{"flood", "weather", "everything is wet"};
constexpr FaultKind kStorm{"storm", "weather", "everything is blown away"};
constexpr MarkKind kWet{"wet", "somebody got wet"};

class FaultInjectorTest : public testing::Test {
 protected:
  FaultInjectorTest() {
    kinds_.Add(kStorm);
    kinds_.Add(kFlood);
  }

  FaultInjector Injector(Ratio flood, Ratio storm = Ratio{0, 1}) {
    FaultOdds odds(kinds_);
    odds[kFlood] = flood;
    odds[kStorm] = storm;
    return FaultInjector(odds, &events_);
  }

  KindList<FaultKind> kinds_;
  Choices choices_{std::make_unique<SeededDriver>(7)};
  Trace trace_{TraceDetail::kEvents};
  Scheduler scheduler_{&choices_, &trace_};
  Events events_{&scheduler_, &trace_};
};

TEST_F(FaultInjectorTest, CountsAFaultWheneverItStrikesAndNotesIt) {
  FaultInjector faults = Injector(Ratio{1, 2});
  Stream stream = choices_.Open("weather");
  std::uint64_t struck = 0;
  for (int i = 0; i < 200; ++i) struck += faults.Fires(kFlood, stream) ? 1 : 0;
  EXPECT_GT(struck, 50u);
  EXPECT_LT(struck, 150u);
  EXPECT_EQ(faults.counts()[kFlood], struck);
  EXPECT_EQ(faults.counts()[kStorm], 0u);
  const std::vector<TraceEvent> kept = trace_.KeptEvents();
  ASSERT_EQ(kept.size(), struck);
  for (const TraceEvent& event : kept) {
    EXPECT_TRUE(event.is_note);
    ASSERT_NE(event.As<FaultStruck>(), nullptr);
    EXPECT_EQ(event.As<FaultStruck>()->fault, &kFlood);
  }
}

TEST_F(FaultInjectorTest, WhatStrikesByPlanIsCountedWhenItIsFelt) {
  FaultInjector faults = Injector(Ratio{0, 1});
  faults.Count(kStorm);
  EXPECT_EQ(faults.counts()[kStorm], 1u);
}

TEST_F(FaultInjectorTest, AFaultThatIsOffAsksNobodyAndLeavesLaterDrawsWhereTheyAre) {
  FaultInjector faults = Injector(Ratio{0, 1}, Ratio{1, 1});
  Stream stream = choices_.Open("weather");
  EXPECT_FALSE(faults.Fires(kFlood, stream));
  EXPECT_EQ(choices_.draws(), 0u);
  EXPECT_TRUE(faults.Fires(kStorm, stream));
  ASSERT_EQ(choices_.Deviations().size(), 1u);
  EXPECT_EQ(choices_.Deviations().front().index, 1u);
  EXPECT_EQ(choices_.Deviations().front().label, "storm");
}

TEST_F(FaultInjectorTest, OnceHealedNothingIsDrawn) {
  FaultInjector faults = Injector(Ratio{1, 1});
  Stream stream = choices_.Open("weather");
  faults.Heal();
  EXPECT_TRUE(faults.healed());
  EXPECT_FALSE(faults.Fires(kFlood, stream));
  EXPECT_EQ(choices_.draws(), 0u);
  EXPECT_EQ(faults.counts()[kFlood], 0u);
}

TEST_F(FaultInjectorTest, AMarkIsCountedAndNoted) {
  KindList<MarkKind> kinds;
  kinds.Add(kWet);
  Marks marks(kinds, &events_);
  marks.Hit(kWet);
  marks.Hit(kWet);
  EXPECT_EQ(marks.counts()[kWet], 2u);
  ASSERT_EQ(trace_.KeptEvents().size(), 2u);
  EXPECT_EQ(trace_.KeptEvents().front().As<MarkHit>()->mark, &kWet);
  EXPECT_EQ(trace_.events(), 0u) << "a note is no part of the hash";
}

}  // namespace
}  // namespace fencepost::sim
