// A system under test in a simulated world, as everything general sees it: something that runs, as a function
// of its choices.
//
// Shrinking, exploring, explaining, replaying and campaigns take a Simulation and nothing else. To bring one
// of your own, implement this interface; Stage (stage.h) has the parts that nearly every simulation needs.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/choices/choices.h"
#include "sim/core/runtime/trace.h"
#include "sim/core/simulation/violation.h"
#include "sim/core/vocabulary/vocabulary.h"

namespace fencepost::sim {

struct RunLimits {
  std::uint64_t steps = UINT64_MAX;  // tasks; a run that is cut off there passes unless it has failed before
};

// How one run ended.
struct RunOutcome {
  std::optional<Violation> violation;  // the first
  std::chrono::nanoseconds violated_at{0};
  std::uint64_t violated_step = 0;  // the task during which it was noticed, counted from 1

  TraceHash hash;
  std::uint64_t steps = 0;                // tasks run
  std::chrono::nanoseconds simulated{0};  // how much time has passed in the world
  // How often each fault struck and each mark was hit, in the order of the vocabulary's lists. Empty when the
  // simulation has none.
  std::vector<std::uint64_t> faults;
  std::vector<std::uint64_t> marks;
};

// What many runs of a simulation are to show.
struct Goals {
  std::vector<std::string> expect;       // the invariants of which one must be seen to break; empty: none may
  std::vector<const FaultKind*> faults;  // those that must strike
  std::vector<const MarkKind*> marks;    // those that must be hit
};

class Simulation {
 public:
  virtual ~Simulation() = default;

  // What its runs and .repro files are called, e.g. "watchers"; and one line on what it is.
  virtual std::string_view name() const = 0;
  virtual std::string_view summary() const { return ""; }

  // One run from beginning to end. Builds everything anew; the outcome and all that is folded into `trace`
  // are functions of `choices` and `limits` alone. Thread-safe: runs of several threads go side by side.
  virtual RunOutcome Run(Choices& choices, Trace& trace, const RunLimits& limits) const = 0;

  // Lives as long as the simulation.
  virtual const Vocabulary& vocabulary() const = 0;

  virtual const Goals& goals() const = 0;
};

// "pass", or the invariants that are to break, e.g. "lost-write or replica-agreement".
std::string FormatExpectation(const Goals& goals);

// The run that the seeded driver makes of `seed`.
RunOutcome RunSeed(const Simulation& simulation, std::uint64_t seed, Trace* trace,
                   const RunLimits& limits = {});

}  // namespace fencepost::sim
