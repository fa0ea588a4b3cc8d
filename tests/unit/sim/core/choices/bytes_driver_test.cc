#include "sim/core/choices/bytes_driver.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "sim/core/choices/choices.h"
#include "tests/unit/sim/core/choices/counter_draws.h"

namespace fencepost::sim {
namespace {

using Bytes = std::vector<std::uint8_t>;

// A whole input: the plan's length, the plan, the schedule.
Bytes Tape(const Bytes& plan, const Bytes& schedule) {
  Bytes tape = {static_cast<std::uint8_t>(plan.size() >> 8), static_cast<std::uint8_t>(plan.size())};
  tape.insert(tape.end(), plan.begin(), plan.end());
  tape.insert(tape.end(), schedule.begin(), schedule.end());
  return tape;
}

std::vector<std::uint64_t> Draw(Choices& choices, std::string_view stream, std::uint64_t bound, int times) {
  Stream drawn_from = choices.Open(stream);
  std::vector<std::uint64_t> drawn;
  for (int i = 0; i < times; ++i) drawn.push_back(drawn_from.Below(bound, "x"));
  return drawn;
}

using Drawn = std::vector<std::uint64_t>;

TEST(BytesDriver, WithoutBytesEverythingIsTheDefault) {
  Choices choices(std::make_unique<BytesDriver>(Bytes()));
  EXPECT_EQ(Draw(choices, "plan/a", 10, 3), (Drawn{0, 0, 0}));
  EXPECT_EQ(Draw(choices, "net", 10, 3), (Drawn{0, 0, 0}));
  EXPECT_FALSE(choices.Open("net").Chance(Ratio{1, 1}, "drop"));
  EXPECT_TRUE(choices.Deviations().empty());
}

TEST(BytesDriver, ThePlanIsAnsweredByteByByteAndThenByTheDefault) {
  Choices choices(std::make_unique<BytesDriver>(Tape({7, 12, 3}, {})));
  EXPECT_EQ(Draw(choices, "plan/a", 10, 2), (Drawn{7, 2}));
  EXPECT_EQ(Draw(choices, "config/size", 10, 2), (Drawn{3, 0}));
}

TEST(BytesDriver, ALargeBoundTakesAsManyBytesAsItHas) {
  Choices choices(std::make_unique<BytesDriver>(Tape({0x01, 0x02, 0x05, 0xFF}, {})));
  EXPECT_EQ(Draw(choices, "plan/a", 1000, 1), Drawn{0x0102});
  EXPECT_EQ(Draw(choices, "plan/a", 256, 1), Drawn{5});
  EXPECT_EQ(Draw(choices, "plan/a", 257, 1), Drawn{0xFF00 % 257}) << "the missing byte counts as 0";
}

TEST(BytesDriver, AWeightedDrawOfThePlanFollowsItsWeights) {
  Choices choices(std::make_unique<BytesDriver>(Tape({0, 1, 4, 5, 6}, {})));
  Stream stream = choices.Open("plan/a");
  const std::array<std::uint32_t, 4> weights = {1, 0, 4, 1};
  std::vector<std::size_t> drawn;
  for (int i = 0; i < 5; ++i) drawn.push_back(stream.Weighted(weights, "kind"));
  EXPECT_EQ(drawn, (std::vector<std::size_t>{0, 2, 2, 3, 0}));
}

TEST(BytesDriver, TheScheduleIsGapsAndDeviationsWhateverTheStream) {
  Choices choices(std::make_unique<BytesDriver>(Tape({}, {2, 0, 1, 6})));
  EXPECT_EQ(Draw(choices, "a", 5, 2), (Drawn{0, 0}));
  EXPECT_EQ(Draw(choices, "b", 5, 3), (Drawn{1, 0, 3})) << "1 + 0, then one goes by, then 1 + 6 modulo 4";
  EXPECT_EQ(Draw(choices, "b", 5, 2), (Drawn{0, 0}));
}

TEST(BytesDriver, ALongGapIsSeveralBytes) {
  Choices choices(std::make_unique<BytesDriver>(Tape({}, {0xFF, 1, 0})));
  Drawn expected(256, 0);
  expected.push_back(1);
  EXPECT_EQ(Draw(choices, "a", 2, 257), expected);
}

TEST(BytesDriver, ADeviationIsNeverAnAnswerOfWeightZero) {
  Choices choices(std::make_unique<BytesDriver>(Tape({}, {0, 0, 0, 1, 0, 2, 0, 9})));
  Stream stream = choices.Open("a");
  const std::array<std::uint32_t, 4> weights = {1000, 0, 1, 1};
  std::vector<std::size_t> drawn;
  for (int i = 0; i < 4; ++i) drawn.push_back(stream.Weighted(weights, "kind"));
  EXPECT_EQ(drawn, (std::vector<std::size_t>{2, 3, 2, 3})) << "the odds are left aside";

  Choices certain(std::make_unique<BytesDriver>(Tape({}, {0, 7})));
  const std::array<std::uint32_t, 2> only_the_default = {1, 0};
  EXPECT_EQ(certain.Open("a").Weighted(only_the_default, "kind"), 0u);
}

TEST(BytesDriver, WhatIsPlannedDoesNotShiftTheSchedule) {
  Choices some(std::make_unique<BytesDriver>(Tape({1, 2, 3, 4}, {3, 1, 0, 2})));
  Choices other(std::make_unique<BytesDriver>(Tape({9, 9, 9, 9}, {3, 1, 0, 2})));
  Draw(some, "plan/a", 10, 2);
  Draw(other, "plan/a", 10, 4);
  EXPECT_EQ(Draw(some, "net", 7, 8), Draw(other, "net", 7, 8));
}

TEST(BytesDriver, AnyBytesAnswerAnyDrawWithinItsBound) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    CounterDraws draws(seed);
    Bytes bytes(draws.Below(40));
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(draws.Below(256));
    Choices choices(std::make_unique<BytesDriver>(bytes));
    Stream planned = choices.Open("plan/a");
    Stream scheduled = choices.Open("net");
    for (int i = 0; i < 50; ++i) {
      const std::uint64_t bound = 1 + draws.Below(100'000);
      EXPECT_LT(planned.Below(bound, "x"), bound) << "seed " << seed;
      EXPECT_LT(scheduled.Below(bound, "x"), bound) << "seed " << seed;
    }
    EXPECT_LT(planned.Below(UINT64_MAX, "x"), UINT64_MAX);
  }
}

}  // namespace
}  // namespace fencepost::sim
