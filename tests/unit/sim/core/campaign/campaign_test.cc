// Campaigns of a world that is made of the core alone; those of ours are in tests/sim/campaign_test.cc.
#include "sim/core/campaign/campaign.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <string>

#include "sim/core/network/network_events.h"
#include "tests/support/counter_world.h"
#include "tests/support/told.h"
#include "tests/support/toy_simulation.h"

namespace fencepost::sim {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

CampaignOptions Options(std::uint64_t last) {
  CampaignOptions options;
  options.seeds = {1, last, Shard()};
  options.clock = [] { return std::chrono::nanoseconds(0); };
  return options;
}

TEST(Campaign, IsNamedAndCountsInTheOrderOfTheVocabulary) {
  CounterWorld world;
  world.aims.expect = {"no-lost-update"};
  CampaignOptions options = Options(200);
  options.keep_going = true;
  const Campaign campaign = RunCampaign(world, options);
  EXPECT_EQ(campaign.simulation, "counter");
  EXPECT_EQ(campaign.expect, "no-lost-update");
  EXPECT_EQ(campaign.runs, 200u);
  ASSERT_EQ(campaign.faults.size(), 5u);
  ASSERT_EQ(campaign.marks.size(), 1u);
  EXPECT_GT(campaign.faults[world.vocabulary().faults.PositionOf(faults::kNetworkDelay)], 0u);
  EXPECT_EQ(campaign.faults[world.vocabulary().faults.PositionOf(faults::kNetworkDrop)], 0u);
  EXPECT_GE(campaign.marks[0], campaign.violations) << "an update is lost to a stale write";
  EXPECT_GT(campaign.violations, 0u);
  EXPECT_THAT(Unmet(world, campaign, true), IsEmpty());
}

TEST(Campaign, DoesNotDependOnHowManyRunsGoSideBySide) {
  const CounterWorld world;
  CampaignOptions options = Options(120);
  options.keep_going = true;
  const Campaign one = RunCampaign(world, options);
  options.jobs = 3;
  const Campaign three = RunCampaign(world, options);
  EXPECT_EQ(three.failed_at, one.failed_at);
  EXPECT_EQ(three.steps, one.steps);
  EXPECT_EQ(three.faults, one.faults);
  EXPECT_EQ(three.marks, one.marks);
}

TEST(Campaign, SaysWhichGoalsWereNotMet) {
  constexpr MarkKind kNever{"never", "it never happens"};
  CounterWorld world([&](Vocabulary* vocabulary) { vocabulary->marks.Add(kNever); });
  CampaignOptions options = Options(100);
  Campaign campaign = RunCampaign(world, options);
  EXPECT_THAT(Unmet(world, campaign, false), ElementsAre(HasSubstr(" violated no-lost-update: ")));

  world.aims.expect = {"another"};
  campaign = RunCampaign(world, Options(1));
  EXPECT_THAT(Unmet(world, campaign, false),
              Contains("none of 1 runs violated another, as counter is expected to"));

  const ToySimulation sound([](Choices&, Trace&) { return std::nullopt; });
  EXPECT_THAT(Unmet(sound, RunCampaign(sound, Options(10)), true), IsEmpty());
  ToySimulation bored([](Choices&, Trace&) { return std::nullopt; });
  AddNetwork(&bored.words);
  bored.words.marks.Add(kNever);
  bored.aims.faults = {&faults::kNetworkDrop};
  bored.aims.marks = {&kNever};
  EXPECT_THAT(Unmet(bored, RunCampaign(bored, Options(10)), true),
              ElementsAre("the fault network-drop is on but never fired in 10 runs",
                          "the mark never was never reached in 10 runs"));
  EXPECT_THAT(Unmet(bored, RunCampaign(bored, Options(10)), false), IsEmpty()) << "that is for nightlies";
}

TEST(Campaign, ARunThatIsNoFunctionOfItsChoicesEndsItAndIsNamed) {
  std::atomic<int> leaked = 0;
  const ToySimulation leaky([&leaked](Choices&, Trace& trace) -> std::optional<Violation> {
    trace.Event(std::chrono::seconds(1), 7, Told{std::to_string(++leaked)});
    return std::nullopt;
  });
  const Campaign campaign = RunCampaign(leaky, Options(100));
  ASSERT_TRUE(campaign.nondeterminism.has_value());
  EXPECT_THAT(*campaign.nondeterminism, StartsWith("seed 1: the same choices gave two different runs"));
  EXPECT_THAT(*campaign.nondeterminism, HasSubstr("actor 7: told text=\"1\""));
  EXPECT_THAT(*campaign.nondeterminism, HasSubstr("actor 7: told text=\"2\""));
  EXPECT_EQ(campaign.runs, 1u);
}

}  // namespace
}  // namespace fencepost::sim
