// `fencepost fences`: what each fence, and each staged mistake, costs; and that the same worlds done right
// lose nothing.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "sim/cli/commands.h"
#include "sim/cli/interrupt.h"
#include "sim/cli/scenario_files.h"
#include "sim/cli/terminal.h"
#include "sim/run/campaign.h"
#include "sim/scenario/repaired.h"

namespace fencepost::sim::cli {
namespace {

struct FencesOptions {
  std::vector<std::string> scenarios;
  std::string folder;
  std::uint64_t seeds = 10'000;
  std::uint64_t repaired_seeds = 10'000;
  int jobs = 1;
};

// What is different about this world, in a few characters.
std::string MistakeOf(const Scenario& scenario) {
  if (!scenario.fence.has_value()) return "catalog";
  std::string_view mode;
  for (const FenceModeDescription& description : AllFenceModes()) {
    if (description.mode == scenario.fence->mode) mode = description.name;
  }
  for (const GapDescription& gap : AllGaps()) {
    if (gap.gap == scenario.fence->gap) return fmt::format("{}, {}", mode, gap.name);
  }
  return std::string(mode);
}

// How it was caught, for the table.
std::string CatchOf(const Campaign& campaign) {
  if (campaign.failures.empty()) return "none |";
  const Failure& first = campaign.failures.front();
  return fmt::format("{} | {}", first.seed, first.outcome.violation->invariant);
}

// One line per scenario; true when all of it is as expected.
bool PrintRow(const Scenario& scenario, const FencesOptions& options, CampaignOptions campaign_options) {
  campaign_options.seeds.last = options.seeds;
  Campaign campaign;
  if (!scenario.expect.empty()) campaign = RunCampaign(scenario, campaign_options);
  campaign_options.seeds.last = options.repaired_seeds;
  const Scenario right = Repaired(scenario);
  const Campaign repaired = RunCampaign(right, campaign_options);
  fmt::print("| {} | {} | {} | {} | {} of {} |\n", scenario.name, MistakeOf(scenario),
             FormatExpectation(scenario), scenario.expect.empty() ? "- |" : CatchOf(campaign),
             repaired.violations, repaired.runs);
  std::fflush(stdout);
  std::vector<std::string> unmet;
  if (!scenario.expect.empty()) unmet = Unmet(scenario, campaign, false);
  for (const std::string& sentence : Unmet(right, repaired, false))
    unmet.push_back("done right: " + sentence);
  if (repaired.nondeterminism.has_value()) unmet.push_back(*repaired.nondeterminism);
  if (campaign.nondeterminism.has_value()) unmet.push_back(*campaign.nondeterminism);
  for (const std::string& sentence : unmet)
    std::fprintf(stderr, "%s: %s\n", scenario.name.c_str(), sentence.c_str());
  return unmet.empty();
}

absl::StatusOr<std::vector<Scenario>> Chosen(const FencesOptions& options) {
  absl::StatusOr<std::vector<Scenario>> all = AllScenarios(options.folder);
  if (!all.ok()) return all;
  if (options.scenarios.empty()) {
    std::erase_if(*all, [](const Scenario& one) { return !one.fence.has_value() && one.expect.empty(); });
    return all;
  }
  std::vector<Scenario> chosen;
  for (const std::string& name : options.scenarios) {
    absl::StatusOr<Scenario> scenario = FindScenario(name, options.folder);
    if (!scenario.ok()) return scenario.status();
    chosen.push_back(*std::move(scenario));
  }
  return chosen;
}

ExitStatus Fences(const FencesOptions& options) {
  const absl::StatusOr<std::vector<Scenario>> scenarios = Chosen(options);
  if (!scenarios.ok()) {
    std::fprintf(stderr, "fencepost fences: %s\n", std::string(scenarios.status().message()).c_str());
    return ExitStatus::kBadInput;
  }
  CampaignOptions campaign;
  campaign.clock = RealNow;
  const InterruptWatch interrupt;
  campaign.interrupted = [&interrupt] { return interrupt.Requested(); };
  campaign.jobs = options.jobs;
  fmt::print(
      "| scenario | fence and mistake | expected | first seed | violation | done right: violations of seeds "
      "|\n");
  fmt::print("|---|---|---|---|---|---|\n");
  bool all_as_expected = true;
  for (const Scenario& scenario : *scenarios) {
    if (interrupt.Requested()) break;
    all_as_expected = PrintRow(scenario, options, campaign) && all_as_expected;
  }
  return all_as_expected ? ExitStatus::kAsExpected : ExitStatus::kViolation;
}

}  // namespace

void AddFences(CLI::App& program, ExitStatus* exit_status) {
  CLI::App* const command = program.add_subcommand(
      "fences", "The table of fence modes and staged mistakes, each beside the same worlds done right");
  const auto options = std::make_shared<FencesOptions>();
  command->add_option("scenarios", options->scenarios,
                      "Names or paths (default: all that have groups, or expect a violation)");
  command->add_option("--seeds", options->seeds, "At most so many seeds to catch a mistake")
      ->capture_default_str();
  command->add_option("--repaired-seeds", options->repaired_seeds, "So many seeds of each world done right")
      ->capture_default_str();
  command->add_option("--jobs", options->jobs, "Runs side by side")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command->add_option("--scenarios", options->folder, "Folder of scenario files (default: ./scenarios)");
  command->footer(
      "Example:\n  fencepost fences fence-none fence-observed fence-published fence-logged\n\n"
      "Exit status: 0 every mistake is caught and nothing else is, 1 otherwise, 2 bad input.");
  command->callback([options, exit_status] { *exit_status = Fences(*options); });
}

}  // namespace fencepost::sim::cli
