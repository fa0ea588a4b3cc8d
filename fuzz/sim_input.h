// What the bytes of the target `sim` mean: a scenario, and every choice of one run of it.
//
//     scenario:u8  bytes of a BytesDriver (sim/core/choices/bytes_driver.h): config and plan, then the
//     schedule
//
// The first byte chooses among the scenarios of fuzz/scenarios: small worlds, of which many fit in a second,
// and in which nothing is expected to break. Any other scenario is run by naming it (HuntedScenario).
//
// Read in one place, so that the fuzzer and whoever turns its findings into .repro files mean the same run.
#pragma once

#include <memory>
#include <string_view>

#include "fuzz/targets.h"
#include "sim/core/choices/driver.h"
#include "sim/world/scenario_simulation.h"

namespace fencepost::fuzz {

struct SimInput {
  const sim::ScenarioSimulation* simulation = nullptr;  // of this build; lives as long as the program
  std::unique_ptr<sim::ChoiceDriver> driver;
};

// REQUIRES: `input` is not empty. With a `hunted` scenario (its name) the input's first byte is ignored;
// reports a finding when there is no scenario of that name.
SimInput ReadSimInput(Input input, std::string_view hunted);

// The scenario that FENCEPOST_FUZZ_SCENARIO names, or nothing: then each input chooses.
std::string_view HuntedScenario();

}  // namespace fencepost::fuzz
