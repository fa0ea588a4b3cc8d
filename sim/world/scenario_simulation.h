// Our system as a Simulation: the runs of one scenario.
#pragma once

#include <string_view>

#include "sim/core/simulation/simulation.h"
#include "sim/world/scenario/scenario.h"

namespace fencepost::sim {

class ScenarioSimulation final : public Simulation {
 public:
  explicit ScenarioSimulation(Scenario scenario);

  std::string_view name() const override { return scenario_.name; }
  std::string_view summary() const override { return scenario_.summary; }
  // Draws a config and a plan, builds the world, and runs it.
  RunOutcome Run(Choices& choices, Trace& trace, const RunLimits& limits) const override;
  const Vocabulary& vocabulary() const override { return *scenario_.vocabulary; }
  // What the scenario expects; every fault whose odds are not 0; its marks.
  const Goals& goals() const override { return goals_; }

  const Scenario& scenario() const { return scenario_; }

 private:
  Scenario scenario_;
  Goals goals_;
};

}  // namespace fencepost::sim
