// `fencepost shrink-table`: how small each staged mistake gets, whichever seed shows it.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sim/cli/commands.h"
#include "sim/cli/interrupt.h"
#include "sim/cli/refusal.h"
#include "sim/cli/scenario_files.h"
#include "sim/cli/terminal.h"
#include "sim/core/repro/shrink_table.h"
#include "sim/world/narration/world_narrator.h"
#include "sim/world/scenario_simulation.h"

namespace fencepost::sim::cli {
namespace {

struct TableOptions {
  std::vector<std::string> scenarios;
  std::string folder;
  std::size_t seeds = 50;
  std::uint64_t last_seed = 100'000;
  std::uint64_t runs = 20'000;
  bool plots = false;
  bool json = false;
};

std::string FormatSpread(const Spread& spread) { return fmt::format("{} / {}", spread.median, spread.worst); }

std::string FormatSeconds(const Spread& spread) {
  return fmt::format("{:.1f} / {:.1f}", static_cast<double>(spread.median) / 1000,
                     static_cast<double>(spread.worst) / 1000);
}

void PrintRow(const Scenario& scenario, const ShrinkRow& row) {
  fmt::print("| {} | {} | {} | {} | {} | {} | {} | {} | {}% |{}\n", scenario.name, row.seeds,
             FormatSpread(row.plan_items), FormatSpread(row.deviations), FormatSeconds(row.cpu_ms),
             FormatSpread(row.runs), row.plots, row.commonest, row.pairs_alike,
             row.unfinished == 0 ? "" : fmt::format(" {} unfinished", row.unfinished));
}

void PrintPlots(const std::vector<ShrunkSeed>& seeds) {
  for (const ShrunkSeed& seed : seeds) {
    fmt::print("\n{} seed {}: {}\n{}", seed.repro.simulation, seed.repro.seed.value_or(0),
               seed.repro.failure_class, seed.plot);
  }
}

nlohmann::ordered_json AsJson(const Scenario& scenario, const ShrinkRow& row) {
  const auto spread = [](const Spread& of) {
    return nlohmann::ordered_json{{"median", of.median}, {"worst", of.worst}};
  };
  return {{"scenario", scenario.name},
          {"seeds", row.seeds},
          {"plan_items", spread(row.plan_items)},
          {"deviations", spread(row.deviations)},
          {"cpu_ms", spread(row.cpu_ms)},
          {"runs", spread(row.runs)},
          {"stories", row.plots},
          {"commonest", row.commonest},
          {"pairs_alike_percent", row.pairs_alike},
          {"unfinished", row.unfinished}};
}

absl::StatusOr<std::vector<Scenario>> Chosen(const TableOptions& options) {
  if (!options.scenarios.empty()) return FindScenarios(options.scenarios, options.folder);
  absl::StatusOr<std::vector<Scenario>> all = AllScenarios(options.folder);
  if (all.ok()) std::erase_if(*all, [](const Scenario& one) { return one.expect.empty(); });
  return all;
}

// A seed may take seconds, a row minutes: says how far it is.
absl::StatusOr<std::vector<ShrunkSeed>> ShrinkWithProgress(const Scenario& scenario,
                                                           ShrinkTableOptions table) {
  ProgressLine line(scenario.name, table.failing_seeds, std::nullopt);
  table.progress = [&](std::size_t shrunk, std::uint64_t seed) {
    line.Show(static_cast<double>(shrunk) / static_cast<double>(table.failing_seeds),
              fmt::format("{}: {} of {} failing seeds shrunk, now at seed {}", scenario.name, shrunk,
                          table.failing_seeds, seed));
  };
  return ShrinkFirstSeeds(ScenarioSimulation(scenario), table);
}

ExitStatus PrintTable(const TableOptions& options) {
  const absl::StatusOr<std::vector<Scenario>> scenarios = Chosen(options);
  if (!scenarios.ok()) return Refuse("shrink-table", scenarios.status());
  const InterruptWatch interrupt;
  const WorldNarrator narrator(&WorldVocabulary());
  ShrinkTableOptions table;
  table.narrator = &narrator;
  table.failing_seeds = options.seeds;
  table.last_seed = options.last_seed;
  table.runs = options.runs;
  table.clock = CpuTime;
  table.interrupted = [&interrupt] { return interrupt.Requested(); };
  if (!options.json) {
    fmt::print(
        "| scenario | seeds | plan items | deviations | s of CPU | runs | stories | in the commonest | pairs "
        "alike |\n|---|---|---|---|---|---|---|---|---|\n");
  }
  for (const Scenario& scenario : *scenarios) {
    const absl::StatusOr<std::vector<ShrunkSeed>> seeds = ShrinkWithProgress(scenario, table);
    if (!seeds.ok()) return Refuse("shrink-table", seeds.status());
    const ShrinkRow row = SummariseShrunk(*seeds);
    if (options.json) {
      std::puts(AsJson(scenario, row).dump().c_str());
    } else {
      PrintRow(scenario, row);
    }
    if (options.plots) PrintPlots(*seeds);
    std::fflush(stdout);
    if (!interrupt.Requested()) continue;
    std::fprintf(stderr, "interrupted: the row of %s is of %zu seeds; those after it are missing\n",
                 scenario.name.c_str(), row.seeds);
    break;
  }
  return ExitStatus::kAsExpected;
}

}  // namespace

void AddShrinkTable(CLI::App& program, ExitStatus* exit_status) {
  CLI::App* const command =
      program.add_subcommand("shrink-table", "How small each staged mistake gets, whichever seed shows it");
  const auto options = std::make_shared<TableOptions>();
  command->add_option("scenarios", options->scenarios,
                      "Names or paths (default: all that expect a violation)");
  command->add_option("--seeds", options->seeds, "The first so many failing seeds of each are shrunk")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_option("--last-seed", options->last_seed, "Look for them up to this seed")
      ->capture_default_str();
  command->add_option("--runs", options->runs, "Most runs to shrink one failure")->capture_default_str();
  command->add_option("--scenarios", options->folder, "Folder of scenario files (default: ./scenarios)");
  command->add_flag("--stories", options->plots, "Also each seed's story, without its times");
  command->add_flag("--json", options->json, "One JSON object per scenario");
  command->footer(
      "Example:\n  fencepost shrink-table early-copy follower-reads --seeds 20\n\n"
      "Where two numbers stand, they are the median and the worst. Two seeds tell one story when their "
      "shrunk\n"
      "runs do the same in the same order with the same names, whenever they do it; \"pairs alike\" is how\n"
      "often two of the seeds do. Exit status: 0 printed, 2 bad input, 3 the harness is at fault.");
  command->callback([options, exit_status] { *exit_status = PrintTable(*options); });
}

}  // namespace fencepost::sim::cli
