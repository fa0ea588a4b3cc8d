// `fencepost replay`: one run, exactly.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/cli/campaign_report.h"
#include "sim/cli/commands.h"
#include "sim/cli/scenario_files.h"
#include "sim/run/run.h"

namespace fencepost::sim::cli {
namespace {

struct ReplayOptions {
  std::string scenario;
  std::string folder;
  std::uint64_t seed = 0;
  std::string trace;
  std::uint64_t until = 0;
  bool json = false;
};

ExitStatus Refuse(const std::string& what) {
  std::fprintf(stderr, "fencepost replay: %s\n", what.c_str());
  return ExitStatus::kBadInput;
}

std::string FormatLine(const TraceEvent& event) {
  return fmt::format("{:>10.6f} s  {}", std::chrono::duration<double>(event.time).count(), event.text);
}

bool WriteTrace(const std::string& path, const Trace& trace) {
  if (path == "-") {
    for (const TraceEvent& event : trace.TextEvents()) std::puts(FormatLine(event).c_str());
    return true;
  }
  std::ofstream out(path);
  for (const TraceEvent& event : trace.TextEvents()) out << FormatLine(event) << '\n';
  out.close();
  return out.good();
}

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
    std::fputs(FormatFailure(scenario.name, Failure{options.seed, outcome}).c_str(), stdout);
  } else {
    std::printf("%s: seed %s passes\n", scenario.name.c_str(), std::to_string(options.seed).c_str());
  }
  std::printf("  steps:  %s in %.3f s of simulated time\n", std::to_string(outcome.steps).c_str(),
              std::chrono::duration<double>(outcome.simulated).count());
  std::printf("  trace:  %s\n", FormatTraceHash(outcome.hash).c_str());
}

ExitStatus Replay(const ReplayOptions& options) {
  const absl::StatusOr<Scenario> scenario = FindScenario(options.scenario, options.folder);
  if (!scenario.ok()) return Refuse(std::string(scenario.status().message()));
  Trace trace(options.trace.empty() ? TraceDetail::kHashOnly : TraceDetail::kText);
  const RunOutcome outcome =
      RunSeed(*scenario, options.seed, &trace, options.until == 0 ? UINT64_MAX : options.until);
  if (!options.trace.empty() && !WriteTrace(options.trace, trace)) {
    return Refuse(fmt::format("cannot write the trace to {}: {}", options.trace, std::strerror(errno)));
  }
  PrintOutcome(options, *scenario, outcome);
  if (!outcome.violation.has_value()) return ExitStatus::kAsExpected;
  const std::vector<std::string>& expected = scenario->expect;
  const bool as_expected =
      std::find(expected.begin(), expected.end(), outcome.violation->invariant) != expected.end();
  return as_expected ? ExitStatus::kAsExpected : ExitStatus::kViolation;
}

}  // namespace

void AddReplay(CLI::App& program, ExitStatus* exit_status) {
  CLI::App* const command =
      program.add_subcommand("replay", "Replay one run, exactly, and print its trace hash");
  const auto options = std::make_shared<ReplayOptions>();
  command->add_option("SCENARIO", options->scenario, "Name of a scenario, or path of a .toml file")
      ->required();
  command->add_option("--seed", options->seed, "The seed of the run")->required();
  command->add_option("--trace", options->trace,
                      "Write what happened, one line per event, to this file (- for here)");
  command->add_option("--until", options->until, "Stop after this step");
  command->add_option("--scenarios", options->folder, "Folder of scenario files (default: ./scenarios)");
  command->add_flag("--json", options->json, "One JSON object");
  command->footer(
      "Example:\n"
      "  fencepost replay catalog-race --seed 17 --trace -\n\n"
      "Exit status: 0 the run passes (or violates what its scenario expects it to), 1 a violation, 2 bad "
      "input.");
  command->callback([options, exit_status] { *exit_status = Replay(*options); });
}

}  // namespace fencepost::sim::cli
