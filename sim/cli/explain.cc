// `fencepost explain`: why a recorded failure fails, and how likely it is.
#include <absl/status/statusor.h>
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "sim/cli/commands.h"
#include "sim/cli/explain_report.h"
#include "sim/cli/interrupt.h"
#include "sim/cli/refusal.h"
#include "sim/cli/scenario_argument.h"
#include "sim/cli/scenario_files.h"
#include "sim/cli/terminal.h"
#include "sim/core/explain/explanation.h"
#include "sim/core/repro/repro_file.h"
#include "sim/world/scenario_simulation.h"

namespace fencepost::sim::cli {
namespace {

struct ExplainCommand {
  std::string path;
  std::string scenario;
  std::string folder;
  std::string time = "30s";
  std::uint64_t samples = 100;
  std::uint64_t runs = 5'000;
  std::uint64_t seeds = 1'000;
  bool json = false;
};

ExitStatus ExplainFile(const ExplainCommand& command) {
  const absl::StatusOr<Repro> repro = LoadRepro(command.path, &WorldVocabulary().invariants);
  if (!repro.ok()) return Refuse("explain", repro.status());
  const std::string named = command.scenario.empty() ? repro->simulation : command.scenario;
  const absl::StatusOr<Scenario> scenario = FindScenario(named, command.folder);
  if (!scenario.ok()) return Refuse("explain", scenario.status());
  const auto time = ParseDuration(command.time);
  if (!time.has_value()) {
    return Refuse("explain",
                  fmt::format("--time \"{}\" is not a duration like 90s, 10m or 2h", command.time));
  }
  const InterruptWatch interrupt;
  ExplainLimits limits;
  limits.interrupted = [&interrupt] { return interrupt.Requested(); };
  limits.time = *time;
  limits.clock = CpuTime;
  limits.samples = command.samples;
  limits.runs = command.runs;
  limits.seeds = command.seeds;
  const std::chrono::nanoseconds started = CpuTime();
  const absl::StatusOr<Explanation> explanation = Explain(ScenarioSimulation(*scenario), *repro, limits);
  if (!explanation.ok()) return Refuse("explain", explanation.status());
  const double seconds = std::chrono::duration<double>(CpuTime() - started).count();
  const std::string text = command.json ? ExplanationAsJson(*repro, *explanation, seconds)
                                        : ExplanationAsText(*repro, *explanation, seconds);
  std::fputs(text.c_str(), stdout);
  return ExitStatus::kAsExpected;
}

}  // namespace

void AddExplain(CLI::App& program, ExitStatus* exit_status) {
  CLI::App* const command =
      program.add_subcommand("explain", "Say what a recorded failure needs, and how likely it is");
  const auto options = std::make_shared<ExplainCommand>();
  command->add_option("FILE", options->path, "A .repro file, best a shrunk one")->required();
  command->add_option("--samples", options->samples, "Runs for each point whose odds are measured")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_option("--runs", options->runs, "Most runs to find the twin, and most to measure odds")
      ->capture_default_str();
  command->add_option("--seeds", options->seeds, "Seeds of the scenario to measure how often it fails so")
      ->capture_default_str();
  command->add_option("--time", options->time, "Stop measuring after so much CPU time")
      ->capture_default_str();
  command->add_option("--scenario", options->scenario, "The scenario's file, if not the one that FILE names");
  command->add_option("--scenarios", options->folder, "Folder of scenario files (default: ./scenarios)");
  command->add_flag("--json", options->json, "One JSON object");
  command->footer(
      "Example:\n"
      "  fencepost explain out/fence-published-lost-write-3.repro\n\n"
      "Leaves out each part in turn, looks for the nearest run that passes, and draws the rest of the run\n"
      "anew from many points on.\n"
      "Exit status: 0 explained, 2 a bad file, or one that does not fail any more.");
  command->callback([options, exit_status] { *exit_status = ExplainFile(*options); });
}

}  // namespace fencepost::sim::cli
