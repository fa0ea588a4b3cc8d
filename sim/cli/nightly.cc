// `fencepost nightly`: the main job. The regression files first, then every scenario, the time shared out,
// and a summary that can be trusted: a fault or a mark that never happened fails it like a violation does.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/cli/commands.h"
#include "sim/cli/environment.h"
#include "sim/cli/interrupt.h"
#include "sim/cli/job.h"
#include "sim/cli/job_outputs.h"
#include "sim/cli/nightly_report.h"
#include "sim/cli/refusal.h"
#include "sim/cli/scenario_argument.h"
#include "sim/cli/scenario_files.h"
#include "sim/cli/shard_option.h"
#include "sim/cli/shrink_failures.h"
#include "sim/cli/terminal.h"
#include "sim/core/campaign/campaign.h"
#include "sim/world/regressions.h"
#include "sim/world/scenario_simulation.h"

namespace fencepost::sim::cli {
namespace {

struct NightlyOptions {
  std::string time = "60s";
  std::string folder;
  std::string out;
  std::string junit;
  std::string shard;
  std::uint64_t first_seed = 1;
  int jobs = 2;
  bool json = false;
};

// Everything that is the same for each of the scenarios.
struct NightlyJob {
  CampaignOptions campaign;
  std::optional<ShrinkSettings> shrink;  // nothing: failures are left as they are
  std::string folder;                    // of the scenarios, as given
};

// What has failed once is looked at first.
absl::StatusOr<ExitStatus> RunRegressions(const NightlyJob& nightly, NightlyReport* report, Job* job) {
  const std::string folder = *ScenarioFolder(nightly.folder);
  ExitStatus worst = ExitStatus::kAsExpected;
  std::uint64_t number = 0;
  for (const std::string& path : RegressionFiles(folder)) {
    if (nightly.campaign.interrupted()) break;
    if (!nightly.campaign.seeds.shard.Owns(++number)) continue;
    const std::chrono::nanoseconds started = RealNow();
    const absl::StatusOr<RegressionCheck> check = CheckRegression(path, folder);
    RegressionResult result;
    result.path = path;
    result.as_expected = check.ok() && check->as_expected;
    result.is_readable = check.ok();
    result.found = check.ok() ? check->text : std::string(check.status().message());
    while (result.found.ends_with('\n')) result.found.pop_back();
    result.replay = ReplayFileCommand(ScenarioArgument{"", nightly.folder}, path);
    result.elapsed = RealNow() - started;
    const ExitStatus status = check.ok() ? ExitStatus::kViolation : ExitStatus::kBadInput;
    if (!result.as_expected) worst = std::max(worst, status);
    job->regressions.push_back(std::move(result));
    if (const absl::Status added = report->AddRegression(*job); !added.ok()) return added;
  }
  return worst;
}

// How often does a mistake show? Once it is caught, runs go on for a while to tell: each failure ends one
// start and begins another. What they violate is not judged again.
void MeasureRunsToFailure(const CampaignOptions& catching, std::chrono::nanoseconds time,
                          ScenarioResult* result) {
  constexpr std::uint64_t kStarts = 50;
  result->runs_to_failure.Add(result->campaign);
  if (result->campaign.failures.empty() || !result->campaign.next_seed.has_value()) return;
  CampaignOptions options = catching;
  options.seeds.first = *result->campaign.next_seed;
  options.keep_going = true;
  options.enough_failures = kStarts - 1;
  options.max_failures = 1;
  options.twin_every = 0;
  options.time_limit = time;
  options.fewest_runs = kStarts;  // one that fails every time is told by all of them, however slow
  result->runs_to_failure.Add(RunCampaign(ScenarioSimulation(result->scenario), options));
}

// However slow the machine: what a scenario is held to happens in so many runs, and its share of the time may
// be over before.
std::uint64_t FewestRuns(const Scenario& scenario, const Shard& shard) {
  return scenario.expect.empty() ? 400 / shard.count : 1'000;
}

// `share` is the scenario's time.
ScenarioResult RunScenario(const NightlyJob& nightly, Scenario scenario, std::chrono::nanoseconds share) {
  // A mistake is caught soon, and leaves its time to the scenarios that must pass.
  constexpr int kPartToMeasure = 5;
  ScenarioResult result;
  result.argument = ScenarioArgument{scenario.name, nightly.folder};
  result.file = ScenarioPath(scenario.name, nightly.folder);
  result.scenario = std::move(scenario);
  CampaignOptions options = nightly.campaign;
  if (!result.scenario.expect.empty()) options.seeds.shard = Shard();
  options.time_limit = share;
  options.fewest_runs = FewestRuns(result.scenario, options.seeds.shard);
  result.first_seed = options.seeds.first;
  const ScenarioSimulation simulation(result.scenario);
  {
    ProgressLine line(result.scenario.name, UINT64_MAX, options.time_limit);
    options.progress = [&line](const CampaignProgress& progress) { line.Show(progress); };
    result.campaign = RunCampaign(simulation, options);
    if (!result.scenario.expect.empty()) MeasureRunsToFailure(options, share / kPartToMeasure, &result);
  }
  result.unmet = Unmet(simulation, result.campaign, true);
  return result;
}

// Shrinks what is not as expected, and answers what the result means for the exit status.
ExitStatus Conclude(const NightlyJob& nightly, ScenarioResult* result) {
  absl::Status shrinking;
  if (nightly.shrink.has_value() && !result->unmet.empty()) {
    absl::StatusOr<std::vector<ShrunkFailure>> shrunk =
        ShrinkFirstOfEachClass(result->scenario, result->campaign, result->argument, *nightly.shrink);
    shrinking = shrunk.status();
    if (shrunk.ok()) result->shrunk = *std::move(shrunk);
    if (!shrinking.ok()) result->not_shrunk = std::string(shrinking.message());
  }
  if (result->campaign.nondeterminism.has_value() || shrinking.code() == absl::StatusCode::kInternal) {
    return ExitStatus::kHarnessAtFault;
  }
  return result->unmet.empty() ? ExitStatus::kAsExpected : ExitStatus::kViolation;
}

// Why this scenario is not run now; empty: it is. What has to be caught is one shard's alone: none of its
// parts could tell that it is not. `expecting` counts those scenarios, this one included.
std::string WhyNotRun(const NightlyJob& nightly, const Scenario& scenario, std::uint64_t expecting,
                      const Job& job) {
  if (!scenario.expect.empty() && !nightly.campaign.seeds.shard.Owns(expecting)) {
    return "another shard runs all of its seeds, for it has to be caught";
  }
  return job.interrupted ? "interrupted before it began" : "";
}

absl::StatusOr<ExitStatus> RunScenarios(const NightlyJob& nightly, std::vector<Scenario> scenarios,
                                        std::chrono::nanoseconds time, NightlyReport* report, Job* job) {
  // What is expected to be caught is, soon, and leaves its time to the others.
  std::sort(scenarios.begin(), scenarios.end(), [](const Scenario& a, const Scenario& b) {
    return std::tuple(a.expect.empty(), a.name) < std::tuple(b.expect.empty(), b.name);
  });
  const std::chrono::nanoseconds started = RealNow();
  ExitStatus worst = ExitStatus::kAsExpected;
  std::uint64_t expecting = 0;
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    if (!scenarios[i].expect.empty()) ++expecting;
    ScenarioResult result;
    std::string not_run = WhyNotRun(nightly, scenarios[i], expecting, *job);
    if (not_run.empty()) {
      const std::chrono::nanoseconds left = std::max(started + time - RealNow(), std::chrono::nanoseconds(0));
      result = RunScenario(nightly, std::move(scenarios[i]),
                           left / static_cast<std::int64_t>(scenarios.size() - i));
      worst = std::max(worst, Conclude(nightly, &result));
    } else {
      result.argument = ScenarioArgument{scenarios[i].name, nightly.folder};
      result.scenario = std::move(scenarios[i]);
      result.not_run = std::move(not_run);
    }
    job->scenarios.push_back(std::move(result));
    job->interrupted = nightly.campaign.interrupted();
    job->elapsed = RealNow() - started;
    if (const absl::Status added = report->AddScenario(*job); !added.ok()) return added;
  }
  return worst;
}

// The command line, for the report.
std::string CommandOf(const NightlyOptions& options, const Shard& shard) {
  std::string command = fmt::format("fencepost nightly --time {} --jobs {}", options.time, options.jobs);
  if (options.first_seed != 1) command += fmt::format(" --first-seed {}", options.first_seed);
  if (!shard.IsWhole()) command += " --shard " + FormatShard(shard);
  if (!options.folder.empty()) command += " --scenarios " + ShellWord(options.folder);
  return command;
}

ExitStatus Nightly(const NightlyOptions& options) {
  const Environment environment = ReadEnvironment();
  const auto time = ParseDuration(options.time);
  if (!time.has_value())
    return Refuse("nightly",
                  fmt::format("--time \"{}\" is not a duration like 90s, 10m or 2h", options.time));
  const absl::StatusOr<Shard> shard = ChosenShard(options.shard, environment);
  if (!shard.ok()) return Refuse("nightly", shard.status());
  absl::StatusOr<std::vector<Scenario>> scenarios = AllScenarios(options.folder);
  if (!scenarios.ok()) return Refuse("nightly", scenarios.status());
  NightlyReport report(options.out, options.junit, options.json, environment);
  if (const absl::Status opened = report.Open(); !opened.ok()) return Refuse("nightly", opened);

  const InterruptWatch interrupt;
  NightlyJob nightly;
  nightly.folder = options.folder;
  nightly.campaign.clock = RealNow;
  nightly.campaign.interrupted = [&interrupt] { return interrupt.Requested(); };
  nightly.campaign.jobs = options.jobs;
  nightly.campaign.seeds = SeedRange{options.first_seed, UINT64_MAX, *shard};
  if (!options.out.empty()) {
    nightly.shrink.emplace();
    nightly.shrink->out = options.out;
    nightly.shrink->interrupted = nightly.campaign.interrupted;
  }
  Job job;
  job.name = "nightly";
  job.command = CommandOf(options, *shard);
  job.started = UtcNow();
  job.shard = *shard;
  job.jobs = options.jobs;
  job.first_seed = options.first_seed;

  const absl::StatusOr<ExitStatus> regressions = RunRegressions(nightly, &report, &job);
  if (!regressions.ok()) return Refuse("nightly", regressions.status());
  job.interrupted = interrupt.Requested();
  const absl::StatusOr<ExitStatus> worst = RunScenarios(nightly, *std::move(scenarios), *time, &report, &job);
  if (!worst.ok()) return Refuse("nightly", worst.status());
  if (const absl::Status finished = report.Finish(job); !finished.ok()) return Refuse("nightly", finished);
  return std::max(*regressions, *worst);
}

}  // namespace

void AddNightly(CLI::App& program, ExitStatus* exit_status) {
  CLI::App* const command =
      program.add_subcommand("nightly", "The main job: every scenario over as many seeds as the time allows");
  const auto options = std::make_shared<NightlyOptions>();
  command
      ->add_option(
          "--time", options->time,
          "Time for all scenarios together, e.g. 90s, 10m, 2h; each gets some hundred runs in any case")
      ->capture_default_str();
  command->add_option(
      "--out", options->out,
      "Folder to write index.html, summary.txt, results.jsonl, junit.xml and what is kept of failures to");
  AddJUnitOption(command, &options->junit);
  AddShardOption(command, &options->shard, "all seeds and regression files");
  command
      ->add_option("--first-seed", options->first_seed, "Where to begin; a fleet gives each machine its own")
      ->capture_default_str();
  command->add_option("--jobs", options->jobs, "Runs side by side")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command->add_option("--scenarios", options->folder, "Folder of scenario files (default: ./scenarios)");
  command->add_flag("--json", options->json, "One JSON object per scenario");
  command->footer(
      "Example:\n"
      "  fencepost nightly --time 10m --out out\n\n"
      "Replays the .repro files in the folder regressions beside the scenarios first.\n"
      "Once a mistake that has to be caught is, a fifth of the scenario's time goes into how many runs that\n"
      "takes, over and over; index.html draws it.\n"
      "The shards of a job are disjoint, and all together are the whole job. A scenario that has to be\n"
      "caught is one shard's alone, with all of its seeds.\n"
      "Ctrl-C ends with the summary and the files so far; the status is that of what was run.\n"
      "In GitHub Actions failures become annotations, and $GITHUB_STEP_SUMMARY gets a table.\n\n"
      "Fails on a violation, on an expectation not met, and when a fault or a mark of a scenario never\n"
      "happened. Exit status: 0 all as expected, 1 not, 2 bad input, 3 the harness is at fault.");
  command->callback([options, exit_status] { *exit_status = Nightly(*options); });
}

}  // namespace fencepost::sim::cli
