#include "sim/core/campaign/campaign.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "tests/sim/worlds.h"

namespace fencepost::sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// One node and one operator that splits; nothing goes wrong.
constexpr char kQuiet[] = R"(
name = "quiet"
[world]
nodes = 1
operators = 1
[time]
fault_window_ms = 300
[plan]
operator_actions = 2
[plan.weights]
split = 1
)";

// The settle time is too short for a watcher that polls once a minute: every run ends with a liveness
// violation.
constexpr char kNeverSettles[] = R"(
name = "never-settles"
[world]
nodes = 2
operators = 1
[time]
fault_window_ms = 300
settle_ms = 600
watcher_interval_ms = 60000
[plan]
operator_actions = 2
[plan.weights]
move = 1
)";

TEST(Campaign, ShardsPartTheSeedsAmongThem) {
  const Scenario scenario = ScenarioOf(kQuiet);
  std::uint64_t runs = 0;
  std::uint64_t steps = 0;
  for (std::uint32_t shard = 1; shard <= 3; ++shard) {
    CampaignOptions options = Seeds(10);
    options.seeds.shard = Shard{shard, 3};
    const Campaign campaign = RunCampaign(scenario, options);
    runs += campaign.runs;
    steps += campaign.steps;
  }
  const Campaign whole = RunCampaign(scenario, Seeds(10));
  EXPECT_EQ(runs, 10u);
  EXPECT_EQ(steps, whole.steps);
}

TEST(Campaign, SaysWhichOfItsRunsFailedAndWhereToGoOn) {
  const Scenario scenario = RepositoryScenario("fence-none");
  CampaignOptions options = Seeds(40);
  options.keep_going = true;
  const Campaign whole = RunCampaign(scenario, options);
  ASSERT_GT(whole.violations, 5u);
  ASSERT_LT(whole.violations, 40u) << "some of the runs have to pass";
  EXPECT_EQ(whole.next_seed, std::nullopt) << "all were run";
  std::vector<std::uint64_t> seeds;
  for (const Failure& failure : whole.failures) seeds.push_back(failure.seed);
  EXPECT_EQ(whole.failed_at, seeds) << "from seed 1 on a run's position is its seed";

  options.enough_failures = 3;
  const Campaign enough = RunCampaign(scenario, options);
  EXPECT_EQ(enough.violations, 3u);
  EXPECT_EQ(enough.next_seed, seeds[2] + 1);

  options.enough_failures = UINT64_MAX;
  options.seeds.first = *enough.next_seed;
  options.seeds.shard = Shard{2, 2};
  const Campaign half = RunCampaign(scenario, options);
  std::vector<std::uint64_t> positions;
  for (std::size_t i = 3; i < seeds.size(); ++i) {
    const std::uint64_t first_even = options.seeds.first + options.seeds.first % 2;
    if (seeds[i] % 2 == 0) positions.push_back((seeds[i] - first_even) / 2 + 1);
  }
  EXPECT_EQ(half.failed_at, positions) << "counted are the runs of this shard";
}

TEST(Campaign, KeepsThePositionsOfManyFailuresUpToABound) {
  const Scenario scenario = ScenarioOf(kNeverSettles);
  CampaignOptions options = Seeds(30);
  options.keep_going = true;
  options.max_failures = 2;
  const Campaign campaign = RunCampaign(scenario, options);
  EXPECT_EQ(campaign.failures.size(), 2u);
  EXPECT_EQ(campaign.failed_at.size(), 30u);
}

TEST(Campaign, EveryShardChecksItsOwnDeterminism) {
  const Scenario scenario = ScenarioOf(kQuiet);
  for (const std::uint32_t shard : {1u, 2u}) {
    CampaignOptions options = Seeds(40);
    options.twin_every = 2;
    options.seeds.shard = Shard{shard, 2};
    EXPECT_EQ(RunCampaign(scenario, options).twin_runs, 10u) << "shard " << shard;
  }
}

TEST(Campaign, SaysTheSameHoweverManyRunsGoSideBySide) {
  const Scenario scenario = RepositoryScenario("catalog-race");
  CampaignOptions one = Seeds(40);
  CampaignOptions two = Seeds(40);
  two.jobs = 2;
  const Campaign alone = RunCampaign(scenario, one);
  const Campaign together = RunCampaign(scenario, two);
  EXPECT_EQ(alone.runs, together.runs);
  EXPECT_EQ(alone.steps, together.steps);
  EXPECT_EQ(alone.simulated, together.simulated);
  EXPECT_EQ(alone.faults, together.faults);
  EXPECT_EQ(alone.marks, together.marks);
}

TEST(Campaign, StopsAtTheFirstFailureUnlessToldToGoOn) {
  const Scenario scenario = ScenarioOf(kNeverSettles);
  const Campaign stopped = RunCampaign(scenario, Seeds(20));
  CampaignOptions on = Seeds(20);
  on.keep_going = true;
  on.max_failures = 3;
  const Campaign went_on = RunCampaign(scenario, on);

  ASSERT_EQ(stopped.failures.size(), 1u);
  EXPECT_EQ(stopped.failures[0].outcome.violation->invariant, "liveness");
  EXPECT_EQ(went_on.runs, 20u);
  EXPECT_GT(went_on.violations, 3u);
  ASSERT_EQ(went_on.failures.size(), 3u);
  EXPECT_EQ(went_on.failures[0].seed, stopped.failures[0].seed) << "the smallest failing seeds are kept";
}

TEST(Campaign, AViolationWhereNoneIsExpectedIsUnmet) {
  const Scenario scenario = ScenarioOf(kNeverSettles);
  const Campaign campaign = RunCampaign(scenario, Seeds(20));
  EXPECT_THAT(Unmet(scenario, campaign, false), ElementsAre(HasSubstr("violated liveness: ")));
}

TEST(Campaign, AnExpectedViolationIsMetAndItsAbsenceIsNot) {
  Scenario scenario = ScenarioOf(kNeverSettles);
  scenario.expect = {"liveness"};
  EXPECT_THAT(Unmet(scenario, RunCampaign(scenario, Seeds(20)), false), IsEmpty());

  Scenario quiet = ScenarioOf(kQuiet);
  quiet.expect = {"coverage"};
  EXPECT_THAT(Unmet(quiet, RunCampaign(quiet, Seeds(5)), false),
              ElementsAre("none of 5 runs violated coverage, as quiet is expected to"));
}

TEST(Campaign, AnotherViolationThanTheExpectedOneIsUnmet) {
  Scenario scenario = ScenarioOf(kNeverSettles);
  scenario.expect = {"coverage"};
  EXPECT_THAT(Unmet(scenario, RunCampaign(scenario, Seeds(20)), false),
              ElementsAre(HasSubstr("violated liveness"),
                          HasSubstr("violated coverage, as never-settles is expected to")));
}

TEST(Campaign, AFaultOrMarkThatNeverHappenedFailsACompleteCampaignOnly) {
  Scenario scenario = ScenarioOf(kQuiet);
  scenario.faults[faults::kNodeCrash] = Ratio{1, 1'000'000'000};
  scenario.marks = {&marks::kRangeSplit};
  const Campaign campaign = RunCampaign(scenario, Seeds(5));
  EXPECT_THAT(Unmet(scenario, campaign, false), IsEmpty());
  EXPECT_THAT(Unmet(scenario, campaign, true),
              ElementsAre("the fault node-crash is on but never fired in 5 runs",
                          "the mark range-split was never reached in 5 runs"));
}

TEST(Campaign, AnInterruptionEndsItWithTheSummarySoFar) {
  int asked = 0;
  CampaignOptions options = Seeds(100);
  options.interrupted = [&asked] { return ++asked > 3; };
  const Campaign campaign = RunCampaign(ScenarioOf(kQuiet), options);
  EXPECT_TRUE(campaign.interrupted);
  EXPECT_EQ(campaign.runs, 3u);
}

TEST(Campaign, ATimeLimitEndsIt) {
  CampaignOptions options = Seeds(100);
  int looks = 0;
  options.clock = [&looks] { return std::chrono::seconds(looks++); };
  options.time_limit = std::chrono::seconds(5);
  const Campaign campaign = RunCampaign(ScenarioOf(kQuiet), options);
  EXPECT_GT(campaign.runs, 0u);
  EXPECT_LT(campaign.runs, 10u);
}

TEST(Campaign, ATimeLimitEndsNoneBeforeItsFewestRuns) {
  CampaignOptions options = Seeds(100);
  int looks = 0;
  options.clock = [&looks] { return std::chrono::seconds(looks++); };
  options.time_limit = std::chrono::seconds(1);
  options.fewest_runs = 7;
  EXPECT_EQ(RunCampaign(ScenarioOf(kQuiet), options).runs, 7u);
}

}  // namespace
}  // namespace fencepost::sim
