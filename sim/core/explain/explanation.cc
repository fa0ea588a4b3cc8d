#include "sim/core/explain/explanation.h"

#include <utility>

#include "sim/core/repro/replay.h"

namespace fencepost::sim {

absl::StatusOr<Explanation> Explain(const Simulation& simulation, const Repro& repro,
                                    const ExplainLimits& limits) {
  const absl::StatusOr<FailingRun> failing = FailingRunOf(simulation, repro);
  if (!failing.ok()) {
    return absl::FailedPreconditionError("nothing to explain: " + std::string(failing.status().message()));
  }
  Explanation explanation;
  explanation.sentence = repro.sentence;
  explanation.parts = LeaveOutEach(simulation, *failing);

  TwinLimits twin;
  twin.runs = limits.runs;
  twin.interrupted = limits.interrupted;
  explanation.twin = FindPassingTwin(simulation, *failing, twin);

  LikelihoodLimits likelihood;
  likelihood.samples = limits.samples;
  likelihood.runs = limits.runs;
  likelihood.time = limits.time;
  likelihood.clock = limits.clock;
  likelihood.interrupted = limits.interrupted;
  explanation.likelihood = MeasureLikelihood(simulation, *failing, likelihood);

  explanation.seeds = MeasureSeeds(simulation, *failing, limits.seeds, limits.interrupted);
  return explanation;
}

}  // namespace fencepost::sim
