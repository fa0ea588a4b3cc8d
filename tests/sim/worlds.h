// Scenarios for tests: those of the repository, and small ones written in the test.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/campaign/campaign.h"
#include "sim/world/scenario/parse.h"
#include "sim/world/scenario_simulation.h"

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

inline ScenarioSimulation RepositorySimulation(const std::string& name) {
  return ScenarioSimulation(RepositoryScenario(name));
}

// What is done with a simulation, for a scenario.
inline RunOutcome RunSeed(const Scenario& scenario, std::uint64_t seed, Trace* trace) {
  return RunSeed(ScenarioSimulation(scenario), seed, trace);
}
inline Campaign RunCampaign(const Scenario& scenario, const CampaignOptions& options) {
  return RunCampaign(ScenarioSimulation(scenario), options);
}
inline std::vector<std::string> Unmet(const Scenario& scenario, const Campaign& campaign, bool complete) {
  return Unmet(ScenarioSimulation(scenario), campaign, complete);
}

// How often it struck or was hit.
inline std::uint64_t CountOf(const Campaign& campaign, const FaultKind& fault) {
  return campaign.faults[WorldVocabulary().faults.PositionOf(fault)];
}
inline std::uint64_t CountOf(const Campaign& campaign, const MarkKind& mark) {
  return campaign.marks[WorldVocabulary().marks.PositionOf(mark)];
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
