// One run: a scenario and a seed, or a scenario and anything else that makes choices.
#pragma once

#include <cstdint>

#include "sim/core/choices/choices.h"
#include "sim/core/runtime/trace.h"
#include "sim/world/scenario/scenario.h"
#include "sim/world/world.h"

namespace fencepost::sim {

// Draws a config and a plan from `choices`, builds the world, and runs it; at most `step_limit` tasks. The
// outcome and everything in `trace` are functions of scenario and choices.
RunOutcome RunOnce(const Scenario& scenario, Choices* choices, Trace* trace,
                   std::uint64_t step_limit = UINT64_MAX);

// The run that the seeded driver makes of `seed`.
RunOutcome RunSeed(const Scenario& scenario, std::uint64_t seed, Trace* trace,
                   std::uint64_t step_limit = UINT64_MAX);

}  // namespace fencepost::sim
