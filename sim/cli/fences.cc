// `fencepost fences`: what each fence, and each staged mistake, costs; and that the same worlds done right
// lose nothing.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/cli/commands.h"
#include "sim/cli/environment.h"
#include "sim/cli/interrupt.h"
#include "sim/cli/refusal.h"
#include "sim/cli/scenario_argument.h"
#include "sim/cli/scenario_files.h"
#include "sim/cli/shard_option.h"
#include "sim/cli/terminal.h"
#include "sim/core/campaign/campaign.h"
#include "sim/world/scenario/repaired.h"
#include "sim/world/scenario_simulation.h"

namespace fencepost::sim::cli {
namespace {

struct FencesOptions {
  std::vector<std::string> scenarios;
  std::string folder;
  std::uint64_t seeds = 10'000;
  std::uint64_t repaired_seeds = 10'000;
  int jobs = 1;
  std::string shard;
};

// What is different about this world, in a few characters.
std::string MistakeOf(const Scenario& scenario) {
  if (!scenario.fence.has_value()) return "catalog";
  std::string_view mode;
  for (const FenceModeDescription& description : AllFenceModes()) {
    if (description.mode == scenario.fence->mode) mode = description.name;
  }
  for (const MistakeDescription& mistake : AllMistakes()) {
    if (mistake.mistake == scenario.fence->mistake) return fmt::format("{}, {}", mode, mistake.name);
  }
  return std::string(mode);
}

// How it was caught, for the table.
std::string CatchOf(const Campaign& campaign) {
  if (campaign.failures.empty()) return "none |";
  const Failure& first = campaign.failures.front();
  return fmt::format("{} | {}", first.seed, first.outcome.violation->invariant);
}

// So many runs reach every fault and every mark of each scenario done right, the rarest a good many times; of
// fewer, one that is never reached may be chance.
constexpr std::uint64_t kEnoughForCoverage = 10'000;

struct FencesJob {
  const FencesOptions& options;
  CampaignOptions campaign;
  bool colours = false;
};

Campaign RunWithProgress(const FencesJob& job, const Scenario& scenario, const std::string& title,
                         std::uint64_t seeds) {
  CampaignOptions options = job.campaign;
  options.seeds.last = seeds;
  ProgressLine line(title, seeds, std::nullopt);
  options.progress = [&line](const CampaignProgress& progress) { line.Show(progress); };
  return RunCampaign(ScenarioSimulation(scenario), options);
}

// What is wrong with a campaign, in sentences.
std::vector<std::string> Complaints(const Scenario& scenario, const Campaign& campaign,
                                    const std::string& prefix) {
  const bool complete = campaign.runs >= kEnoughForCoverage;
  std::vector<std::string> complaints;
  for (const std::string& sentence : Unmet(ScenarioSimulation(scenario), campaign, complete)) {
    complaints.push_back(prefix + sentence);
  }
  if (campaign.nondeterminism.has_value()) complaints.push_back(prefix + *campaign.nondeterminism);
  return complaints;
}

// One line per scenario. `done`: what there is of the row is printed only when all of it is there.
ExitStatus PrintRow(const FencesJob& job, const Scenario& scenario, bool* done) {
  Campaign campaign;
  if (!scenario.expect.empty()) campaign = RunWithProgress(job, scenario, scenario.name, job.options.seeds);
  const Scenario right = Repaired(scenario);
  Campaign repaired;
  if (!campaign.interrupted) {
    repaired = RunWithProgress(job, right, scenario.name + ", done right", job.options.repaired_seeds);
  }
  *done = !campaign.interrupted && !repaired.interrupted;
  std::vector<std::string> complaints = Complaints(right, repaired, "done right: ");
  if (!scenario.expect.empty()) {
    for (std::string& complaint : Complaints(scenario, campaign, "")) {
      complaints.push_back(std::move(complaint));
    }
  }
  if (*done) {
    fmt::print("| {} | {} | {} | {} | {} of {} |\n", scenario.name, MistakeOf(scenario),
               FormatExpectation(scenario), scenario.expect.empty() ? "- |" : CatchOf(campaign),
               repaired.violations, repaired.runs);
    std::fflush(stdout);
  }
  for (const std::string& sentence : complaints) {
    const std::string text = fmt::format("FAIL {}: {}\n", scenario.name, sentence);
    std::fputs((job.colours ? Coloured(text) : text).c_str(), stderr);
  }
  if (campaign.nondeterminism.has_value() || repaired.nondeterminism.has_value()) {
    return ExitStatus::kHarnessAtFault;
  }
  return complaints.empty() ? ExitStatus::kAsExpected : ExitStatus::kViolation;
}

absl::StatusOr<std::vector<Scenario>> Chosen(const FencesOptions& options) {
  if (!options.scenarios.empty()) return FindScenarios(options.scenarios, options.folder);
  absl::StatusOr<std::vector<Scenario>> all = AllScenarios(options.folder);
  if (!all.ok()) return all;
  std::erase_if(*all, [](const Scenario& one) { return !one.fence.has_value() && one.expect.empty(); });
  return all;
}

// The command that prints the rows that are missing.
std::string CommandFor(const FencesOptions& options, const std::vector<std::string>& missing) {
  std::string command = "fencepost fences";
  for (const std::string& name : missing) command += " " + ShellWord(name);
  if (!options.folder.empty()) command += " --scenarios " + ShellWord(options.folder);
  return command + fmt::format(" --seeds {} --repaired-seeds {} --jobs {}", options.seeds,
                               options.repaired_seeds, options.jobs);
}

ExitStatus Fences(const FencesOptions& options) {
  const Environment environment = ReadEnvironment();
  const absl::StatusOr<Shard> shard = ChosenShard(options.shard, environment);
  if (!shard.ok()) return Refuse("fences", shard.status());
  const absl::StatusOr<std::vector<Scenario>> scenarios = Chosen(options);
  if (!scenarios.ok()) return Refuse("fences", scenarios.status());
  const InterruptWatch interrupt;
  FencesJob job{options, CampaignOptions(), environment.wants_colours && isatty(STDERR_FILENO) == 1};
  job.campaign.clock = RealNow;
  job.campaign.interrupted = [&interrupt] { return interrupt.Requested(); };
  job.campaign.jobs = options.jobs;
  fmt::print(
      "| scenario | fence and mistake | expected | first seed | violation | done right: violations of seeds "
      "|\n");
  fmt::print("|---|---|---|---|---|---|\n");
  std::fflush(stdout);
  ExitStatus worst = ExitStatus::kAsExpected;
  std::vector<std::string> missing;
  for (std::size_t row = 0; row < scenarios->size(); ++row) {
    if (!shard->Owns(row + 1)) continue;
    const Scenario& scenario = (*scenarios)[row];
    bool done = false;
    if (!interrupt.Requested()) worst = std::max(worst, PrintRow(job, scenario, &done));
    if (!done) missing.push_back(options.scenarios.empty() ? scenario.name : options.scenarios[row]);
  }
  if (!missing.empty()) {
    std::fprintf(stderr, "interrupted; go on with\n  %s\n", CommandFor(options, missing).c_str());
  }
  return worst;
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
  AddShardOption(command, &options->shard, "the rows");
  command->footer(
      "Example:\n  fencepost fences fence-none fence-observed fence-published fence-logged\n\n"
      "Of 10,000 seeds done right, the default, every fault that is on has to fire and every mark of the\n"
      "scenario has to be reached; fewer are not held to that, for a rare one may be missed by chance.\n"
      "Ctrl-C ends after the rows so far, with the command that prints the others.\n"
      "Exit status: 0 every mistake is caught and nothing else is, 1 otherwise, 2 bad input, 3 the harness\n"
      "is at fault.");
  command->callback([options, exit_status] { *exit_status = Fences(*options); });
}

}  // namespace fencepost::sim::cli
