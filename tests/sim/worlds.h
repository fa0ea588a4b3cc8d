// Scenarios for tests: those of the repository, and small ones written in the test.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "sim/core/campaign/campaign.h"
#include "sim/world/scenario/parse.h"

namespace fencepost::sim {

inline Scenario RepositoryScenario(const std::string& name, const std::string& folder = "scenarios") {
  const std::string path = std::string(FENCEPOST_SOURCE_DIR) + "/" + folder + "/" + name + ".toml";
  const absl::StatusOr<Scenario> scenario = LoadScenario(path);
  if (!scenario.ok()) ADD_FAILURE() << scenario.status();
  return scenario.ok() ? *scenario : Scenario();
}

inline Scenario ScenarioOf(const std::string& text) {
  const absl::StatusOr<Scenario> scenario = ParseScenario(text, "test.toml");
  if (!scenario.ok()) ADD_FAILURE() << scenario.status();
  return scenario.ok() ? *scenario : Scenario();
}

// A campaign of `runs` seeds from 1 on, without a clock: only time limits need one.
inline CampaignOptions Seeds(std::uint64_t runs) {
  CampaignOptions options;
  options.seeds.first = 1;
  options.seeds.last = runs;
  options.clock = [] { return std::chrono::nanoseconds(0); };
  return options;
}

}  // namespace fencepost::sim
