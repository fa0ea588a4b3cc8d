// Runs to make pages of: kept failures, long runs of the repository's scenarios, a made-up one of any size,
// and one of a system that the page does not know.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "sim/core/report/narrator.h"

namespace fencepost::sim {

// The first kept failure of that invariant.
Narration KeptFailureOf(std::string_view invariant);

// Of the first seeds of the scenario, the run that has most to tell.
Narration BusiestRunOf(const std::string& scenario);

// A run of so many events, give or take a few, that ends in a lost write: five nodes, four groups, a dozen
// clients, two movers; transactions, moves, crashes, lost messages, as dense as in real runs.
Narration MadeUpRun(std::size_t events);

// A run of a toy, whose events are of categories that the page has no colours of its own for.
Narration RunOfAToy();

}  // namespace fencepost::sim
