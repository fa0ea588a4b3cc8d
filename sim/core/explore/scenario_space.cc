#include "sim/core/explore/scenario_space.h"

#include <absl/status/statusor.h>
#include <fmt/format.h>

#include <cassert>
#include <memory>
#include <string_view>
#include <utility>

#include "sim/core/choices/recorded_driver.h"
#include "sim/core/shrink/stream_name.h"
#include "sim/world/run.h"

namespace fencepost::sim {
namespace {

bool IsSettledBeforeTheRun(std::string_view stream) {
  switch (KindOf(stream)) {
    case StreamKind::kPlanItem:
    case StreamKind::kPlanRoom:
    case StreamKind::kConfig:
      return true;
    case StreamKind::kSchedule:
    case StreamKind::kRunning:
      return false;
  }
  return false;
}

}  // namespace

std::vector<Deviation> PlannedPart(const std::vector<Deviation>& deviations) {
  std::vector<Deviation> planned;
  for (const Deviation& deviation : deviations) {
    if (IsSettledBeforeTheRun(deviation.stream)) planned.push_back(deviation);
  }
  return planned;
}

ScenarioSpace::ScenarioSpace(const Scenario* scenario, std::optional<std::vector<Deviation>> base)
    : scenario_(scenario), planned_is_fixed_(base.has_value()) {
  if (base.has_value()) base_ = PlannedPart(*base);
}

absl::Status ScenarioSpace::CheckBase() {
  absl::StatusOr<std::unique_ptr<RecordedDriver>> made = RecordedDriver::Make(base_);
  if (!made.ok()) return made.status();
  const RecordedDriver* const driver = made->get();
  Choices choices(*std::move(made));
  Trace trace(TraceDetail::kHashOnly);
  RunOnce(*scenario_, &choices, &trace);
  const std::vector<StaleDeviation> stale = driver->stale();
  if (stale.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(fmt::format("the base does not fit {}: {}{}", scenario_->name,
                                                   Describe(stale.front()),
                                                   stale.size() > 1 ? ", and others" : ""));
}

ExploredRun ScenarioSpace::Run(const std::vector<Deviation>& deviations) {
  absl::StatusOr<std::unique_ptr<RecordedDriver>> recorded = RecordedDriver::Make(Whole(deviations));
  assert(recorded.ok());
  ExploredRun run;
  LoggingDriver::Wanted wanted;
  if (planned_is_fixed_) wanted = [](std::string_view stream) { return !IsSettledBeforeTheRun(stream); };
  Choices choices(std::make_unique<LoggingDriver>(*std::move(recorded), &run.log, std::move(wanted)));
  Trace trace(TraceDetail::kHashOnly);
  RunOutcome outcome = RunOnce(*scenario_, &choices, &trace);
  run.hash = outcome.hash;
  run.violation = std::move(outcome.violation);
  return run;
}

std::vector<Deviation> ScenarioSpace::Whole(const std::vector<Deviation>& deviations) const {
  std::vector<Deviation> whole = base_;
  whole.insert(whole.end(), deviations.begin(), deviations.end());
  return whole;
}

}  // namespace fencepost::sim
