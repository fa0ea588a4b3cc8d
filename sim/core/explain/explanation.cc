#include "sim/core/explain/explanation.h"

#include <fmt/format.h>

#include <utility>

#include "sim/core/repro/replay.h"

namespace fencepost::sim {
namespace {

// A variation may take longer (somebody waits for somebody who is gone), but not forever.
constexpr std::uint64_t kLeastSteps = 50'000;
constexpr std::uint64_t kTimesSteps = 8;

}  // namespace

absl::StatusOr<FailingRun> FailingRunOf(const Scenario& scenario, const Repro& repro) {
  Trace trace(TraceDetail::kText);
  const ReproReplay replay = ReplayRepro(repro, scenario, &trace);
  if (replay.verdict != ReproVerdict::kStillFails) {
    return absl::FailedPreconditionError("nothing to explain: " + FormatReplay(repro, replay));
  }
  FailingRun failing;
  failing.scenario = &scenario;
  failing.deviations = repro.deviations;
  failing.failure_class = repro.failure_class;
  failing.step_limit = kLeastSteps + kTimesSteps * replay.outcome.steps;
  return failing;
}

absl::StatusOr<Explanation> Explain(const Scenario& scenario, const Repro& repro,
                                    const ExplainLimits& limits) {
  const absl::StatusOr<FailingRun> failing = FailingRunOf(scenario, repro);
  if (!failing.ok()) return failing.status();
  Explanation explanation;
  explanation.sentence = repro.sentence;
  explanation.parts = LeaveOutEach(*failing);

  TwinLimits twin;
  twin.runs = limits.runs;
  twin.interrupted = limits.interrupted;
  explanation.twin = FindPassingTwin(*failing, twin);

  LikelihoodLimits likelihood;
  likelihood.samples = limits.samples;
  likelihood.runs = limits.runs;
  likelihood.time = limits.time;
  likelihood.clock = limits.clock;
  likelihood.interrupted = limits.interrupted;
  explanation.likelihood = MeasureLikelihood(*failing, likelihood);

  explanation.seeds = MeasureSeeds(*failing, limits.seeds, limits.interrupted);
  return explanation;
}

}  // namespace fencepost::sim
