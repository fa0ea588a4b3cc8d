// `fencepost shrink`: makes a .repro file smaller.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "sim/cli/commands.h"
#include "sim/cli/interrupt.h"
#include "sim/cli/refusal.h"
#include "sim/cli/scenario_files.h"
#include "sim/cli/shrink_failures.h"
#include "sim/cli/terminal.h"
#include "sim/core/repro/replay.h"
#include "sim/world/scenario_simulation.h"

namespace fencepost::sim::cli {
namespace {

struct ShrinkOptions {
  std::string path;
  std::string to;
  std::string scenario;
  std::string folder;
  std::string time = "10s";
  std::uint64_t runs = 20'000;
  bool json = false;
};

ExitStatus ShrinkFile(const ShrinkOptions& options) {
  const absl::StatusOr<Repro> repro = LoadRepro(options.path, &WorldVocabulary().invariants);
  if (!repro.ok()) return Refuse("shrink", repro.status());
  const std::string named = options.scenario.empty() ? repro->simulation : options.scenario;
  const absl::StatusOr<Scenario> scenario = FindScenario(named, options.folder);
  if (!scenario.ok()) return Refuse("shrink", scenario.status());
  const auto time = ParseDuration(options.time);
  if (!time.has_value())
    return Refuse("shrink", fmt::format("--time \"{}\" is not a duration like 90s, 10m or 2h", options.time));

  const InterruptWatch interrupt;
  ShrinkSettings settings;
  settings.time = *time;
  settings.runs = options.runs;
  settings.interrupted = [&interrupt] { return interrupt.Requested(); };
  const std::chrono::nanoseconds started = CpuTime();
  const ScenarioSimulation simulation(*scenario);
  const absl::StatusOr<ShrunkRepro> shrunk = ShrinkRepro(simulation, *repro, LimitsOf(settings));
  if (!shrunk.ok()) {
    Trace trace(TraceDetail::kEvents);
    const ReproReplay replay = ReplayRepro(simulation, *repro, &trace);
    return Refuse("shrink",
                  fmt::format("{}: nothing to shrink: {}", options.path, FormatReplay(*repro, replay)));
  }
  const std::string to = options.to.empty() ? options.path : options.to;
  if (const absl::Status saved = SaveRepro(shrunk->repro, to); !saved.ok()) return Refuse("shrink", saved);
  const ShrunkFailure result{shrunk->repro, shrunk->shrink, CpuTime() - started, to, ""};
  const ScenarioArgument argument{named, options.folder};
  if (options.json) {
    std::puts(ShrunkAsJson(result, argument).dump().c_str());
  } else {
    fmt::print("{}: {}\n{}", to, shrunk->repro.failure_class, FormatShrunk(result, argument));
  }
  return ExitStatus::kAsExpected;
}

}  // namespace

void AddShrink(CLI::App& program, ExitStatus* exit_status) {
  CLI::App* const command = program.add_subcommand("shrink", "Make a recorded failure smaller");
  const auto options = std::make_shared<ShrinkOptions>();
  command->add_option("FILE", options->path, "A .repro file")->required();
  command->add_option("-o,--output", options->to, "Where to write the smaller one (default: the same file)");
  command->add_option("--time", options->time, "Stop after so much CPU time")->capture_default_str();
  command->add_option("--runs", options->runs, "Stop after so many runs")->capture_default_str();
  command->add_option("--scenario", options->scenario, "The scenario's file, if not the one that FILE names");
  command->add_option("--scenarios", options->folder, "Folder of scenario files (default: ./scenarios)");
  command->add_flag("--json", options->json, "One JSON object");
  command->footer(
      "Example:\n"
      "  fencepost shrink out/watchers-liveness-17.repro -o smaller.repro\n\n"
      "The result still violates the same invariant. Bounded by --runs alone it is the same everywhere.\n"
      "Exit status: 0 written, 2 a bad file, or one that does not fail any more.");
  command->callback([options, exit_status] { *exit_status = ShrinkFile(*options); });
}

}  // namespace fencepost::sim::cli
