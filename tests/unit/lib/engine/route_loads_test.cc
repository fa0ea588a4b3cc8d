#include "fencepost/engine/internal/route_loads.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace fencepost {
namespace {

std::vector<std::string> SampleOf(std::uint64_t accesses, std::size_t capacity) {
  KeySample sample;
  for (std::uint64_t i = 1; i <= accesses; ++i) sample.Offer(i, std::to_string(i), capacity);
  return sample.Keys();
}

TEST(KeySample, HoldsEveryAccessUntilItIsFull) {
  EXPECT_EQ(SampleOf(3, 4), (std::vector<std::string>{"1", "2", "3"}));
  EXPECT_EQ(SampleOf(1000, 4).size(), 4u);
}

TEST(KeySample, TheSameAccessesGiveTheSameSample) { EXPECT_EQ(SampleOf(5000, 16), SampleOf(5000, 16)); }

TEST(KeySample, TakesEarlyAndLateAccessesAlike) {
  // Of 200 places over 10,000 accesses, each quarter should have about 50; the mix is fixed, so this is too.
  std::vector<int> per_quarter(4, 0);
  for (const std::string& key : SampleOf(10000, 200)) {
    ++per_quarter[static_cast<std::size_t>((std::stoul(key) - 1) / 2500)];
  }
  for (std::size_t quarter = 0; quarter < 4; ++quarter) {
    EXPECT_GE(per_quarter[quarter], 30) << "quarter " << quarter;
    EXPECT_LE(per_quarter[quarter], 70) << "quarter " << quarter;
  }
}

TEST(RouteLoad, AResetForgetsAccessesAndSample) {
  RouteLoad load;
  EXPECT_EQ(load.Count(), 1u);
  EXPECT_EQ(load.Count(), 2u);
  load.OfferSample(1, "k", 8);
  load.Reset();
  EXPECT_EQ(load.accesses(), 0u);
  EXPECT_TRUE(load.SampledKeys().empty());
  EXPECT_EQ(load.Count(), 1u);
}

TEST(RouteLoads, ASplitElsewhereKeepsAndSharesTheCountersOfTheOthers) {
  const RouteLoads before(3);
  before.At(0).Count();
  before.At(1).Count();
  before.At(2).Count();
  const RouteLoads after = before.WithSplit(1, 2);
  // An access through the old mapping, by a reader that is late, still counts.
  before.At(2).Count();
  EXPECT_EQ(after.At(0).accesses(), 1u);
  EXPECT_EQ(after.At(1).accesses(), 0u);
  EXPECT_EQ(after.At(2).accesses(), 0u);
  EXPECT_EQ(after.At(3).accesses(), 2u);
}

TEST(RouteLoads, AnAddedRouteStartsAtZeroAndMovesTheOthersUp) {
  RouteLoads loads(0);
  loads = loads.WithRoute(0);
  loads.At(0).Count();
  loads = loads.WithRoute(0);
  EXPECT_EQ(loads.At(0).accesses(), 0u);
  EXPECT_EQ(loads.At(1).accesses(), 1u);
}

}  // namespace
}  // namespace fencepost
