// What comes of a list of deviations.
#include "sim/core/simulation/variation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/choices/seeded_driver.h"
#include "tests/support/counter_world.h"
#include "tests/support/told.h"
#include "tests/support/toy_simulation.h"

namespace fencepost::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Draws "a" twice and "b" once, if the first draw of "a" deviates. Wrong when "b" answers 2.
std::optional<Violation> ThreeDraws(Choices& choices, Trace& trace) {
  Stream a = choices.Open("a");
  const std::uint64_t first = a.Below(5, "first");
  trace.Event(std::chrono::nanoseconds(0), kWorldActor, Told{std::to_string(first)});
  a.Below(5, "second");
  if (first == 0 || choices.Open("b").Below(3, "third") != 2) return std::nullopt;
  return ToySimulation::Wrong();
}

TEST(RunDeviations, AnswersWhatIsAskedAndTheDefaultElsewhere) {
  const ToySimulation toy(ThreeDraws);
  Trace trace(TraceDetail::kHashOnly);
  const Deviation first{"a", 0, 4, 5, "first"};
  const Deviation third{"b", 0, 2, 3, "third"};
  const Variation both = RunDeviations(toy, {third, first}, &trace);
  EXPECT_TRUE(both.outcome.violation.has_value());
  EXPECT_THAT(both.made, ElementsAre(first, third)) << "in the order in which they were made";
  EXPECT_THAT(both.stale, IsEmpty());
  EXPECT_EQ(both.outcome.hash, trace.hash());
}

TEST(RunDeviations, NamesWhatDidNotFitAndMakesNothingElseInItsPlace) {
  const ToySimulation toy(ThreeDraws);
  Trace trace(TraceDetail::kHashOnly);
  const Deviation third{"b", 0, 2, 3, "third"};
  const Deviation too_high{"a", 1, 7, 9, "second"};
  const Variation variation = RunDeviations(toy, {third, too_high}, &trace);
  EXPECT_FALSE(variation.outcome.violation.has_value());
  EXPECT_THAT(variation.made, IsEmpty());
  ASSERT_EQ(variation.stale.size(), 2u);
  EXPECT_EQ(Describe(variation.stale[0]), "a[1] = 7 of 9 (second): is no longer an answer to its draw");
  EXPECT_EQ(Describe(variation.stale[1]), "b[0] = 2 of 3 (third): was never asked for");
}

TEST(RunDeviations, LogsEveryDrawWithWhatTheTraceHadByThen) {
  const ToySimulation toy(ThreeDraws);
  Trace trace(TraceDetail::kHashOnly);
  DrawLog log;
  RunDeviations(toy, {Deviation{"a", 0, 1, 5, "first"}}, &trace, RunLimits(), &log);
  ASSERT_EQ(log.draws.size(), 3u);
  EXPECT_EQ(FormatDraw(log, log.draws[0]), "a[0] = 1 of 5 (first)");
  EXPECT_EQ(FormatDraw(log, log.draws[1]), "a[1] = 0 of 5 (second)");
  EXPECT_EQ(FormatDraw(log, log.draws[2]), "b[0] = 0 of 3 (third)");
  EXPECT_EQ(log.draws[0].events, 0u);
  EXPECT_EQ(log.draws[1].events, 1u);
  EXPECT_EQ(log.Answering(log.draws[2], 2), (Deviation{"b", 0, 2, 3, "third"}));
  EXPECT_EQ(log.draws[2].alternatives(), 2u);
}

// The draw may have another bound or label than it had.
bool AsksFor(const Deviation& asked, const Deviation& made) {
  return asked.stream == made.stream && asked.index == made.index && asked.value == made.value;
}

TEST(RunDeviations, MakesTheVeryRunThatASeedMadeAndNothingThatItWasNotAskedFor) {
  const CounterWorld world;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    Choices choices(std::make_unique<SeededDriver>(seed));
    Trace first(TraceDetail::kHashOnly);
    const RunOutcome outcome = world.Run(choices, first, RunLimits());
    std::vector<Deviation> deviations = choices.Deviations();
    Trace second(TraceDetail::kHashOnly);
    const Variation same = RunDeviations(world, deviations, &second);
    EXPECT_EQ(same.outcome.hash, outcome.hash) << "seed " << seed;
    EXPECT_EQ(same.made, deviations) << "seed " << seed;

    deviations.erase(deviations.begin(), deviations.begin() + static_cast<std::ptrdiff_t>(seed % 5));
    Trace third(TraceDetail::kHashOnly);
    const Variation fewer = RunDeviations(world, deviations, &third);
    for (const Deviation& made : fewer.made) {
      EXPECT_EQ(std::ranges::count_if(deviations, [&made](const Deviation& d) { return AsksFor(d, made); }),
                1)
          << "seed " << seed << ": " << FormatDeviation(made);
    }
  }
}

TEST(RunDeviations, ARunThatIsCutOffPasses) {
  const CounterWorld world;
  const std::vector<Deviation> lost_update = {Deviation{"plan/client-1/1", 0, 1, 2, "present"},
                                              Deviation{"plan/client-2/1", 0, 1, 2, "present"}};
  const FailingRun failing{lost_update, "no-lost-update", RunLimits()};
  EXPECT_EQ(RunVariation(world, failing, lost_update), VariationEnd::kFails);
  const FailingRun short_of_time{lost_update, "no-lost-update", RunLimits{3}};
  EXPECT_EQ(RunVariation(world, short_of_time, lost_update), VariationEnd::kPasses);
}

TEST(VariationEnds, AreToldApartByClassNotByInvariantAlone) {
  RunOutcome outcome;
  EXPECT_EQ(EndOf(outcome, "toy"), VariationEnd::kPasses);
  outcome.violation = ToySimulation::Wrong();
  EXPECT_EQ(EndOf(outcome, "toy"), VariationEnd::kFails);
  EXPECT_EQ(EndOf(outcome, "other"), VariationEnd::kFailsOtherwise);
  outcome.violation->variant = "G1c";
  EXPECT_EQ(EndOf(outcome, "toy"), VariationEnd::kFailsOtherwise);
  EXPECT_EQ(EndOf(outcome, "toy/G1c"), VariationEnd::kFails);
  EXPECT_EQ(InvariantOf("toy/G1c"), "toy");
  EXPECT_EQ(VariationEndName(VariationEnd::kFailsOtherwise), "fails otherwise");
}

}  // namespace
}  // namespace fencepost::sim
