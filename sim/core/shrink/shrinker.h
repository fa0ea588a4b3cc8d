// Makes a failing run small: the fewest planned items, then the fewest deviations, then the lowest values
// that still fail in the same way.
//
// A run is described by its deviations, so a smaller run is a shorter list with lower values. The passes go
// from what changes most to what changes least (plan items, faults, actors, config, schedule, single draws,
// values, names), again and again until a whole round finds nothing. Each only proposes; what is taken is
// strictly smaller in one order (shrink_size.h), so the search ends. What the passes know of a world they
// take from the names of its streams (stream_name.h) and from its vocabulary. No randomness, no clock but the
// one passed in: bounded by runs, the same run gives the same result anywhere. Single-threaded.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/core/choices/choices.h"
#include "sim/core/shrink/search.h"
#include "sim/core/shrink/shrink_size.h"
#include "sim/core/simulation/simulation.h"
#include "sim/core/simulation/variation.h"

namespace fencepost::sim {

struct ShrinkResult {
  std::vector<Deviation> deviations;  // the smallest list found, sorted
  ShrinkSize from;                    // of what the first run really made
  ShrinkSize to;
  std::uint64_t runs = 0;      // the first one included
  std::uint64_t repeated = 0;  // candidates spared because they had been run before
  std::uint64_t rounds = 0;
  ShrinkEnd end = ShrinkEnd::kSmallest;
};

// A run that fails for another reason is no smaller version of this one: only its class counts. Variations
// that take longer than the failing run's limits are cut off there. FailedPrecondition when the run does not
// fail in its class to begin with.
absl::StatusOr<ShrinkResult> Shrink(const Simulation& simulation, const FailingRun& failing,
                                    const ShrinkLimits& limits);

// Why it ended, for people: "nothing smaller found", "its limit of runs was reached" and so on.
std::string_view Describe(ShrinkEnd end);

}  // namespace fencepost::sim
