#include "sim/core/shrink/scenario_target.h"

#include <cassert>
#include <memory>
#include <utility>

#include "sim/core/choices/recorded_driver.h"
#include "sim/core/explore/draw_log.h"
#include "sim/core/shrink/failure_class.h"
#include "sim/world/run.h"

namespace fencepost::sim {

ScenarioTarget::ScenarioTarget(const Scenario* scenario, std::string failure_class, std::uint64_t step_limit)
    : scenario_(scenario), failure_class_(std::move(failure_class)), step_limit_(step_limit) {}

ShrinkAttempt ScenarioTarget::Run(const std::vector<Deviation>& asked) {
  absl::StatusOr<std::unique_ptr<RecordedDriver>> driver = RecordedDriver::Make(asked);
  assert(driver.ok());
  if (!driver.ok()) return ShrinkAttempt{};
  Choices choices(*std::move(driver));
  Trace trace(TraceDetail::kHashOnly);
  const RunOutcome outcome = RunOnce(*scenario_, &choices, &trace, step_limit_);
  ShrinkAttempt attempt;
  attempt.interesting = outcome.violation.has_value() && ClassOf(*outcome.violation) == failure_class_;
  if (attempt.interesting) attempt.made = choices.Deviations();
  return attempt;
}

std::vector<MadeDraw> ScenarioTarget::Draws(const std::vector<Deviation>& asked) {
  absl::StatusOr<std::unique_ptr<RecordedDriver>> driver = RecordedDriver::Make(asked);
  assert(driver.ok());
  if (!driver.ok()) return {};
  DrawLog log;
  Choices choices(std::make_unique<LoggingDriver>(*std::move(driver), &log));
  Trace trace(TraceDetail::kHashOnly);
  RunOnce(*scenario_, &choices, &trace, step_limit_);
  std::vector<MadeDraw> draws;
  draws.reserve(log.draws.size());
  for (const LoggedDraw& draw : log.draws) {
    draws.push_back(MadeDraw{log.StreamOf(draw), draw.index, draw.value, draw.bound, draw.label});
  }
  return draws;
}

}  // namespace fencepost::sim
