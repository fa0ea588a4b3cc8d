// `fencepost replay`: one run, exactly.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sim/cli/campaign_report.h"
#include "sim/cli/commands.h"
#include "sim/cli/refusal.h"
#include "sim/cli/replay_file.h"
#include "sim/cli/report_files.h"
#include "sim/cli/scenario_files.h"
#include "sim/core/repro/repro_file.h"
#include "sim/world/scenario_simulation.h"

namespace fencepost::sim::cli {
namespace {

struct ReplayOptions {
  std::string scenario;  // or the path of a .repro file
  std::string scenario_file;
  std::string folder;
  std::optional<std::uint64_t> asked_seed;
  std::uint64_t seed = 0;
  ReportFiles reports;
  std::uint64_t until = 0;
  bool json = false;
};

void PrintOutcome(const ReplayOptions& options, const Scenario& scenario, const RunOutcome& outcome) {
  if (options.json) {
    nlohmann::ordered_json json;
    json["scenario"] = scenario.name;
    json["seed"] = options.seed;
    json["trace_hash"] = FormatTraceHash(outcome.hash);
    json["steps"] = outcome.steps;
    json["violation"] = nullptr;
    if (outcome.violation.has_value()) {
      json["violation"] = {{"invariant", outcome.violation->invariant},
                           {"sentence", outcome.violation->sentence},
                           {"step", outcome.violated_step}};
    }
    std::puts(json.dump().c_str());
    return;
  }
  if (outcome.violation.has_value()) {
    const ScenarioArgument argument{options.scenario, options.folder};
    std::fputs(FormatFailure(scenario, Failure{options.seed, outcome}, argument).c_str(), stdout);
  } else {
    std::printf("%s: seed %s passes\n", scenario.name.c_str(), std::to_string(options.seed).c_str());
  }
  std::printf("  steps:  %s in %.3f s of simulated time\n", std::to_string(outcome.steps).c_str(),
              std::chrono::duration<double>(outcome.simulated).count());
  std::printf("  trace:  %s\n", FormatTraceHash(outcome.hash).c_str());
}

ExitStatus ReplaySeed(const ReplayOptions& options) {
  const absl::StatusOr<Scenario> scenario = FindScenario(options.scenario, options.folder);
  if (!scenario.ok()) return Refuse("replay", scenario.status());
  Trace trace(options.reports.NeedEvents() ? TraceDetail::kEvents : TraceDetail::kHashOnly);
  RunLimits limits;
  if (options.until != 0) limits.steps = options.until;
  const RunOutcome outcome = RunSeed(ScenarioSimulation(*scenario), options.seed, &trace, limits);
  const std::string again =
      ReplaySeedCommand(ScenarioArgument{options.scenario, options.folder}, options.seed);
  const absl::Status written = WriteReports(options.reports, *scenario, outcome, trace, again);
  if (!written.ok()) return Refuse("replay", written);
  PrintOutcome(options, *scenario, outcome);
  if (!outcome.violation.has_value()) return ExitStatus::kAsExpected;
  const std::vector<std::string>& expected = scenario->expect;
  const bool as_expected =
      std::find(expected.begin(), expected.end(), outcome.violation->invariant) != expected.end();
  return as_expected ? ExitStatus::kAsExpected : ExitStatus::kViolation;
}

ExitStatus Replay(ReplayOptions options) {
  if (options.scenario.ends_with(kReproExtension)) {
    if (options.asked_seed.has_value()) {
      return Refuse("replay", fmt::format("--seed is for a scenario; {} says by itself which run it is",
                                          options.scenario));
    }
    return ReplayFile(ReplayFileOptions{options.scenario, options.scenario_file, options.folder,
                                        options.reports, options.until, options.json});
  }
  if (!options.asked_seed.has_value()) return Refuse("replay", "--seed is required to replay a scenario");
  if (!options.scenario_file.empty()) return Refuse("replay", "--scenario is for a .repro file");
  options.seed = *options.asked_seed;
  return ReplaySeed(options);
}

}  // namespace

void AddReplay(CLI::App& program, ExitStatus* exit_status) {
  CLI::App* const command =
      program.add_subcommand("replay", "Replay one run, exactly, and print its trace hash");
  const auto options = std::make_shared<ReplayOptions>();
  command
      ->add_option("RUN", options->scenario,
                   "A .repro file; or, with --seed, the name of a scenario or the path of a .toml file")
      ->required();
  command->add_option("--seed", options->asked_seed, "The seed of a scenario's run");
  AddReportOptions(command, &options->reports);
  command->add_option("--until", options->until, "Stop after this step");
  command->add_option("--scenario", options->scenario_file,
                      "The scenario's file, if not the one that the .repro file names");
  command->add_option("--scenarios", options->folder, "Folder of scenario files (default: ./scenarios)");
  command->add_flag("--json", options->json, "One JSON object");
  command->footer(
      "Example:\n"
      "  fencepost replay catalog-race --seed 17 --trace -\n"
      "  fencepost replay fence-published --seed 2 --story --html run.html\n"
      "  fencepost replay out/watchers-liveness-17.repro\n\n"
      "Exit status of a seed: 0 the run passes (or violates what its scenario expects it to), 1 a "
      "violation,\n"
      "2 bad input. Of a .repro file: 0 fixed (every recorded choice was made, and the run passes), 1 still\n"
      "fails, or fails otherwise, 2 a bad file, or a stale one: the run passes, but it is not the recorded "
      "run.");
  command->callback([options, exit_status] { *exit_status = Replay(*options); });
}

}  // namespace fencepost::sim::cli
