#include "sim/world/run.h"

#include <memory>

#include "sim/core/choices/seeded_driver.h"
#include "sim/world/scenario/config.h"
#include "sim/world/scenario/plan.h"

namespace fencepost::sim {

RunOutcome RunOnce(const Scenario& scenario, Choices* choices, Trace* trace, std::uint64_t step_limit) {
  const RunConfig config = DrawConfig(scenario, choices);
  const Plan plan = DrawPlan(scenario, config, choices);
  World world(scenario, config, plan, choices, trace);
  return world.Run(step_limit);
}

RunOutcome RunSeed(const Scenario& scenario, std::uint64_t seed, Trace* trace, std::uint64_t step_limit) {
  Choices choices(std::make_unique<SeededDriver>(seed));
  return RunOnce(scenario, &choices, trace, step_limit);
}

}  // namespace fencepost::sim
