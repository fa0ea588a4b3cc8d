#include "sim/core/simulation/variation.h"

#include <absl/status/statusor.h>

#include <cassert>
#include <memory>
#include <utility>

namespace fencepost::sim {

Variation RunDeviations(const Simulation& simulation, const std::vector<Deviation>& deviations, Trace* trace,
                        const RunLimits& limits, DrawLog* log) {
  absl::StatusOr<std::unique_ptr<RecordedDriver>> made = RecordedDriver::Make(deviations);
  assert(made.ok() && "no run makes these deviations");
  const RecordedDriver* const recorded = made->get();
  std::unique_ptr<ChoiceDriver> driver = *std::move(made);
  if (log != nullptr) {
    driver = std::make_unique<LoggingDriver>(std::move(driver), log, [trace] { return trace->events(); });
  }
  Choices choices(std::move(driver));
  Variation variation;
  variation.outcome = simulation.Run(choices, *trace, limits);
  variation.made = choices.Deviations();
  variation.stale = recorded->stale();
  return variation;
}

std::string_view VariationEndName(VariationEnd end) {
  switch (end) {
    case VariationEnd::kFails:
      return "fails";
    case VariationEnd::kFailsOtherwise:
      return "fails otherwise";
    case VariationEnd::kPasses:
      return "passes";
  }
  return "";
}

VariationEnd EndOf(const RunOutcome& outcome, std::string_view failure_class) {
  if (!outcome.violation.has_value()) return VariationEnd::kPasses;
  return ClassOf(*outcome.violation) == failure_class ? VariationEnd::kFails : VariationEnd::kFailsOtherwise;
}

VariationEnd RunVariation(const Simulation& simulation, const FailingRun& failing,
                          const std::vector<Deviation>& deviations) {
  Trace trace(TraceDetail::kHashOnly);
  return EndOf(RunDeviations(simulation, deviations, &trace, failing.limits).outcome, failing.failure_class);
}

}  // namespace fencepost::sim
