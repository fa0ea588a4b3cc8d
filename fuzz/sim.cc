// sim: a whole simulated run, every choice of it made by the bytes.
//
//     scenario:u8  bytes of a BytesDriver (sim/choices/bytes_driver.h): config and plan, then the schedule
//
// A violation that the scenario does not expect is a finding, and so is a run that its own choices, recorded
// and replayed, do not give again.
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fuzz/embedded_scenarios.h"
#include "fuzz/finding.h"
#include "fuzz/targets.h"
#include "sim/choices/bytes_driver.h"
#include "sim/choices/choices.h"
#include "sim/choices/recorded_driver.h"
#include "sim/choices/stream_key.h"
#include "sim/run/run.h"
#include "sim/scenario/parse.h"

namespace fencepost::fuzz {
namespace {

// Far above what a run takes: a run that gets here is a finding by itself, before libFuzzer's time is up.
constexpr std::uint64_t kMostSteps = 200'000;

// With FENCEPOST_FUZZ_SCENARIO=NAME every input runs that scenario, and what it expects to be violated is a
// finding too: how long does it take to find?
const char* HuntedScenario() {
  static const char* const name = std::getenv("FENCEPOST_FUZZ_SCENARIO");
  return name;
}

std::vector<sim::Scenario> ParseScenarios() {
  std::vector<sim::Scenario> scenarios;
  for (const EmbeddedScenario& embedded : EmbeddedScenarios()) {
    absl::StatusOr<sim::Scenario> scenario = sim::ParseScenario(embedded.text, embedded.file);
    if (!scenario.ok()) ReportFinding("a scenario of this build: " + scenario.status().ToString());
    if (HuntedScenario() == nullptr || scenario->name == HuntedScenario()) {
      scenarios.push_back(*std::move(scenario));
    }
  }
  Require(!scenarios.empty(), "there is no scenario of that name");
  return scenarios;
}

// Each scenario has a claim of its own on each byte, and the strongest wins. So a scenario that is added
// takes some bytes from the others, and what the remaining bytes mean, and with them the corpus, stays.
const sim::Scenario& ScenarioOf(std::uint8_t byte) {
  static const std::vector<sim::Scenario> scenarios = ParseScenarios();
  const sim::Scenario* chosen = nullptr;
  std::uint64_t strongest = 0;
  for (const sim::Scenario& scenario : scenarios) {
    const std::uint64_t claim = sim::StreamKey(scenario.name + static_cast<char>(byte));
    if (chosen != nullptr && claim <= strongest) continue;
    chosen = &scenario;
    strongest = claim;
  }
  return *chosen;
}

bool IsExpected(const sim::Scenario& scenario, const model::Violation& violation) {
  if (HuntedScenario() != nullptr) return false;
  for (const std::string& invariant : scenario.expect) {
    if (invariant == violation.invariant) return true;
  }
  return false;
}

// A sixteenth of the runs is made again from its recorded deviations: that is what a user gets to replay.
void RequireReplayable(const sim::Scenario& scenario, const sim::Choices& choices,
                       const sim::RunOutcome& outcome) {
  if (outcome.hash.low % 16 != 0) return;
  absl::StatusOr<std::unique_ptr<sim::RecordedDriver>> driver =
      sim::RecordedDriver::Make(choices.Deviations());
  if (!driver.ok()) ReportFinding("a run's deviations cannot be replayed: " + driver.status().ToString());
  sim::Choices recorded(*std::move(driver));
  sim::Trace trace(sim::TraceDetail::kHashOnly);
  const sim::RunOutcome again = sim::RunOnce(scenario, &recorded, &trace, kMostSteps);
  if (again.hash == outcome.hash) return;
  ReportFinding("scenario " + scenario.name + " went another way when its choices were replayed: trace " +
                sim::FormatTraceHash(outcome.hash) + ", then " + sim::FormatTraceHash(again.hash));
}

}  // namespace

void FuzzSim(Input input) {
  if (input.empty()) return;
  const sim::Scenario& scenario = ScenarioOf(input.front());
  sim::Choices choices(std::make_unique<sim::BytesDriver>(input.subspan(1)));
  sim::Trace trace(sim::TraceDetail::kHashOnly);
  const sim::RunOutcome outcome = sim::RunOnce(scenario, &choices, &trace, kMostSteps);
  if (outcome.violation.has_value() && !IsExpected(scenario, *outcome.violation)) {
    ReportFinding("scenario " + scenario.name + " violates " + outcome.violation->invariant + " at step " +
                  std::to_string(outcome.violated_step) + ": " + outcome.violation->sentence);
  }
  if (outcome.steps >= kMostSteps) ReportFinding("scenario " + scenario.name + " does not come to its end");
  RequireReplayable(scenario, choices, outcome);
}

}  // namespace fencepost::fuzz
