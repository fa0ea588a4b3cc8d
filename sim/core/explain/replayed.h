// A failing run, or a variation of it, run from its deviations for somebody who wants to know why it fails.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/choices/choices.h"
#include "sim/core/explore/draw_log.h"
#include "sim/core/runtime/trace.h"
#include "sim/world/scenario/scenario.h"
#include "sim/world/world.h"

namespace fencepost::sim {

// What is explained: the run of `deviations`, which violates something of this class.
struct FailingRun {
  const Scenario* scenario = nullptr;  // not owned
  std::vector<Deviation> deviations;
  std::string failure_class;
  std::uint64_t step_limit = UINT64_MAX;  // for its variations, some of which may take longer
};

enum class Verdict : std::uint8_t {
  kFails,           // in the same class
  kFailsOtherwise,  // in another class
  kPasses,
};

// "fails", "fails otherwise" or "passes".
std::string_view VerdictName(Verdict verdict);

Verdict VerdictOn(const FailingRun& failing, const RunOutcome& outcome);

// Runs `deviations`, in place of those of the failing run. What does not fit is left out, as in any replay.
// `log` gets every draw, unless null. REQUIRES: each draw at most once, 0 < value < bound.
RunOutcome RunVariation(const FailingRun& failing, const std::vector<Deviation>& deviations, Trace* trace,
                        DrawLog* log = nullptr);

// The same without a trace to look at.
Verdict VerdictOnVariation(const FailingRun& failing, const std::vector<Deviation>& deviations);

// A line of a trace as a person reads it: "0.0510 s  transactor-1 is told that it has committed".
std::string TellEvent(const TraceEvent& event);

}  // namespace fencepost::sim
