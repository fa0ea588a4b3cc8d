// Every scenario that stages a mistake: it is caught, soon, by an invariant that the scenario names; and the
// same seeds, with the mistake taken away, pass every invariant there is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "sim/core/campaign/campaign.h"
#include "tests/sim/repaired.h"
#include "tests/sim/worlds.h"

namespace fencepost::sim {
namespace {

using testing::Contains;
using testing::IsEmpty;

// Within how many seeds, from 1 on, each is caught: three times what it took when this was written. A mistake
// that takes longer is one that the simulator has lost sight of.
const std::map<std::string, std::uint64_t>& CaughtWithin() {
  static const std::map<std::string, std::uint64_t> within = {
      {"barrier-for-n", 129},
      {"behind-the-client", 39},
      {"check-then-write", 57},
      {"early-copy", 57},
      {"epoch-reuse", 27},
      {"fence-none", 9},
      {"fence-observed", 9},
      {"fence-published", 12},
      {"fence-published-diverges", 3},
      {"fenced-coordinator-only", 3},
      {"follower-reads", 39},
      {"overlap-saved", 3},
      {"plain-writes-unfenced", 18},
      {"record-at-new-owner", 141},
      {"reroute-at-commit", 471},
      {"retry-same-cache", 3},
      {"snapshot-routing-skew", 3},
      {"split-one-key", 3},
      {"stale-reads-commit", 6},
      {"states-not-checked", 3},
      {"swallowed-stale", 9},
      {"there-and-back", 30},
      {"unfenced-resolver", 6},
      {"unreplicated-verdict", 3},
      {"version-gap", 9},
      {"version-then-route", 21},
      {"version-zero", 9},
  };
  return within;
}

// The same seeds, and never so few that passing them says nothing.
constexpr std::uint64_t kFewestSound = 40;

class FieldScenarioTest : public testing::TestWithParam<std::string> {
 protected:
  std::uint64_t Within() const { return CaughtWithin().at(GetParam()); }
};

TEST_P(FieldScenarioTest, IsCaughtByAnInvariantThatItNames) {
  const Scenario scenario = RepositoryScenario(GetParam());
  const Campaign campaign = RunCampaign(scenario, Seeds(Within()));
  EXPECT_THAT(Unmet(scenario, campaign, /*complete=*/false), IsEmpty());
  ASSERT_EQ(campaign.failures.size(), 1u) << "not caught within " << Within() << " seeds";
  EXPECT_THAT(scenario.expect, Contains(campaign.failures[0].outcome.violation->invariant));
  EXPECT_FALSE(campaign.failures[0].outcome.violation->sentence.empty());
  RecordProperty("first_seed", std::to_string(campaign.failures[0].seed));
  RecordProperty("invariant", campaign.failures[0].outcome.violation->invariant);
}

TEST_P(FieldScenarioTest, PassesOnTheSameSeedsWithTheMistakeTakenAway) {
  const Scenario sound = Repaired(RepositoryScenario(GetParam()));
  CampaignOptions options = Seeds(std::max(Within(), kFewestSound));
  options.keep_going = true;
  const Campaign campaign = RunCampaign(sound, options);
  EXPECT_THAT(Unmet(sound, campaign, /*complete=*/false), IsEmpty());
  EXPECT_EQ(campaign.violations, 0u);
  EXPECT_EQ(campaign.nondeterminism, std::nullopt);
  // It did not pass for want of anything to do.
  if (sound.fence.has_value()) {
    EXPECT_GT(CountOf(campaign, marks::kMoveEnded), 0u);
    EXPECT_GT(CountOf(campaign, marks::kReadServedByFollower), 0u);
  }
}

INSTANTIATE_TEST_SUITE_P(All, FieldScenarioTest, testing::ValuesIn(ScenariosOfTheField()),
                         [](const auto& instance) { return TestNameOf(instance.param); });

TEST(FieldScenarios, EachIsListedWithItsSeedsAndNoOtherIs) {
  std::vector<std::string> listed;
  for (const auto& [name, within] : CaughtWithin()) {
    listed.push_back(name);
    EXPECT_GE(within, 3u) << name;
    EXPECT_LE(within, 10'000u) << name;
  }
  EXPECT_EQ(listed, ScenariosOfTheField());
}

TEST(FieldScenarios, EveryMistakeAndEveryUnsoundModeIsStagedInOne) {
  std::vector<Mistake> staged;
  std::vector<FenceMode> modes;
  for (const std::string& name : ScenariosOfTheField()) {
    const Scenario scenario = RepositoryScenario(name);
    if (!scenario.fence.has_value()) continue;
    staged.push_back(scenario.fence->mistake);
    modes.push_back(scenario.fence->mode);
  }
  for (const MistakeDescription& mistake : AllMistakes())
    EXPECT_THAT(staged, Contains(mistake.mistake)) << mistake.name;
  for (const FenceModeDescription& mode : AllFenceModes()) {
    EXPECT_THAT(modes, Contains(mode.mode)) << mode.name;
  }
}

}  // namespace
}  // namespace fencepost::sim
