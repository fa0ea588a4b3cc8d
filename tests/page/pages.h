// Runs to make pages of: kept failures, long runs of the repository's scenarios, and a made-up one of any
// size.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "sim/core/report/timeline.h"

namespace fencepost::sim {

// The first kept failure of that invariant.
Timeline KeptFailureOf(std::string_view invariant);

// Of the first seeds of the scenario, the run that has most to tell.
Timeline BusiestRunOf(const std::string& scenario);

// A run of so many events, give or take a few, that ends in a lost write: five nodes, four groups, a dozen
// clients, two movers; transactions, moves, crashes, lost messages, as dense as in real runs.
Timeline MadeUpRun(std::size_t events);

}  // namespace fencepost::sim
