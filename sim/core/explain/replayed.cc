#include "sim/core/explain/replayed.h"

#include <absl/status/statusor.h>
#include <fmt/format.h>

#include <cassert>
#include <memory>
#include <utility>

#include "sim/core/choices/recorded_driver.h"
#include "sim/core/report/timeline.h"
#include "sim/core/shrink/failure_class.h"
#include "sim/world/run.h"

namespace fencepost::sim {

std::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kFails:
      return "fails";
    case Verdict::kFailsOtherwise:
      return "fails otherwise";
    case Verdict::kPasses:
      return "passes";
  }
  return "";
}

Verdict VerdictOn(const FailingRun& failing, const RunOutcome& outcome) {
  if (!outcome.violation.has_value()) return Verdict::kPasses;
  return ClassOf(*outcome.violation) == failing.failure_class ? Verdict::kFails : Verdict::kFailsOtherwise;
}

RunOutcome RunVariation(const FailingRun& failing, const std::vector<Deviation>& deviations, Trace* trace,
                        DrawLog* log) {
  absl::StatusOr<std::unique_ptr<RecordedDriver>> recorded = RecordedDriver::Make(deviations);
  assert(recorded.ok());
  std::unique_ptr<ChoiceDriver> driver = *std::move(recorded);
  if (log != nullptr) {
    driver = std::make_unique<LoggingDriver>(std::move(driver), log, LoggingDriver::Wanted(),
                                             [trace] { return trace->events(); });
  }
  Choices choices(std::move(driver));
  return RunOnce(*failing.scenario, &choices, trace, failing.step_limit);
}

Verdict VerdictOnVariation(const FailingRun& failing, const std::vector<Deviation>& deviations) {
  Trace trace(TraceDetail::kHashOnly);
  return VerdictOn(failing, RunVariation(failing, deviations, &trace));
}

std::string TellEvent(const TraceEvent& event) {
  return fmt::format("{}  {}", FormatTime(event.time),
                     event.is_step ? std::string_view("a task runs") : event.text);
}

}  // namespace fencepost::sim
