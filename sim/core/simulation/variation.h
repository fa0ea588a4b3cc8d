// Variations of a run: what comes of a list of deviations, every other draw answered by its default.
//
// All tools that change a run (shrinking, exploring, explaining) or repeat it (replaying) ask this one
// question. A list may ask for draws that never come; those have no effect, and are named.
//
// Thread-safe, as Simulation::Run is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/choices/choices.h"
#include "sim/core/choices/draw_log.h"
#include "sim/core/choices/recorded_driver.h"
#include "sim/core/runtime/trace.h"
#include "sim/core/simulation/simulation.h"

namespace fencepost::sim {

struct Variation {
  RunOutcome outcome;
  // The deviations that the run made, in the order in which it made them: those of the list whose draws came.
  std::vector<Deviation> made;
  std::vector<StaleDeviation> stale;  // what of the list did not fit
};

// The run of `deviations`, in any order. `log` gets every draw, unless null. REQUIRES: each draw at most
// once, with a value above 0 and below its bound (RecordedDriver::Make tells); `trace` is new.
Variation RunDeviations(const Simulation& simulation, const std::vector<Deviation>& deviations, Trace* trace,
                        const RunLimits& limits = {}, DrawLog* log = nullptr);

// A run that is known to fail, and in which way: what is shrunk and explained.
struct FailingRun {
  std::vector<Deviation> deviations;
  std::string failure_class;  // as ClassOf has it
  RunLimits limits;           // of its variations: some may take longer, and none forever
};

// What became of a variation of it.
enum class VariationEnd : std::uint8_t {
  kFails,           // in the same class
  kFailsOtherwise,  // in another class
  kPasses,
};

// "fails", "fails otherwise" or "passes".
std::string_view VariationEndName(VariationEnd end);

VariationEnd EndOf(const RunOutcome& outcome, std::string_view failure_class);

// Runs `deviations` in place of those of the failing run.
VariationEnd RunVariation(const Simulation& simulation, const FailingRun& failing,
                          const std::vector<Deviation>& deviations);

}  // namespace fencepost::sim
