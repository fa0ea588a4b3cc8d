// `fencepost run`: scenarios over seeds.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <charconv>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/cli/campaign_report.h"
#include "sim/cli/commands.h"
#include "sim/cli/interrupt.h"
#include "sim/cli/scenario_argument.h"
#include "sim/cli/scenario_files.h"
#include "sim/cli/shrink_failures.h"
#include "sim/cli/terminal.h"
#include "sim/run/campaign.h"

namespace fencepost::sim::cli {
namespace {

struct RunOptions {
  std::vector<std::string> scenarios;
  std::string folder;
  std::string seeds = "1..1000";
  std::string time;
  std::string shard;
  int jobs = 1;
  bool keep_going = false;
  bool no_shrink = false;
  std::string out = "out";
  std::string shrink_time = "10s";
  std::uint64_t shrink_runs = 20'000;
  bool json = false;
};

bool ParseNumber(std::string_view text, std::uint64_t* number) {
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), *number);
  return error == std::errc() && rest == text.data() + text.size();
}

// "N" means 1..N; "A..B" both ends included.
bool ParseSeeds(const std::string& text, SeedRange* seeds) {
  const std::size_t dots = text.find("..");
  if (dots == std::string::npos) {
    seeds->first = 1;
    return ParseNumber(text, &seeds->last) && seeds->last > 0;
  }
  return ParseNumber(std::string_view(text).substr(0, dots), &seeds->first) &&
         ParseNumber(std::string_view(text).substr(dots + 2), &seeds->last) && seeds->first <= seeds->last;
}

// "I/N", 1 <= I <= N.
bool ParseShard(const std::string& text, SeedRange* seeds) {
  constexpr std::uint64_t kMostShards = 1'000'000;
  const std::size_t slash = text.find('/');
  std::uint64_t shard = 0;
  std::uint64_t shards = 0;
  if (slash == std::string::npos || !ParseNumber(std::string_view(text).substr(0, slash), &shard) ||
      !ParseNumber(std::string_view(text).substr(slash + 1), &shards)) {
    return false;
  }
  if (shard < 1 || shard > shards || shards > kMostShards) return false;
  seeds->shard = static_cast<std::uint32_t>(shard);
  seeds->shards = static_cast<std::uint32_t>(shards);
  return true;
}

ExitStatus Refuse(const std::string& what) {
  std::fprintf(stderr, "fencepost run: %s\n", what.c_str());
  return ExitStatus::kBadInput;
}

void PrintText(const Scenario& scenario, const Campaign& campaign, const ScenarioArgument& argument,
               const std::vector<ShrunkFailure>& shrunk, const std::vector<std::string>& unmet) {
  for (const Failure& failure : campaign.failures) {
    std::fputs(FormatFailure(scenario, failure, argument).c_str(), stdout);
    for (const ShrunkFailure& smaller : shrunk) {
      if (smaller.repro.seed != failure.seed) continue;
      std::fputs(FormatShrunk(smaller, argument).c_str(), stdout);
      std::fputs(FormatShrunkStory(scenario, smaller, argument).c_str(), stdout);
    }
    std::puts("");
  }
  std::fputs(FormatSummary(campaign).c_str(), stdout);
  std::fputs(FormatCoverage(scenario, campaign).c_str(), stdout);
  for (const std::string& sentence : unmet) std::printf("not as expected: %s\n", sentence.c_str());
}

// A run that is not a function of its choices is the harness's fault; a file that cannot be written is not.
ExitStatus RefuseToShrink(const absl::Status& status) {
  const ExitStatus refused = Refuse(std::string(status.message()));
  return status.code() == absl::StatusCode::kPermissionDenied ? refused : ExitStatus::kHarnessAtFault;
}

// One scenario; prints its result. `shrink` may be null.
ExitStatus RunScenario(const Scenario& scenario, const ScenarioArgument& argument, CampaignOptions options,
                       const ShrinkSettings* shrink, bool json) {
  Campaign campaign;
  {
    ProgressLine line(scenario.name, options.seeds.last - options.seeds.first + 1, options.time_limit);
    options.progress = [&line](const CampaignProgress& progress) { line.Show(progress); };
    campaign = RunCampaign(scenario, options);
  }
  absl::StatusOr<std::vector<ShrunkFailure>> shrunk = std::vector<ShrunkFailure>();
  if (shrink != nullptr) shrunk = ShrinkFirstOfEachClass(scenario, campaign, *shrink);
  const std::vector<ShrunkFailure> smaller = shrunk.ok() ? *shrunk : std::vector<ShrunkFailure>();
  const std::vector<std::string> unmet = Unmet(scenario, campaign, false);
  if (json) {
    std::puts(CampaignAsJson(scenario, campaign, argument, smaller, unmet).c_str());
  } else {
    PrintText(scenario, campaign, argument, smaller, unmet);
  }
  if (campaign.nondeterminism.has_value()) {
    std::fprintf(stderr, "fencepost run: the harness is at fault, two executions of one run differ: %s\n",
                 campaign.nondeterminism->c_str());
    return ExitStatus::kHarnessAtFault;
  }
  if (!shrunk.ok()) return RefuseToShrink(shrunk.status());
  return unmet.empty() ? ExitStatus::kAsExpected : ExitStatus::kViolation;
}

ExitStatus RunScenarios(const RunOptions& options) {
  CampaignOptions campaign;
  campaign.clock = RealNow;
  const InterruptWatch interrupt;
  campaign.interrupted = [&interrupt] { return interrupt.Requested(); };
  campaign.jobs = options.jobs;
  campaign.keep_going = options.keep_going;
  if (!ParseSeeds(options.seeds, &campaign.seeds)) {
    return Refuse(fmt::format("--seeds \"{}\" is neither a number nor a range A..B", options.seeds));
  }
  if (!options.shard.empty() && !ParseShard(options.shard, &campaign.seeds)) {
    return Refuse(fmt::format("--shard \"{}\" is not I/N with 1 <= I <= N", options.shard));
  }
  if (!options.time.empty()) {
    campaign.time_limit = ParseDuration(options.time);
    if (!campaign.time_limit.has_value()) {
      return Refuse(fmt::format("--time \"{}\" is not a duration like 90s, 10m or 2h", options.time));
    }
  }
  ShrinkSettings shrink;
  shrink.out = options.out;
  shrink.runs = options.shrink_runs;
  shrink.interrupted = campaign.interrupted;
  const auto shrink_time = ParseDuration(options.shrink_time);
  if (!shrink_time.has_value()) {
    return Refuse(
        fmt::format("--shrink-time \"{}\" is not a duration like 90s, 10m or 2h", options.shrink_time));
  }
  shrink.time = *shrink_time;
  std::vector<Scenario> scenarios;
  for (const std::string& name : options.scenarios) {
    absl::StatusOr<Scenario> scenario = FindScenario(name, options.folder);
    if (!scenario.ok()) return Refuse(std::string(scenario.status().message()));
    scenarios.push_back(*std::move(scenario));
  }
  ExitStatus worst = ExitStatus::kAsExpected;
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    const ScenarioArgument argument{options.scenarios[i], options.folder};
    worst = std::max(worst, RunScenario(scenarios[i], argument, campaign,
                                        options.no_shrink ? nullptr : &shrink, options.json));
    if (interrupt.Requested()) break;
  }
  return worst;
}

}  // namespace

void AddRun(CLI::App& program, ExitStatus* exit_status) {
  CLI::App* const command =
      program.add_subcommand("run", "Run scenarios over many seeds and judge every run");
  const auto options = std::make_shared<RunOptions>();
  command->add_option("SCENARIO", options->scenarios, "Names of scenarios, or paths of .toml files")
      ->required();
  command->add_option("--seeds", options->seeds, "How many seeds, or a range A..B")->capture_default_str();
  command->add_option("--time", options->time, "Stop after this long, e.g. 90s, 10m, 2h");
  command->add_option("--jobs", options->jobs, "Runs side by side")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command->add_option("--shard", options->shard, "Only part I of N of the seeds, as I/N");
  command->add_option("--scenarios", options->folder, "Folder of scenario files (default: ./scenarios)");
  command->add_flag("--keep-going", options->keep_going, "Go on after a violation");
  command->add_flag("--no-shrink", options->no_shrink, "Leave failures as they are, and write no files");
  command->add_option("--out", options->out, "Folder for the .repro files of shrunk failures")
      ->capture_default_str();
  command->add_option("--shrink-time", options->shrink_time, "CPU time to shrink one failure")
      ->capture_default_str();
  command->add_option("--shrink-runs", options->shrink_runs, "Most runs to shrink one failure")
      ->capture_default_str();
  command->add_flag("--json", options->json, "One JSON object per scenario");
  command->footer(
      "Example:\n"
      "  fencepost run catalog-race watchers --seeds 1..5000 --jobs 2\n\n"
      "The first failure of each kind is made small and written to OUT/SCENARIO-INVARIANT-SEED.repro.\n"
      "Exit status: 0 all as expected, 1 a violation or an expectation not met, 2 bad input,\n"
      "3 the harness is at fault.");
  command->callback([options, exit_status] { *exit_status = RunScenarios(*options); });
}

}  // namespace fencepost::sim::cli
