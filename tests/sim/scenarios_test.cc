// Every scenario of the repository that is to pass, over enough seeds that each of its faults and marks
// happens.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "sim/core/campaign/campaign.h"
#include "tests/sim/repaired.h"
#include "tests/sim/worlds.h"

namespace fencepost::sim {
namespace {

using testing::IsEmpty;

class RepositoryScenarioTest : public testing::TestWithParam<std::string> {};

TEST_P(RepositoryScenarioTest, MeetsItsExpectationsAndReachesEveryFaultAndMark) {
  const Scenario scenario = RepositoryScenario(GetParam());
  const Campaign campaign = RunCampaign(scenario, Seeds(300));

  EXPECT_EQ(campaign.runs, 300u);
  EXPECT_GE(campaign.twin_runs, 4u);
  EXPECT_EQ(campaign.nondeterminism, std::nullopt);
  EXPECT_THAT(Unmet(scenario, campaign, /*complete=*/true), IsEmpty());
}

TEST_P(RepositoryScenarioTest, IsNamedLikeItsFileAndSaysWhatItStages) {
  const Scenario scenario = RepositoryScenario(GetParam());
  EXPECT_EQ(scenario.name, GetParam());
  EXPECT_FALSE(scenario.summary.empty());
  EXPECT_FALSE(scenario.marks.empty());
}

TEST_P(RepositoryScenarioTest, ARunIsAFunctionOfItsSeed) {
  const Scenario scenario = RepositoryScenario(GetParam());
  Trace first(TraceDetail::kHashOnly);
  Trace again(TraceDetail::kEvents);
  Trace other(TraceDetail::kHashOnly);
  RunSeed(scenario, 11, &first);
  RunSeed(scenario, 11, &again);
  RunSeed(scenario, 12, &other);
  EXPECT_EQ(FormatTraceHash(first.hash()), FormatTraceHash(again.hash()));
  EXPECT_NE(FormatTraceHash(first.hash()), FormatTraceHash(other.hash()));
}

INSTANTIATE_TEST_SUITE_P(All, RepositoryScenarioTest, testing::ValuesIn(ScenariosExpecting(/*pass=*/true)),
                         [](const auto& instance) { return TestNameOf(instance.param); });

// The worlds that fuzz/ drives with bytes are sound, and have in them what they say, when seeds drive them.
class FuzzedScenarioTest : public testing::TestWithParam<std::string> {};

TEST_P(FuzzedScenarioTest, MeetsItsExpectationsAndReachesEveryFaultAndMark) {
  const Scenario scenario = RepositoryScenario(GetParam(), "fuzz/scenarios");
  EXPECT_EQ(scenario.name, GetParam());
  EXPECT_THAT(scenario.expect, IsEmpty()) << "the fuzzer would count what it expects for nothing";
  const Campaign campaign = RunCampaign(scenario, Seeds(1500));
  EXPECT_EQ(campaign.nondeterminism, std::nullopt);
  EXPECT_THAT(Unmet(scenario, campaign, /*complete=*/true), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(All, FuzzedScenarioTest, testing::Values("small-catalog", "small-moves"),
                         [](const auto& instance) { return TestNameOf(instance.param); });

}  // namespace
}  // namespace fencepost::sim
