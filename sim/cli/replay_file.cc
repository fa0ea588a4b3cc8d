#include "sim/cli/replay_file.h"

#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "sim/cli/refusal.h"
#include "sim/cli/scenario_argument.h"
#include "sim/cli/scenario_files.h"
#include "sim/core/repro/replay.h"
#include "sim/core/repro/repro_file.h"
#include "sim/world/scenario_simulation.h"

namespace fencepost::sim::cli {
namespace {

std::string AsJson(const ReplayFileOptions& options, const Repro& repro, const ReproReplay& replay) {
  nlohmann::ordered_json json;
  json["repro"] = options.path;
  json["scenario"] = repro.simulation;
  json["class"] = repro.failure_class;
  json["verdict"] = VerdictName(replay.verdict);
  json["recorded_hash"] = FormatTraceHash(repro.hash);
  json["trace_hash"] = FormatTraceHash(replay.outcome.hash);
  json["steps"] = replay.outcome.steps;
  json["violation"] = nullptr;
  if (replay.outcome.violation.has_value()) {
    json["violation"] = {{"invariant", replay.outcome.violation->invariant},
                         {"sentence", replay.outcome.violation->sentence},
                         {"step", replay.outcome.violated_step}};
  }
  json["diverged"] = nullptr;
  if (replay.divergence.has_value()) {
    json["diverged"] = {{"after_step", replay.divergence->after}, {"by_step", replay.divergence->by}};
  }
  json["stale"] = nlohmann::ordered_json::array();
  for (const StaleDeviation& stale : replay.stale) json["stale"].push_back(Describe(stale));
  return json.dump();
}

void Print(const ReplayFileOptions& options, const Repro& repro, const ReproReplay& replay) {
  if (options.json) {
    std::puts(AsJson(options, repro, replay).c_str());
    return;
  }
  fmt::print("{}: {}", repro.simulation, FormatReplay(repro, replay));
  fmt::print("  steps:  {} in {:.3f} s of simulated time\n", replay.outcome.steps,
             std::chrono::duration<double>(replay.outcome.simulated).count());
  fmt::print(
      "  trace:  {}{}\n", FormatTraceHash(replay.outcome.hash),
      replay.divergence.has_value() ? fmt::format(" (recorded: {})", FormatTraceHash(repro.hash)) : "");
}

// Whoever stops a run early looks into it; there is no verdict on half a run.
bool StoppedEarly(const ReplayFileOptions& options, const Repro& repro, const ReproReplay& replay) {
  if (options.until == 0 || replay.outcome.steps < options.until || replay.outcome.violation.has_value())
    return false;
  fmt::print("{}: stopped at step {}; the recorded violation is at step {}\n", repro.simulation,
             replay.outcome.steps, repro.step);
  return true;
}

ExitStatus StatusOf(ReproVerdict verdict) {
  switch (verdict) {
    case ReproVerdict::kStillFails:
    case ReproVerdict::kFailsOtherwise:
      return ExitStatus::kViolation;
    case ReproVerdict::kFixed:
      return ExitStatus::kAsExpected;
    case ReproVerdict::kStale:
      return ExitStatus::kBadInput;
  }
  return ExitStatus::kHarnessAtFault;
}

}  // namespace

ExitStatus ReplayFile(const ReplayFileOptions& options) {
  const absl::StatusOr<Repro> repro = LoadRepro(options.path, &WorldVocabulary().invariants);
  if (!repro.ok()) return Refuse("replay", repro.status());
  const absl::StatusOr<Scenario> scenario =
      FindScenario(options.scenario.empty() ? repro->simulation : options.scenario, options.folder);
  if (!scenario.ok()) return Refuse("replay", scenario.status());
  Trace trace(TraceDetail::kEvents);
  RunLimits limits;
  if (options.until != 0) limits.steps = options.until;
  const ReproReplay replay = ReplayRepro(ScenarioSimulation(*scenario), *repro, &trace, limits);
  const std::string again = ReplayFileCommand(ScenarioArgument{"", options.folder}, options.path);
  const absl::Status written = WriteReports(options.reports, *scenario, replay.outcome, trace, again);
  if (!written.ok()) return Refuse("replay", written);
  if (StoppedEarly(options, *repro, replay)) return ExitStatus::kAsExpected;
  Print(options, *repro, replay);
  return StatusOf(replay.verdict);
}

}  // namespace fencepost::sim::cli
