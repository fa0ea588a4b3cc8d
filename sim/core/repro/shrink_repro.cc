#include "sim/core/repro/shrink_repro.h"

#include <absl/status/status.h>
#include <fmt/format.h>

#include <memory>
#include <utility>

#include "sim/core/choices/seeded_driver.h"
#include "sim/core/repro/replay.h"
#include "sim/core/simulation/variation.h"

namespace fencepost::sim {

absl::StatusOr<Repro> RecordSeed(const Simulation& simulation, std::uint64_t seed) {
  Choices choices(std::make_unique<SeededDriver>(seed));
  Trace trace(TraceDetail::kHashOnly);
  const RunOutcome outcome = simulation.Run(choices, trace, RunLimits());
  if (!outcome.violation.has_value()) {
    return absl::FailedPreconditionError(fmt::format("{}: seed {} passes", simulation.name(), seed));
  }
  absl::StatusOr<Repro> repro = RecordRepro(simulation, choices.Deviations(), seed);
  if (!repro.ok() || repro->hash != outcome.hash) {
    return absl::InternalError(fmt::format(
        "{}: the recorded choices of seed {} do not give its run: it depends on something else beside them",
        simulation.name(), seed));
  }
  return repro;
}

absl::StatusOr<ShrunkRepro> ShrinkRepro(const Simulation& simulation, const Repro& repro,
                                        const ShrinkLimits& limits) {
  const absl::StatusOr<FailingRun> failing = FailingRunOf(simulation, repro);
  if (!failing.ok()) {
    return absl::FailedPreconditionError("there is nothing to shrink: " +
                                         std::string(failing.status().message()));
  }
  absl::StatusOr<ShrinkResult> result = Shrink(simulation, *failing, limits);
  if (!result.ok()) return result.status();
  absl::StatusOr<Repro> recorded = RecordRepro(simulation, result->deviations, repro.seed);
  if (!recorded.ok()) return recorded.status();
  recorded->expect = repro.expect;
  return ShrunkRepro{*std::move(recorded), *std::move(result)};
}

}  // namespace fencepost::sim
