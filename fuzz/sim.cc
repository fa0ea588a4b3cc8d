// sim: a whole simulated run, every choice of it made by the bytes (sim_input.h).
//
// A violation that the scenario does not expect is a finding, and so is a run that its own choices, recorded
// and replayed, do not give again.
#include <memory>
#include <string>
#include <utility>

#include "fuzz/finding.h"
#include "fuzz/sim_input.h"
#include "fuzz/targets.h"
#include "sim/core/choices/choices.h"
#include "sim/core/choices/recorded_driver.h"
#include "sim/world/scenario_simulation.h"

namespace fencepost::fuzz {
namespace {

// Far above what a run takes: a run that gets here is a finding by itself, before libFuzzer's time is up.
constexpr std::uint64_t kMostSteps = 200'000;
constexpr sim::RunLimits kLimits{kMostSteps};

// While a scenario is hunted, what it expects to be violated is a finding too: how long does it take to find?
bool IsExpected(const sim::Scenario& scenario, const sim::Violation& violation) {
  if (!HuntedScenario().empty()) return false;
  for (const std::string& invariant : scenario.expect) {
    if (invariant == violation.invariant) return true;
  }
  return false;
}

// One run of 64 is made again from its recorded deviations: that is what a user gets to replay.
void RequireReplayable(const sim::Simulation& simulation, const sim::Choices& choices,
                       const sim::RunOutcome& outcome) {
  if (outcome.hash.low % 64 != 0) return;
  absl::StatusOr<std::unique_ptr<sim::RecordedDriver>> driver =
      sim::RecordedDriver::Make(choices.Deviations());
  if (!driver.ok()) ReportFinding("a run's deviations cannot be replayed: " + driver.status().ToString());
  sim::Choices recorded(*std::move(driver));
  sim::Trace trace(sim::TraceDetail::kHashOnly);
  const sim::RunOutcome again = simulation.Run(recorded, trace, kLimits);
  if (again.hash == outcome.hash) return;
  ReportFinding("scenario " + std::string(simulation.name()) +
                " went another way when its choices were replayed: trace " +
                sim::FormatTraceHash(outcome.hash) + ", then " + sim::FormatTraceHash(again.hash));
}

}  // namespace

void FuzzSim(Input input) {
  if (input.empty()) return;
  SimInput read = ReadSimInput(input, HuntedScenario());
  const sim::Scenario& scenario = read.simulation->scenario();
  sim::Choices choices(std::move(read.driver));
  sim::Trace trace(sim::TraceDetail::kHashOnly);
  const sim::RunOutcome outcome = read.simulation->Run(choices, trace, kLimits);
  if (outcome.violation.has_value() && !IsExpected(scenario, *outcome.violation)) {
    ReportFinding("scenario " + scenario.name + " violates " + outcome.violation->invariant + " at step " +
                  std::to_string(outcome.violated_step) + ": " + outcome.violation->sentence);
  }
  if (outcome.steps >= kMostSteps) ReportFinding("scenario " + scenario.name + " does not come to its end");
  RequireReplayable(*read.simulation, choices, outcome);
}

}  // namespace fencepost::fuzz
