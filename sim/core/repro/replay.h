// Replays a recorded failure and judges what became of it. Never a silent pass: a run that passes although
// the recording no longer fits it is stale, not fixed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/choices/recorded_driver.h"
#include "sim/core/repro/repro_file.h"
#include "sim/core/runtime/trace.h"
#include "sim/core/simulation/simulation.h"
#include "sim/core/simulation/variation.h"

namespace fencepost::sim {

enum class ReproVerdict : std::uint8_t {
  kStillFails,      // a violation of the same class
  kFailsOtherwise,  // a violation of another class
  kFixed,           // every deviation was made, and the run passes
  kStale,           // the run passes, but some deviation was not made: it is not the run that failed
};

// Where the run left the recorded one: after step `after`, at step `by` at the latest.
struct Divergence {
  std::uint64_t after = 0;
  std::uint64_t by = 0;

  friend bool operator==(const Divergence&, const Divergence&) = default;
};

struct ReproReplay {
  ReproVerdict verdict = ReproVerdict::kStale;
  RunOutcome outcome;
  std::vector<StaleDeviation> stale;     // what of the recording did not fit
  std::optional<Divergence> divergence;  // nothing when the trace is the recorded one, event for event
};

// REQUIRES: `trace` is new and keeps events, and `simulation` is the one that `repro` names.
ReproReplay ReplayRepro(const Simulation& simulation, const Repro& repro, Trace* trace,
                        const RunLimits& limits = {});

bool IsAsExpected(ReproExpectation expectation, ReproVerdict verdict);

// "still fails", "fails otherwise", "fixed" or "stale".
std::string_view VerdictName(ReproVerdict verdict);

// The verdict with its reasons, each line ended; the first is whole by itself, e.g.
//
//     still fails: liveness: 600 ms after healing, ...
//     stale: diverged at step 31: the run passes, but 2 of 14 deviations did not fit
//       plan/operator-1/1[1] = 387 of 1000 (at): was never asked for
std::string FormatReplay(const Repro& repro, const ReproReplay& replay);

// Replays `deviations` and writes down how they fail; `expect` becomes still-fails for a violation that the
// simulation's goals expect, else fixed. FailedPrecondition when the run passes, InvalidArgument when no run
// makes these deviations.
absl::StatusOr<Repro> RecordRepro(const Simulation& simulation, const std::vector<Deviation>& deviations,
                                  std::optional<std::uint64_t> seed);

// The run of `repro` as one to shrink or to explain. Its variations may take eight times as long (somebody
// waits for somebody who is gone), but not forever. FailedPrecondition, with what became of it, when it does
// not fail in its class any more.
absl::StatusOr<FailingRun> FailingRunOf(const Simulation& simulation, const Repro& repro);

}  // namespace fencepost::sim
