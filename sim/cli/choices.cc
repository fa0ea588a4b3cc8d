// `fencepost choices`: where the runs of a scenario spend their choices.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "sim/cli/commands.h"
#include "sim/cli/refusal.h"
#include "sim/cli/scenario_files.h"
#include "sim/core/choices/counting_driver.h"
#include "sim/core/choices/seeded_driver.h"
#include "sim/world/scenario_simulation.h"

namespace fencepost::sim::cli {
namespace {

struct ChoicesOptions {
  std::string scenario;
  std::string folder;
  std::uint64_t seeds = 200;
};

void Print(const Scenario& scenario, std::uint64_t seeds, const DrawCounts& counts) {
  std::uint64_t draws = 0;
  std::vector<std::pair<std::string, DrawCount>> by_size(counts.begin(), counts.end());
  for (const auto& [label, count] : by_size) draws += count.draws;
  std::sort(by_size.begin(), by_size.end(), [](const auto& a, const auto& b) {
    return a.second.draws != b.second.draws ? a.second.draws > b.second.draws : a.first < b.first;
  });
  fmt::print("{}: {} choices a run, over {} runs\n", scenario.name, draws / seeds, seeds);
  fmt::print("  {:<28} {:>12} {:>8} {:>12}\n", "what it decides", "a run", "share", "deviations");
  for (const auto& [label, count] : by_size) {
    fmt::print("  {:<28} {:>12.2f} {:>7.2f}% {:>12.2f}\n", label,
               static_cast<double>(count.draws) / static_cast<double>(seeds),
               100.0 * static_cast<double>(count.draws) / static_cast<double>(draws),
               static_cast<double>(count.deviations) / static_cast<double>(seeds));
  }
}

ExitStatus CountChoices(const ChoicesOptions& options) {
  const absl::StatusOr<Scenario> scenario = FindScenario(options.scenario, options.folder);
  if (!scenario.ok()) return Refuse("choices", scenario.status());
  DrawCounts counts;
  const ScenarioSimulation simulation(*scenario);
  for (std::uint64_t seed = 1; seed <= options.seeds; ++seed) {
    Choices choices(std::make_unique<CountingDriver>(std::make_unique<SeededDriver>(seed), &counts));
    Trace trace(TraceDetail::kHashOnly);
    simulation.Run(choices, trace, RunLimits());
  }
  Print(*scenario, options.seeds, counts);
  return ExitStatus::kAsExpected;
}

}  // namespace

void AddChoices(CLI::App& program, ExitStatus* exit_status) {
  CLI::App* const command =
      program.add_subcommand("choices", "What the runs of a scenario spend their choices on");
  const auto options = std::make_shared<ChoicesOptions>();
  command->add_option("scenario", options->scenario, "Name of a scenario, or path of a .toml file")
      ->required();
  command->add_option("--seeds", options->seeds, "Over so many seeds")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_option("--scenarios", options->folder, "Folder of scenario files (default: ./scenarios)");
  command->footer("Example:\n  fencepost choices moves --seeds 500");
  command->callback([options, exit_status] { *exit_status = CountChoices(*options); });
}

}  // namespace fencepost::sim::cli
