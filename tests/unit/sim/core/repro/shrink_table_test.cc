#include "sim/core/repro/shrink_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/counter_world.h"
#include "tests/support/toy_simulation.h"

namespace fencepost::sim {
namespace {

using testing::HasSubstr;
using testing::Not;

ShrunkSeed Seed(std::size_t items, std::size_t deviations, int cpu_ms, std::string plot) {
  ShrunkSeed seed;
  seed.shrink.to.plan_items = items;
  seed.shrink.to.deviations = deviations;
  seed.shrink.runs = 10 * deviations;
  seed.cpu = std::chrono::milliseconds(cpu_ms);
  seed.plot = std::move(plot);
  return seed;
}

ShrinkTableOptions Few(std::size_t seeds) {
  ShrinkTableOptions options;
  options.failing_seeds = seeds;
  options.last_seed = 100;
  options.clock = [] { return std::chrono::nanoseconds(0); };
  return options;
}

TEST(ShrinkTable, TheMedianIsInTheMiddleAndTheWorstIsTheLargest) {
  const auto pair = [](const Spread& spread) { return std::pair(spread.median, spread.worst); };
  EXPECT_EQ(pair(SpreadOf({})), std::pair(std::uint64_t{0}, std::uint64_t{0}));
  EXPECT_EQ(pair(SpreadOf({7})), std::pair(std::uint64_t{7}, std::uint64_t{7}));
  EXPECT_EQ(pair(SpreadOf({9, 1})), std::pair(std::uint64_t{1}, std::uint64_t{9}));
  EXPECT_EQ(pair(SpreadOf({5, 30, 4})), std::pair(std::uint64_t{5}, std::uint64_t{30}));
}

TEST(ShrinkTable, ARowSaysHowSmallAndHowAlikeTheSeedsGot) {
  std::vector<ShrunkSeed> seeds = {Seed(2, 4, 100, "a"), Seed(2, 6, 300, "a"), Seed(3, 20, 9000, "b"),
                                   Seed(2, 5, 200, "a")};
  seeds[2].shrink.end = ShrinkEnd::kRuns;
  const ShrinkRow row = SummariseShrunk(seeds);
  EXPECT_EQ(row.seeds, 4u);
  EXPECT_EQ(row.plan_items.median, 2u);
  EXPECT_EQ(row.plan_items.worst, 3u);
  EXPECT_EQ(row.deviations.median, 5u);
  EXPECT_EQ(row.deviations.worst, 20u);
  EXPECT_EQ(row.runs.worst, 200u);
  EXPECT_EQ(row.cpu_ms.median, 200u);
  EXPECT_EQ(row.cpu_ms.worst, 9000u);
  EXPECT_EQ(row.plots, 2u);
  EXPECT_EQ(row.commonest, 3u);
  EXPECT_EQ(row.pairs_alike, 50u) << "three of the six pairs";
  EXPECT_EQ(row.unfinished, 1u);
}

TEST(ShrinkTable, OfOneSeedAndOfNoneThereIsARowToo) {
  EXPECT_EQ(SummariseShrunk({}).seeds, 0u);
  EXPECT_EQ(SummariseShrunk({}).pairs_alike, 100u);
  EXPECT_EQ(SummariseShrunk({Seed(1, 1, 1, "a")}).pairs_alike, 100u);
}

TEST(ShrinkTable, ShrinksTheFirstSeedsThatFailAndTellsThemWithoutTimes) {
  const CounterWorld world;
  const absl::StatusOr<std::vector<ShrunkSeed>> seeds = ShrinkFirstSeeds(world, Few(3));
  ASSERT_TRUE(seeds.ok()) << seeds.status();
  ASSERT_EQ(seeds->size(), 3u);
  std::uint64_t before = 0;
  for (const ShrunkSeed& seed : *seeds) {
    EXPECT_GT(seed.repro.seed.value_or(0), before) << "each once, in order";
    before = seed.repro.seed.value_or(0);
    EXPECT_EQ(seed.repro.failure_class, "no-lost-update");
    EXPECT_EQ(seed.shrink.to.plan_items, 2u);
    EXPECT_THAT(seed.plot, HasSubstr("no-lost-update"));
    EXPECT_THAT(seed.plot, Not(testing::ContainsRegex("[0-9] m?s([^a-z]|$)"))) << "no times, no durations";
  }
  EXPECT_EQ(SummariseShrunk(*seeds).plots, 1u);
}

// Says one thing of every run.
class CurtNarrator final : public Narrator {
 public:
  using Narrator::Narrator;

  Narration Narrate(const Trace&, const RunOutcome& outcome, RunTitle title) const override {
    Narration told;
    told.timeline.title = std::move(title);
    told.story.lines.push_back(StoryLine{{}, 0, "", false, "it broke " + outcome.violation->invariant, ""});
    return told;
  }
};

TEST(ShrinkTable, TellsPlotsByANarratorOfTheSimulationsOwn) {
  const CounterWorld world;
  const CurtNarrator narrator(&world.vocabulary());
  ShrinkTableOptions options = Few(1);
  options.narrator = &narrator;
  const absl::StatusOr<std::vector<ShrunkSeed>> seeds = ShrinkFirstSeeds(world, options);
  ASSERT_TRUE(seeds.ok()) << seeds.status();
  ASSERT_EQ(seeds->size(), 1u);
  EXPECT_EQ(seeds->front().plot, "it broke no-lost-update\n");
}

TEST(ShrinkTable, ASeedThatIsOnlyHalfShrunkIsLeftOut) {
  const CounterWorld world;
  ShrinkTableOptions options = Few(3);
  std::vector<std::size_t> told;
  options.progress = [&told](std::size_t shrunk, std::uint64_t) { told.push_back(shrunk); };
  // The first failing seed is shrunk, the second begun.
  int looks = 0;
  options.interrupted = [&] { return !told.empty() && told.back() == 1 && ++looks > 10; };
  const absl::StatusOr<std::vector<ShrunkSeed>> seeds = ShrinkFirstSeeds(world, options);
  ASSERT_TRUE(seeds.ok()) << seeds.status();
  ASSERT_EQ(seeds->size(), 1u);
  EXPECT_EQ(seeds->front().shrink.end, ShrinkEnd::kSmallest);
  EXPECT_EQ(told.front(), 0u);
}

TEST(ShrinkTable, ASoundSimulationHasNoSeeds) {
  const ToySimulation sound([](Choices&, Trace&) { return std::nullopt; });
  const absl::StatusOr<std::vector<ShrunkSeed>> seeds = ShrinkFirstSeeds(sound, Few(3));
  ASSERT_TRUE(seeds.ok()) << seeds.status();
  EXPECT_TRUE(seeds->empty());
}

}  // namespace
}  // namespace fencepost::sim
