#include "sim/core/repro/shrink_repro.h"

#include <absl/status/status.h>
#include <fmt/format.h>

#include <memory>
#include <utility>

#include "sim/core/choices/seeded_driver.h"
#include "sim/core/repro/replay.h"
#include "sim/core/shrink/scenario_target.h"
#include "sim/world/run.h"

namespace fencepost::sim {
namespace {

// A smaller run may take longer (somebody waits for somebody who is gone), but not forever.
std::uint64_t StepLimitFor(const Scenario& scenario, const Repro& repro) {
  constexpr std::uint64_t kLeast = 50'000;
  constexpr std::uint64_t kTimes = 8;
  Trace trace(TraceDetail::kText);
  const ReproReplay replay = ReplayRepro(repro, scenario, &trace);
  return kLeast + kTimes * replay.outcome.steps;
}

}  // namespace

absl::StatusOr<Repro> RecordSeed(const Scenario& scenario, std::uint64_t seed) {
  Choices choices(std::make_unique<SeededDriver>(seed));
  Trace trace(TraceDetail::kHashOnly);
  const RunOutcome outcome = RunOnce(scenario, &choices, &trace);
  if (!outcome.violation.has_value()) {
    return absl::FailedPreconditionError(fmt::format("{}: seed {} passes", scenario.name, seed));
  }
  absl::StatusOr<Repro> repro = RecordRepro(scenario, choices.Deviations(), seed);
  if (!repro.ok() || repro->hash != outcome.hash) {
    return absl::InternalError(fmt::format(
        "{}: the recorded choices of seed {} do not give its run: it depends on something else beside them",
        scenario.name, seed));
  }
  return repro;
}

absl::StatusOr<ShrunkRepro> ShrinkRepro(const Scenario& scenario, const Repro& repro,
                                        const ShrinkLimits& limits) {
  ScenarioTarget target(&scenario, repro.failure_class, StepLimitFor(scenario, repro));
  absl::StatusOr<ShrinkResult> result = Shrink(&target, repro.deviations, limits);
  if (!result.ok()) return result.status();
  absl::StatusOr<Repro> recorded = RecordRepro(scenario, result->deviations, repro.seed);
  if (!recorded.ok()) return recorded.status();
  recorded->expect = repro.expect;
  return ShrunkRepro{*std::move(recorded), *std::move(result)};
}

}  // namespace fencepost::sim
