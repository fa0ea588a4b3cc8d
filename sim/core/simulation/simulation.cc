#include "sim/core/simulation/simulation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <memory>

#include "sim/core/choices/seeded_driver.h"

namespace fencepost::sim {

std::string FormatExpectation(const Goals& goals) {
  return goals.expect.empty() ? "pass" : fmt::format("{}", fmt::join(goals.expect, " or "));
}

RunOutcome RunSeed(const Simulation& simulation, std::uint64_t seed, Trace* trace, const RunLimits& limits) {
  Choices choices(std::make_unique<SeededDriver>(seed));
  return simulation.Run(choices, *trace, limits);
}

}  // namespace fencepost::sim
