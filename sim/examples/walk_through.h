// What one does with a simulation that has a bug in it: find a seed that fails, make its run small, explain
// it, keep it in a file, and try the file on the code as it is and as it should be.
#pragma once

#include <string>

#include "sim/core/simulation/simulation.h"

namespace fencepost::sim::examples {

// How small the failure has to become for the example to be worth showing.
struct Expectation {
  std::size_t most_plan_items = 0;
  std::size_t most_deviations = 0;
};

// Prints each step as it goes; nothing of it depends on the machine. `wrong` has the mistake, `right` is the
// same without it. The .repro file is written to `folder`. False, after saying so, when a step does not come
// out as it should.
bool WalkThrough(const Simulation& wrong, const Simulation& right, const std::string& folder,
                 const Expectation& expectation);

}  // namespace fencepost::sim::examples
