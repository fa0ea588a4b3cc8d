#include "sim/world/scenario_simulation.h"

#include <utility>

#include "sim/core/simulation/stage.h"
#include "sim/world/planned_faults.h"
#include "sim/world/scenario/config.h"
#include "sim/world/scenario/plan.h"
#include "sim/world/world.h"

namespace fencepost::sim {

ScenarioSimulation::ScenarioSimulation(Scenario scenario) : scenario_(std::move(scenario)) {
  goals_.expect = scenario_.expect;
  for (const FaultKind* const fault : scenario_.vocabulary->faults.all()) {
    if (scenario_.faults[*fault].numerator > 0) goals_.faults.push_back(fault);
  }
  goals_.marks = scenario_.marks;
}

RunOutcome ScenarioSimulation::Run(Choices& choices, Trace& trace, const RunLimits& limits) const {
  const RunConfig config = DrawConfig(scenario_, &choices);
  const Plan plan = DrawPlan(scenario_, config, FaultsByPlan(), &choices);
  Stage stage(scenario_.vocabulary, &choices, &trace, config.faults, scenario_.invariants);
  World world(&stage, scenario_, config, plan);
  return world.Run(limits);
}

}  // namespace fencepost::sim
