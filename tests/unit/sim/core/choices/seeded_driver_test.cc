#include "sim/core/choices/seeded_driver.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "sim/core/choices/choices.h"
#include "sim/core/choices/stream_key.h"

namespace fencepost::sim {
namespace {

constexpr std::uint64_t kWholeRange = ~std::uint64_t{0};

ChoiceRequest RequestOf(std::string_view stream, std::uint64_t index, std::uint64_t bound) {
  ChoiceRequest request;
  request.stream = stream;
  request.stream_key = StreamKey(stream);
  request.index = index;
  request.bound = bound;
  request.label = "test";
  return request;
}

std::vector<std::uint64_t> Draw(std::uint64_t seed, std::string_view stream, std::uint64_t bound,
                                std::size_t count) {
  SeededDriver driver(seed);
  std::vector<std::uint64_t> drawn;
  for (std::uint64_t i = 0; i < count; ++i) drawn.push_back(driver.Choose(RequestOf(stream, i, bound)));
  return drawn;
}

// Pinned: recorded seeds die when one of these changes.
TEST(SeededDriver, DrawsThePublishedValues) {
  EXPECT_EQ(StreamKey("schedule"), 0x5dc295d858526653);
  EXPECT_EQ(StreamKey("net/1->2"), 0xc90f80ef78572191);
  EXPECT_EQ(Draw(0, "schedule", kWholeRange, 3),
            (std::vector<std::uint64_t>{0x7bb7f74771f6204a, 0x6dbd1edc1e845d99, 0x70115aa9e99e731e}));
  EXPECT_EQ(Draw(1, "schedule", kWholeRange, 3),
            (std::vector<std::uint64_t>{0x598e77ef60f75dad, 0xa40242351285a644, 0x5b3aa5113356688}));
  EXPECT_EQ(Draw(1, "net/1->2", kWholeRange, 3),
            (std::vector<std::uint64_t>{0xf9789ba59451886, 0x588d6095524881d3, 0xe6c0d7304ed08693}));
  EXPECT_EQ(Draw(12345, "net/1->2", 1000, 8),
            (std::vector<std::uint64_t>{913, 746, 756, 612, 733, 491, 776, 84}));
}

TEST(SeededDriver, ADrawDependsOnSeedStreamAndIndexAlone) {
  SeededDriver forwards(9);
  SeededDriver backwards(9);
  std::vector<std::uint64_t> one;
  std::vector<std::uint64_t> other;
  for (std::uint64_t i = 0; i < 50; ++i) one.push_back(forwards.Choose(RequestOf("s", i, 1000)));
  for (std::uint64_t i = 50; i > 0; --i) {
    backwards.Choose(RequestOf("another", i, 77));
    other.push_back(backwards.Choose(RequestOf("s", i - 1, 1000)));
  }
  std::ranges::reverse(other);
  EXPECT_EQ(one, other);
}

TEST(SeededDriver, SeedsAndStreamsAreUnlikeEachOther) {
  std::set<std::vector<std::uint64_t>> sequences;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    for (const std::string_view stream : {"a", "b", "node/1", "node/2", "node/10"}) {
      sequences.insert(Draw(seed, stream, kWholeRange, 2));
    }
  }
  EXPECT_EQ(sequences.size(), 250u);
}

TEST(SeededDriver, StreamsOfOneSeedAreNotCorrelated) {
  // Of two independent bits each pair occurs a quarter of the time; five standard deviations are allowed.
  std::array<int, 4> pairs = {};
  const std::vector<std::uint64_t> a = Draw(3, "node/1", 2, 40'000);
  const std::vector<std::uint64_t> b = Draw(3, "node/2", 2, 40'000);
  for (std::size_t i = 0; i < a.size(); ++i) ++pairs[static_cast<std::size_t>(2 * a[i] + b[i])];
  for (const int count : pairs) EXPECT_NEAR(count, 10'000, 5 * 87) << testing::PrintToString(pairs);
}

TEST(SeededDriver, EveryAnswerBelowTheBoundIsAboutAsFrequent) {
  constexpr std::size_t kBound = 10;
  std::array<int, kBound> counts = {};
  for (const std::uint64_t value : Draw(5, "s", kBound, 100'000)) ++counts[static_cast<std::size_t>(value)];
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 5 * 95) << testing::PrintToString(counts);
}

TEST(SeededDriver, WeighsAnswersInProportionAndNeverAnswersAWeightOfZero) {
  Choices choices(std::make_unique<SeededDriver>(6));
  Stream stream = choices.Open("s");
  const std::array<std::uint32_t, 5> weights = {0, 1, 0, 3, 0};
  std::array<int, 5> counts = {};
  for (int i = 0; i < 40'000; ++i) ++counts[stream.Weighted(weights, "kind")];
  EXPECT_NEAR(counts[1], 10'000, 5 * 87);
  EXPECT_EQ(counts[1] + counts[3], 40'000) << testing::PrintToString(counts);
}

TEST(SeededDriver, AChanceComesTrueAsOftenAsItSays) {
  Choices choices(std::make_unique<SeededDriver>(8));
  Stream stream = choices.Open("s");
  int happened = 0;
  for (int i = 0; i < 100'000; ++i) happened += stream.Chance(Ratio{1, 100}, "drop") ? 1 : 0;
  EXPECT_NEAR(happened, 1000, 5 * 32);
  EXPECT_TRUE(stream.Chance(Ratio{5, 5}, "certain"));
}

TEST(SeededDriver, EveryStrategyHasItsShareOfTheSeedsAndAName) {
  std::map<Strategy, int> counts;
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    ++counts[StrategyOf(seed)];
    EXPECT_EQ(SeededDriver(seed).strategy(), StrategyOf(seed));
  }
  for (const Strategy strategy : kStrategies) {
    EXPECT_NEAR(counts[strategy], 1000, 5 * 26) << StrategyName(strategy);
    EXPECT_EQ(StrategyFromName(StrategyName(strategy)), strategy);
  }
  EXPECT_EQ(StrategyFromName("round-robin"), std::nullopt);
}

// Asks for `decisions` choices among one task of each of `actors`.
std::vector<std::size_t> ScheduleChoices(SeededDriver& driver, const std::vector<ActorId>& actors,
                                         std::uint64_t decisions) {
  std::vector<std::size_t> chosen;
  for (std::uint64_t i = 0; i < decisions; ++i) {
    ChoiceRequest request = RequestOf("schedule", i, actors.size());
    request.actors = actors;
    chosen.push_back(static_cast<std::size_t>(driver.Choose(request)));
  }
  return chosen;
}

TEST(SeededDriver, FifoMostlyRarelyLeavesTheQueueOrder) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SeededDriver driver(seed, Strategy::kFifoMostly);
    const std::vector<std::size_t> chosen = ScheduleChoices(driver, {1, 2, 3, 4}, 20'000);
    const auto deviations = 20'000 - std::ranges::count(chosen, 0u);
    EXPECT_GT(deviations, 10) << "seed " << seed;
    EXPECT_LT(deviations, 6'000) << "seed " << seed;
    for (const std::size_t other : {1u, 2u, 3u}) EXPECT_TRUE(std::ranges::count(chosen, other) > 0);
  }
}

TEST(SeededDriver, PctKeepsToItsPrioritiesBetweenAFewChangePoints) {
  std::set<std::size_t> first_choices;
  std::set<std::ptrdiff_t> change_counts;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SeededDriver driver(seed, Strategy::kPct);
    const std::vector<std::size_t> chosen = ScheduleChoices(driver, {1, 2, 3, 4, 5}, 1 << 15);
    std::ptrdiff_t changes = 0;
    for (std::size_t i = 1; i < chosen.size(); ++i) changes += chosen[i] != chosen[i - 1] ? 1 : 0;
    EXPECT_GE(changes, 1) << "seed " << seed;
    EXPECT_LE(changes, 6) << "seed " << seed;
    first_choices.insert(chosen.front());
    change_counts.insert(changes);
  }
  EXPECT_EQ(first_choices.size(), 5u) << "every actor leads under some seed";
  EXPECT_GE(change_counts.size(), 4u);
}

TEST(SeededDriver, PctRunsTheTasksOfOneActorFirstInFirstOut) {
  SeededDriver driver(11, Strategy::kPct);
  EXPECT_EQ(ScheduleChoices(driver, {7, 7, 7, 7}, 1000), std::vector<std::size_t>(1000, 0));
}

TEST(SeededDriver, AStrategyDecidesSchedulesOnly) {
  SeededDriver uniform(13, Strategy::kUniform);
  SeededDriver pct(13, Strategy::kPct);
  for (std::uint64_t i = 0; i < 100; ++i) {
    EXPECT_EQ(uniform.Choose(RequestOf("net", i, 50)), pct.Choose(RequestOf("net", i, 50)));
  }
}

}  // namespace
}  // namespace fencepost::sim
