// The nearest passing twin: the same run with one choice answered differently, which passes. Where the two
// part, and what each does then, points at the cause.
//
// Nearest is the answer that differs least from the recorded one; among equals, the latest draw of the run;
// among those, the lower answer. So the twin shares as much of the run as it can.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/choices/choices.h"
#include "sim/core/simulation/simulation.h"
#include "sim/core/simulation/variation.h"

namespace fencepost::sim {

struct TwinLimits {
  std::uint64_t runs = 5'000;
  std::uint64_t distance = 8;         // how far answers are changed; to 0 also further
  std::function<bool()> interrupted;  // asked before each run; may be empty
};

struct PassingTwin {
  Deviation draw;  // its value may be 0: then the run deviates there and the twin does not, or the reverse
  std::uint64_t recorded = 0;         // what the failing run answers
  std::uint64_t answer = 0;           // what the twin answers
  std::vector<Deviation> deviations;  // of the twin, as asked for

  std::uint64_t shared_events = 0;         // how many steps and events of the trace the two have in common
  std::uint64_t after_step = 0;            // the tasks among them
  std::vector<std::string> failing_lines;  // the first events, in words, that only one of them tells
  std::vector<std::string> passing_lines;
};

struct TwinSearch {
  std::optional<PassingTwin> twin;
  std::uint64_t runs = 0;
  bool is_nearest = false;  // nothing nearer was left untried
};

// The twin of a run that fails. Deterministic, if it is not interrupted.
TwinSearch FindPassingTwin(const Simulation& simulation, const FailingRun& failing, const TwinLimits& limits);

}  // namespace fencepost::sim
