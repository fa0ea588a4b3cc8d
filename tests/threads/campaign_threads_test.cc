// Campaigns of several jobs: each run is single-threaded, so nothing may be shared between two that go side
// by side.
#include <gtest/gtest.h>

#include "tests/sim/worlds.h"

namespace fencepost::sim {
namespace {

TEST(CampaignThreads, RunsSideBySideShareNothing) {
  for (const char* name : {"catalog-race", "hotspots", "kitchen-sink", "moves"}) {
    const Scenario scenario = RepositoryScenario(name);
    const Campaign alone = RunCampaign(scenario, Seeds(24));
    CampaignOptions options = Seeds(24);
    options.jobs = 4;
    const Campaign together = RunCampaign(scenario, options);
    EXPECT_EQ(together.runs, alone.runs) << name;
    EXPECT_EQ(together.steps, alone.steps) << name;
    EXPECT_EQ(together.faults, alone.faults) << name;
    EXPECT_EQ(together.marks, alone.marks) << name;
    EXPECT_EQ(together.violations, 0u) << name;
  }
}

TEST(CampaignThreads, WhatIsCaughtDoesNotDependOnTheJobs) {
  const Scenario scenario = RepositoryScenario("fence-published");
  CampaignOptions options = Seeds(24);
  options.keep_going = true;
  const Campaign alone = RunCampaign(scenario, options);
  options.jobs = 4;
  const Campaign together = RunCampaign(scenario, options);
  ASSERT_GT(alone.violations, 0u);
  ASSERT_EQ(together.violations, alone.violations);
  for (std::size_t i = 0; i < alone.failures.size(); ++i) {
    EXPECT_EQ(together.failures[i].seed, alone.failures[i].seed);
    EXPECT_EQ(together.failures[i].outcome.hash, alone.failures[i].outcome.hash);
  }
}

}  // namespace
}  // namespace fencepost::sim
