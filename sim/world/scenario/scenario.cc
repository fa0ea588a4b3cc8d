#include "sim/world/scenario/scenario.h"

#include "sim/core/simulation/simulation.h"

namespace fencepost::sim {

std::string FormatExpectation(const Scenario& scenario) {
  Goals goals;
  goals.expect = scenario.expect;
  return FormatExpectation(goals);
}

}  // namespace fencepost::sim
