// From a failing seed to a small .repro file and back: what is shrunk still fails in the same way, is
// smaller, comes out the same every time, and replays to the same trace, or to an honest verdict.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "model/invariants/invariants.h"
#include "sim/core/choices/recorded_driver.h"
#include "sim/core/choices/seeded_driver.h"
#include "sim/core/repro/replay.h"
#include "sim/core/repro/shrink_repro.h"
#include "sim/core/shrink/shrinker.h"
#include "sim/world/mark_kinds.h"
#include "sim/world/regressions.h"
#include "tests/sim/worlds.h"
#include "tests/support/run_program.h"

namespace fencepost::sim {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

// Nodes that poll too seldom to notice a change: any save at all is one too many for them.
constexpr char kLate[] = R"(
name = "late"
summary = "nodes that poll once a minute, and plenty that does not matter"
[world]
nodes = [2, 4]
operators = [2, 4]
keys = [4, 12]
[time]
fault_window_ms = 800
settle_ms = 600
watcher_interval_ms = 60000
[plan]
operator_actions = [4, 8]
[plan.weights]
split = 2
move = 2
[faults]
store-commit-unknown = "1/8"
store-lagging-read = "1/20"
store-slow = "1/50"
node-crash = "1/6"
)";

// The same world with nodes that poll often: the bug is fixed.
Scenario LateButFixed() {
  std::string text = kLate;
  const std::string from = "watcher_interval_ms = 60000";
  return ScenarioOf(text.replace(text.find(from), from.size(), "watcher_interval_ms = 50"));
}

Repro RecordedFailure(const Scenario& scenario, std::uint64_t seed) {
  const absl::StatusOr<Repro> repro = RecordSeed(ScenarioSimulation(scenario), seed);
  if (!repro.ok()) ADD_FAILURE() << "seed " << seed << ": " << repro.status();
  return repro.ok() ? *repro : Repro();
}

ShrunkRepro Shrunk(const Scenario& scenario, const Repro& repro, const ShrinkLimits& limits = {}) {
  const absl::StatusOr<ShrunkRepro> shrunk = ShrinkRepro(ScenarioSimulation(scenario), repro, limits);
  if (!shrunk.ok()) ADD_FAILURE() << shrunk.status();
  return shrunk.ok() ? *shrunk : ShrunkRepro();
}

ReproReplay Replayed(const Repro& repro, const Scenario& scenario) {
  Trace trace(TraceDetail::kEvents);
  return ReplayRepro(ScenarioSimulation(scenario), repro, &trace);
}

TEST(Shrink, ASmallRunStillFailsInTheSameWayAndDoesNothingThatDoesNotMatter) {
  const Scenario scenario = ScenarioOf(kLate);
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const Repro recorded = RecordedFailure(scenario, seed);
    ASSERT_EQ(recorded.failure_class, model::kLiveness) << "seed " << seed;

    const ShrunkRepro shrunk = Shrunk(scenario, recorded);

    EXPECT_EQ(shrunk.repro.failure_class, recorded.failure_class) << "seed " << seed;
    EXPECT_EQ(shrunk.repro.seed, seed);
    EXPECT_TRUE(CompareDeviations(shrunk.repro.deviations, recorded.deviations) < 0) << "seed " << seed;
    EXPECT_EQ(shrunk.shrink.to.plan_items, 1u) << FormatRepro(shrunk.repro);
    EXPECT_LE(shrunk.shrink.to.deviations, 2u) << FormatRepro(shrunk.repro);
    EXPECT_EQ(shrunk.shrink.end, ShrinkEnd::kSmallest);
  }
}

TEST(Shrink, GivesTheSameResultInTheSameRunsEveryTime) {
  const Scenario scenario = ScenarioOf(kLate);
  const Repro recorded = RecordedFailure(scenario, 3);
  const ShrunkRepro first = Shrunk(scenario, recorded);
  const ShrunkRepro second = Shrunk(scenario, recorded);
  EXPECT_EQ(first.repro, second.repro);
  EXPECT_EQ(first.shrink.runs, second.shrink.runs);

  ShrinkLimits few;
  few.runs = 12;
  EXPECT_EQ(Shrunk(scenario, recorded, few).repro, Shrunk(scenario, recorded, few).repro)
      << "cut short by runs, it is cut short at the same place";
}

TEST(Shrink, ARunThatFailsForAnotherReasonIsNoSmallerVersionOfThisOne) {
  const Scenario scenario = ScenarioOf(kLate);
  Repro recorded = RecordedFailure(scenario, 3);
  recorded.failure_class = model::kDurableVersion;
  const absl::StatusOr<ShrunkRepro> shrunk =
      ShrinkRepro(ScenarioSimulation(scenario), recorded, ShrinkLimits{});
  EXPECT_EQ(shrunk.status().code(), absl::StatusCode::kFailedPrecondition) << shrunk.status();
}

// The runs of a scenario, which fail when they reach a mark: for deep states of worlds that violate nothing.
class FailsAtMark final : public Simulation {
 public:
  FailsAtMark(const Scenario& scenario, const MarkKind& mark) : runs_(scenario), mark_(mark) {}

  std::string_view name() const override { return runs_.name(); }
  RunOutcome Run(Choices& choices, Trace& trace, const RunLimits& limits) const override {
    RunOutcome outcome = runs_.Run(choices, trace, limits);
    outcome.violation.reset();
    if (outcome.marks[vocabulary().marks.PositionOf(mark_)] > 0) {
      outcome.violation.emplace();
      outcome.violation->invariant = mark_.name;
    }
    return outcome;
  }
  const Vocabulary& vocabulary() const override { return runs_.vocabulary(); }
  const Goals& goals() const override { return runs_.goals(); }

 private:
  ScenarioSimulation runs_;
  const MarkKind& mark_;
};

std::vector<Deviation> SeededRun(const Simulation& simulation, std::uint64_t seed) {
  Choices choices(std::make_unique<SeededDriver>(seed));
  Trace trace(TraceDetail::kHashOnly);
  simulation.Run(choices, trace, RunLimits());
  return choices.Deviations();
}

// Sanitizers look at each line of a shrinker once as well as five times.
#ifdef FENCEPOST_SANITIZED
constexpr int kShrunkOfEach = 1;
#else
constexpr int kShrunkOfEach = 5;
#endif

TEST(Shrink, FindsTheFewActionsAndFaultsThatReachADeepState) {
  struct Case {
    const char* scenario;
    const MarkKind* mark;
    std::size_t plan_items;
    std::size_t deviations;
  };
  // What it takes at most, whichever seed it was found by.
  constexpr Case kCases[] = {
      {"catalog-race", &marks::kOperatorsRaced, 2, 8},
      {"watchers", &marks::kNodeCaughtUpAfterCrash, 1, 2},
      {"watchers", &marks::kVersionSkipped, 2, 4},
      {"history-ring", &marks::kSnapshotEvictedWhileHeld, 2, 8},
      {"hotspots", &marks::kRangeSplit, 8, 24},
  };
  for (const Case& deep : kCases) {
    const FailsAtMark simulation(RepositoryScenario(deep.scenario), *deep.mark);
    int shrunk = 0;
    for (std::uint64_t seed = 1; seed <= 40 && shrunk < kShrunkOfEach; ++seed) {
      const FailingRun failing{SeededRun(simulation, seed), std::string(deep.mark->name), RunLimits()};
      const absl::StatusOr<ShrinkResult> result = Shrink(simulation, failing, ShrinkLimits{});
      if (!result.ok()) continue;  // this seed does not get there
      ++shrunk;
      EXPECT_LE(result->to.plan_items, deep.plan_items) << deep.scenario << " seed " << seed;
      EXPECT_LE(result->to.deviations, deep.deviations) << deep.scenario << " seed " << seed;
      EXPECT_LT(result->to.deviations, result->from.deviations) << deep.scenario << " seed " << seed;
    }
    EXPECT_EQ(shrunk, kShrunkOfEach) << deep.scenario << ": too few of 40 seeds get there";
  }
}

TEST(Repro, ThroughAFileAndBackItIsTheSameRun) {
  const Scenario scenario = ScenarioOf(kLate);
  const Repro small = Shrunk(scenario, RecordedFailure(scenario, 5)).repro;
  const absl::StatusOr<Repro> reread =
      ParseRepro(FormatRepro(small), "a.repro", &WorldVocabulary().invariants);
  ASSERT_TRUE(reread.ok()) << reread.status();
  EXPECT_EQ(*reread, small);

  const ReproReplay replay = Replayed(*reread, scenario);
  EXPECT_EQ(replay.verdict, ReproVerdict::kStillFails);
  EXPECT_EQ(replay.outcome.hash, small.hash);
  EXPECT_EQ(replay.outcome.violated_step, small.step);
  EXPECT_EQ(replay.divergence, std::nullopt);
  EXPECT_THAT(replay.stale, IsEmpty());
  EXPECT_THAT(FormatReplay(*reread, replay), StartsWith("still fails: liveness: 600 ms after healing"));
}

TEST(Repro, ARunThatPassesWithEveryDeviationMadeIsFixed) {
  const Scenario scenario = ScenarioOf(kLate);
  const Repro small = Shrunk(scenario, RecordedFailure(scenario, 5)).repro;
  const ReproReplay replay = Replayed(small, LateButFixed());
  EXPECT_EQ(replay.verdict, ReproVerdict::kFixed) << FormatReplay(small, replay);
  EXPECT_TRUE(replay.divergence.has_value()) << "a run that passes cannot be the one that failed";
}

TEST(Repro, ARunThatPassesWithADeviationMissingIsStaleAndSaysWhereItDiverged) {
  const Scenario scenario = ScenarioOf(kLate);
  Repro small = Shrunk(scenario, RecordedFailure(scenario, 5)).repro;
  small.deviations.push_back(Deviation{"nobody/draws-this", 4, 1, 2, "drop"});
  const ReproReplay replay = Replayed(small, LateButFixed());
  EXPECT_EQ(replay.verdict, ReproVerdict::kStale);
  const std::string text = FormatReplay(small, replay);
  EXPECT_THAT(text, StartsWith("stale: diverged "));
  EXPECT_THAT(text, HasSubstr("nobody/draws-this[4] = 1 of 2 (drop): was never asked for"));
  EXPECT_FALSE(IsAsExpected(ReproExpectation::kFixed, replay.verdict));
  EXPECT_FALSE(IsAsExpected(ReproExpectation::kStillFails, replay.verdict));
}

TEST(Repro, AViolationOfAnotherClassIsNotTheSameFailure) {
  const Scenario scenario = ScenarioOf(kLate);
  Repro small = Shrunk(scenario, RecordedFailure(scenario, 5)).repro;
  small.failure_class = model::kDurableVersion;
  const ReproReplay replay = Replayed(small, scenario);
  EXPECT_EQ(replay.verdict, ReproVerdict::kFailsOtherwise);
  EXPECT_THAT(FormatReplay(small, replay),
              StartsWith("fails otherwise: recorded was a violation of durable-version, now it is liveness"));
  EXPECT_FALSE(IsAsExpected(ReproExpectation::kStillFails, replay.verdict));
}

TEST(Repro, WhereARunLeftTheRecordedOneIsBoundedByTheCheckpointsAroundIt) {
  const Scenario scenario = ScenarioOf(kLate);
  Repro small = Shrunk(scenario, RecordedFailure(scenario, 5)).repro;
  ASSERT_GE(small.checkpoints.size(), 5u);
  small.hash.low ^= 1;
  small.checkpoints[3].hash_low ^= 1;
  const ReproReplay replay = Replayed(small, scenario);
  EXPECT_EQ(replay.verdict, ReproVerdict::kStillFails);
  EXPECT_EQ(replay.divergence, (Divergence{small.checkpoints[2].step, small.checkpoints[3].step}));
  EXPECT_THAT(FormatReplay(small, replay), HasSubstr("but it is not the recorded run: diverged "));
}

TEST(Repro, WhatTheScenarioExpectsIsToGoOnFailingAndAllElseIsToBeFixed) {
  Scenario scenario = ScenarioOf(kLate);
  EXPECT_EQ(RecordedFailure(scenario, 5).expect, ReproExpectation::kFixed);
  scenario.expect = {std::string(model::kLiveness)};
  EXPECT_EQ(RecordedFailure(scenario, 5).expect, ReproExpectation::kStillFails);
}

TEST(Repro, ASeedThatPassesIsNotRecorded) {
  const absl::StatusOr<Repro> repro = RecordSeed(ScenarioSimulation(LateButFixed()), 5);
  EXPECT_EQ(repro.status().code(), absl::StatusCode::kFailedPrecondition) << repro.status();
}

TEST(Regressions, EveryKeptFailureIsAsItSays) {
  const std::string folder = std::string(FENCEPOST_SOURCE_DIR) + "/scenarios";
  const std::vector<std::string> files = RegressionFiles(folder);
  EXPECT_FALSE(files.empty()) << "no .repro file in " << folder << "/regressions";
  for (const std::string& path : files) {
    const absl::StatusOr<RegressionCheck> check = CheckRegression(path, folder);
    if (!check.ok()) {
      ADD_FAILURE() << path << ": " << check.status();
    } else {
      EXPECT_TRUE(check->as_expected) << path << ": " << check->text;
    }
  }
}

}  // namespace
}  // namespace fencepost::sim
