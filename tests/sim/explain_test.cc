// Why a recorded run fails: what is called needed is what the shrinker could not do without, the passing twin
// passes and nothing nearer does, and the odds agree with the scenario's own seeds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/campaign/campaign.h"
#include "sim/core/choices/choices.h"
#include "sim/core/choices/seeded_driver.h"
#include "sim/core/explain/explanation.h"
#include "sim/core/explore/explorer.h"
#include "sim/core/repro/replay.h"
#include "sim/core/repro/shrink_repro.h"
#include "sim/core/shrink/stream_name.h"
#include "tests/sim/worlds.h"
#include "tests/support/run_program.h"

namespace fencepost::sim {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// A kept failure of a fence with a mistake: made small from a seed's run.
class ExplainTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    simulation_ = new ScenarioSimulation(RepositoryScenario("fence-published"));
    const absl::StatusOr<Repro> kept = LoadRepro(
        std::string(FENCEPOST_SOURCE_DIR) + "/scenarios/regressions/fence-published-lost-write-4.repro",
        &WorldVocabulary().invariants);
    ASSERT_TRUE(kept.ok()) << kept.status();
    shrunk_ = new Repro(*kept);
    failing_ = new FailingRun(*FailingRunOf(*simulation_, *shrunk_));
  }
  static void TearDownTestSuite() {
    delete failing_;
    delete shrunk_;
    delete simulation_;
  }

  static ScenarioSimulation* simulation_;
  static Repro* shrunk_;
  static FailingRun* failing_;
};
ScenarioSimulation* ExplainTest::simulation_ = nullptr;
Repro* ExplainTest::shrunk_ = nullptr;
FailingRun* ExplainTest::failing_ = nullptr;

std::vector<Deviation> Needed(const std::vector<LeftOut>& parts) {
  std::vector<Deviation> needed;
  for (const LeftOut& part : parts) {
    if (part.kind == PartKind::kDeviation && part.needed()) needed.push_back(part.deviations.front());
  }
  return needed;
}

// Every draw of the run.
DrawLog DrawsOf(const Simulation& simulation, const FailingRun& failing) {
  Trace trace(TraceDetail::kHashOnly);
  DrawLog log;
  RunDeviations(simulation, failing.deviations, &trace, failing.limits, &log);
  return log;
}

// The run with one more deviation that changes nothing about how it fails.
FailingRun WithOneTooMany(const Simulation& simulation, const FailingRun& failing, Deviation* extra) {
  const DrawLog log = DrawsOf(simulation, failing);
  for (std::uint64_t i = log.draws.size(); i > 0; --i) {
    const LoggedDraw& draw = log.draws[static_cast<std::size_t>(i - 1)];
    if (draw.value != 0 || draw.alternatives() == 0) continue;
    FailingRun longer = failing;
    *extra = log.Answering(draw, draw.Alternative(0));
    longer.deviations.push_back(*extra);
    if (RunVariation(simulation, failing, longer.deviations) == VariationEnd::kFails) return longer;
  }
  ADD_FAILURE() << "every single draw matters";
  return failing;
}

TEST_F(ExplainTest, NeededIsExactlyWhatTheShrinkerKept) {
  const Campaign campaign = RunCampaign(*simulation_, Seeds(1'000));
  ASSERT_FALSE(campaign.failures.empty()) << "the mistake is not caught any more";
  const Repro recorded = *RecordSeed(*simulation_, campaign.failures.front().seed);
  const Repro shrunk = ShrinkRepro(*simulation_, recorded, ShrinkLimits{})->repro;

  EXPECT_EQ(Needed(LeaveOutEach(*simulation_, *FailingRunOf(*simulation_, shrunk))), shrunk.deviations)
      << FormatRepro(shrunk);
}

TEST_F(ExplainTest, ADeviationThatTheRunFailsWithoutIsNotNeeded) {
  Deviation extra;
  const FailingRun longer = WithOneTooMany(*simulation_, *failing_, &extra);
  for (const LeftOut& part : LeaveOutEach(*simulation_, longer)) {
    if (part.deviations.front() != extra) continue;
    EXPECT_FALSE(part.needed()) << part.name;
    EXPECT_EQ(part.name, FormatDeviation(extra));
    return;
  }
  ADD_FAILURE() << FormatDeviation(extra) << " was not looked at";
}

TEST_F(ExplainTest, TheTwinPassesAndDiffersInOneChoice) {
  const TwinSearch search = FindPassingTwin(*simulation_, *failing_, TwinLimits{});
  ASSERT_TRUE(search.twin.has_value());
  const PassingTwin& twin = *search.twin;
  EXPECT_EQ(RunVariation(*simulation_, *failing_, twin.deviations), VariationEnd::kPasses);
  std::vector<Deviation> others = twin.deviations;
  std::erase_if(
      others, [&](const Deviation& d) { return d.stream == twin.draw.stream && d.index == twin.draw.index; });
  std::vector<Deviation> expected = shrunk_->deviations;
  std::erase_if(expected, [&](const Deviation& d) {
    return d.stream == twin.draw.stream && d.index == twin.draw.index;
  });
  EXPECT_EQ(others, expected);
  EXPECT_NE(twin.recorded, twin.answer);
  ASSERT_THAT(twin.failing_lines, Not(IsEmpty()));
  EXPECT_NE(twin.failing_lines, twin.passing_lines);
}

TEST_F(ExplainTest, NothingNearerThanTheTwinPasses) {
  const TwinSearch search = FindPassingTwin(*simulation_, *failing_, TwinLimits{});
  ASSERT_TRUE(search.twin.has_value() && search.is_nearest);
  const std::uint64_t distance = std::max(search.twin->recorded, search.twin->answer) -
                                 std::min(search.twin->recorded, search.twin->answer);
  ASSERT_EQ(distance, 1u) << "look at the shorter distances here, too";
  const DrawLog log = DrawsOf(*simulation_, *failing_);
  for (std::size_t i = log.draws.size(); i > 0; --i) {
    const LoggedDraw& draw = log.draws[i - 1];
    if (log.StreamOf(draw) == search.twin->draw.stream && draw.index == search.twin->draw.index) return;
    if (draw.value != 0 || !draw.Admits(1)) continue;
    std::vector<Deviation> nearer = failing_->deviations;
    nearer.push_back(log.Answering(draw, 1));
    EXPECT_NE(RunVariation(*simulation_, *failing_, nearer), VariationEnd::kPasses)
        << FormatDeviation(nearer.back());
  }
  ADD_FAILURE() << "the twin's draw is none of the run's";
}

TEST_F(ExplainTest, TheOddsBeginAtThoseOfTheSeedsAndEndInCertainty) {
  LikelihoodLimits limits;
  limits.samples = 40;
  limits.runs = 600;
  const Likelihood likelihood = MeasureLikelihood(*simulation_, *failing_, limits);
  ASSERT_GE(likelihood.points.size(), 9u);
  EXPECT_EQ(likelihood.points.front().draws, 0u);
  EXPECT_EQ(likelihood.points.front().failures, MeasureSeeds(*simulation_, *failing_, 40, {}).failures)
      << "with nothing kept, a sample is the run of its seed";
  EXPECT_EQ(likelihood.points.back().draws, likelihood.draws);
  EXPECT_EQ(likelihood.points.back().failures, 40u) << "with all draws kept, it is the recorded run";
  EXPECT_THAT(likelihood.points.back().line, Not(IsEmpty()));
  EXPECT_LE(likelihood.runs, 600u);
}

// The first answers of a run, then a seed's: what a point of the likelihood stands for, said in another way.
class AnswersThenSeed final : public ChoiceDriver {
 public:
  AnswersThenSeed(std::vector<std::uint64_t> answers, std::uint64_t seed)
      : answers_(std::move(answers)), seeded_(seed) {}

  std::uint64_t Choose(const ChoiceRequest& request) override {
    return given_ < answers_.size() ? answers_[given_++] : seeded_.Choose(request);
  }

 private:
  std::vector<std::uint64_t> answers_;
  std::size_t given_ = 0;
  SeededDriver seeded_;
};

std::uint64_t FailuresKeeping(const Simulation& simulation, const FailingRun& failing, const DrawLog& log,
                              std::uint64_t kept, std::uint64_t samples) {
  std::vector<std::uint64_t> answers;
  for (std::size_t i = 0; i < kept; ++i) answers.push_back(log.draws[i].value);
  std::uint64_t failures = 0;
  for (std::uint64_t seed = 1; seed <= samples; ++seed) {
    Choices choices(std::make_unique<AnswersThenSeed>(answers, seed));
    Trace trace(TraceDetail::kHashOnly);
    const RunOutcome outcome = simulation.Run(choices, trace, failing.limits);
    if (EndOf(outcome, failing.failure_class) == VariationEnd::kFails) ++failures;
  }
  return failures;
}

TEST_F(ExplainTest, EachPointKeepsExactlyAsManyAnswersAsItSays) {
  constexpr std::uint64_t kSamples = 20;
  LikelihoodLimits limits;
  limits.samples = kSamples;
  limits.runs = 500;
  const Likelihood likelihood = MeasureLikelihood(*simulation_, *failing_, limits);
  const DrawLog log = DrawsOf(*simulation_, *failing_);
  bool one_draw_matters = false;
  for (const LikelihoodPoint& point : likelihood.points) {
    EXPECT_EQ(point.failures, FailuresKeeping(*simulation_, *failing_, log, point.draws, kSamples))
        << "with " << point.draws << " answers kept";
    one_draw_matters = one_draw_matters || (point.draws < log.draws.size() &&
                                            FailuresKeeping(*simulation_, *failing_, log, point.draws + 1,
                                                            kSamples) != point.failures);
  }
  EXPECT_TRUE(one_draw_matters) << "no point is where one answer more would be noticed";
}

TEST_F(ExplainTest, ExplainsTheSameWayEveryTime) {
  ExplainLimits limits;
  limits.samples = 20;
  limits.runs = 400;
  limits.seeds = 50;
  const Explanation first = *Explain(*simulation_, *shrunk_, limits);
  const Explanation second = *Explain(*simulation_, *shrunk_, limits);
  EXPECT_EQ(Needed(first.parts), Needed(second.parts));
  EXPECT_EQ(first.twin.runs, second.twin.runs);
  ASSERT_TRUE(first.twin.twin.has_value() && second.twin.twin.has_value());
  EXPECT_EQ(first.twin.twin->deviations, second.twin.twin->deviations);
  ASSERT_EQ(first.likelihood.points.size(), second.likelihood.points.size());
  for (std::size_t i = 0; i < first.likelihood.points.size(); ++i) {
    EXPECT_EQ(first.likelihood.points[i].draws, second.likelihood.points[i].draws);
    EXPECT_EQ(first.likelihood.points[i].failures, second.likelihood.points[i].failures);
  }
  EXPECT_EQ(first.seeds.failures, second.seeds.failures);
}

TEST_F(ExplainTest, WhatDoesNotFailIsNotExplained) {
  const absl::Status fixed =
      Explain(RepositorySimulation("fence-logged"), *shrunk_, ExplainLimits{}).status();
  EXPECT_EQ(fixed.code(), absl::StatusCode::kFailedPrecondition) << fixed;
  EXPECT_THAT(std::string(fixed.message()), HasSubstr("nothing to explain"));
}

TEST(SeedsFor95Percent, AreAsManyAsTheFormulaSays) {
  EXPECT_EQ(SeedsFor95Percent(SeedOdds{1000, 37}), 80u);  // 1 - 0.963^80 = 0.951, 1 - 0.963^79 = 0.949
  EXPECT_EQ(SeedsFor95Percent(SeedOdds{2, 1}), 5u);       // 1 - 1/32 and 1 - 1/16
  EXPECT_EQ(SeedsFor95Percent(SeedOdds{10, 10}), 1u);
  EXPECT_EQ(SeedsFor95Percent(SeedOdds{1000, 0}), std::nullopt);
}

// The formula takes seeds for independent draws of one probability. Whether they are is looked up: the seeds
// of a scenario, and how many of all rows of so many of them have a failure.
TEST_F(ExplainTest, RowsOfAsManySeedsAsItSaysShowTheFailureNineteenTimesInTwenty) {
  constexpr std::uint64_t kSeeds = 800;
  std::vector<bool> fails;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Trace trace(TraceDetail::kHashOnly);
    fails.push_back(EndOf(RunSeed(*simulation_, seed, &trace), failing_->failure_class) ==
                    VariationEnd::kFails);
  }
  const SeedOdds odds = MeasureSeeds(*simulation_, *failing_, kSeeds, {});
  ASSERT_EQ(odds.failures, static_cast<std::uint64_t>(std::count(fails.begin(), fails.end(), true)));
  ASSERT_EQ(odds.seeds, kSeeds);
  const std::optional<std::uint64_t> needed = SeedsFor95Percent(odds);
  ASSERT_TRUE(needed.has_value());
  ASSERT_GE(*needed, 4u) << odds.failures << " of " << odds.seeds
                         << ": so likely that nothing is measured here";

  const auto share = [&fails](std::uint64_t length) {
    std::size_t rows = 0;
    std::size_t showing = 0;
    for (auto row = fails.begin(); fails.end() - row >= static_cast<std::ptrdiff_t>(length); ++row, ++rows) {
      if (std::find(row, row + static_cast<std::ptrdiff_t>(length), true) !=
          row + static_cast<std::ptrdiff_t>(length)) {
        ++showing;
      }
    }
    return static_cast<double>(showing) / static_cast<double>(rows);
  };
  EXPECT_GT(share(*needed), 0.93) << *needed << " seeds, with " << odds.failures << " of " << odds.seeds;
  EXPECT_LT(share(*needed - 2), 0.95) << "and fewer do not";
}

TEST_F(ExplainTest, ExploringKeepsThePlanOfItsBaseAndFindsTheFailureThatTheBaseHas) {
  const Repro recorded = *RecordSeed(*simulation_, *shrunk_->seed);
  ExploreOptions one;
  one.base = PlannedPart(recorded.deviations);
  one.limit = 50;
  one.visit = [&one](const ExploreVisit& visit) {
    EXPECT_EQ(PlannedPart(visit.whole), *one.base);
    for (const Deviation& deviation : visit.deviations) {
      const StreamKind kind = KindOf(deviation.stream);
      EXPECT_TRUE(kind == StreamKind::kSchedule || kind == StreamKind::kRunning) << deviation.stream;
    }
    return true;
  };
  absl::StatusOr<ExploreState> state = BeginExploring(*simulation_, one);
  ASSERT_TRUE(state.ok()) << state.status();
  ASSERT_TRUE(Explore(*simulation_, one, &*state).ok());

  ExploreOptions small;
  small.base = PlannedPart(shrunk_->deviations);
  small.deviations = shrunk_->deviations.size() - small.base->size();
  small.limit = 20'000;
  bool found = false;
  small.visit = [&found](const ExploreVisit& visit) {
    return !(found = visit.outcome.violation.has_value());
  };
  state = BeginExploring(*simulation_, small);
  ASSERT_TRUE(state.ok()) << state.status();
  ASSERT_TRUE(Explore(*simulation_, small, &*state).ok());
  EXPECT_TRUE(found) << "the recorded failure itself is among the runs with " << small.deviations
                     << " deviations";
}

TEST_F(ExplainTest, ABaseThatDoesNotFitTheScenarioIsRefused) {
  ExploreOptions options;
  options.base = std::vector<Deviation>{{"plan/nobody-1/1", 0, 1, 2, "present"}};
  const absl::Status status = BeginExploring(*simulation_, options).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("plan/nobody-1/1[0] = 1 of 2 (present): was never asked for"));
}

// As a user meets them: run, explain, explore, and explore on.
TEST_F(ExplainTest, TheProgramExplainsAndExploresAFailure) {
  namespace fs = std::filesystem;
  const std::string folder = ScratchPath("explain");
  fs::create_directories(folder);
  const std::string file = folder + "/small.repro";
  ASSERT_TRUE(SaveRepro(*shrunk_, file).ok());
  const std::string scenarios = std::string(" --scenarios ") + FENCEPOST_SOURCE_DIR + "/scenarios";

  const ProgramRun explain =
      RunProgram("explain " + file + " --samples 10 --runs 300 --seeds 20 --json" + scenarios, "2>/dev/null");
  EXPECT_EQ(explain.exit_status, 0) << explain.output;
  const nlohmann::json json = nlohmann::json::parse(explain.output, nullptr, false);
  ASSERT_FALSE(json.is_discarded()) << explain.output;
  EXPECT_EQ(json["class"], shrunk_->failure_class);
  EXPECT_EQ(json["seeds"]["seeds"], 20);
  EXPECT_TRUE(json["twin"]["found"]);

  const std::string explore = "explore fence-logged --deviations 1 --base " + file + " --resume " + folder +
                              "/search --json" + scenarios + " --out " + folder;
  const ProgramRun part = RunProgram(explore + " --limit 50", "2>/dev/null");
  EXPECT_EQ(part.exit_status, 0) << part.output;
  const nlohmann::json stopped = nlohmann::json::parse(part.output, nullptr, false);
  ASSERT_FALSE(stopped.is_discarded()) << part.output;
  EXPECT_EQ(stopped["exhausted"], false);
  EXPECT_EQ(stopped["runs"], 50);
  const nlohmann::json rest =
      nlohmann::json::parse(RunProgram(explore, "2>/dev/null").output, nullptr, false);
  ASSERT_FALSE(rest.is_discarded());
  EXPECT_EQ(rest["exhausted"], true);
  EXPECT_EQ(rest["levels"][1]["runs"], rest["levels"][1]["total"]);
  EXPECT_EQ(rest["levels"][1]["violations"], 0) << "the logged fence holds where the published one does not";

  const ProgramRun other =
      RunProgram("explore fence-published --deviations 1 --resume " + folder + "/search" + scenarios);
  EXPECT_EQ(other.exit_status, 2) << other.output;
  EXPECT_THAT(other.output, HasSubstr("is a search of fence-logged"));
  fs::remove_all(folder);
}

}  // namespace
}  // namespace fencepost::sim
