// `fencepost run`: scenarios over seeds.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/cli/campaign_report.h"
#include "sim/cli/commands.h"
#include "sim/cli/environment.h"
#include "sim/cli/interrupt.h"
#include "sim/cli/job.h"
#include "sim/cli/job_outputs.h"
#include "sim/cli/refusal.h"
#include "sim/cli/scenario_argument.h"
#include "sim/cli/scenario_files.h"
#include "sim/cli/shard_option.h"
#include "sim/cli/shrink_failures.h"
#include "sim/cli/terminal.h"
#include "sim/core/campaign/campaign.h"
#include "sim/world/scenario_simulation.h"

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
  std::string junit;
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

std::string FormatResult(const ScenarioResult& result) {
  if (!result.not_run.empty()) return fmt::format("{}: {}\n", result.scenario.name, result.not_run);
  std::string text;
  for (const Failure& failure : result.campaign.failures) {
    text += FormatFailure(result.scenario, failure, result.argument);
    for (const ShrunkFailure& smaller : result.shrunk) {
      if (smaller.repro.seed != failure.seed) continue;
      text += FormatShrunk(smaller, result.argument) + FormatShrunkStory(smaller, result.argument);
    }
    text += "\n";
  }
  text += FormatSummary(result.campaign) + FormatCoverage(result.scenario, result.campaign);
  for (const std::string& sentence : result.unmet) text += fmt::format("not as expected: {}\n", sentence);
  return text;
}

// Everything that is the same for each of the scenarios of one job.
struct RunJob {
  const RunOptions& options;
  CampaignOptions campaign;
  std::optional<ShrinkSettings> shrink;
  Environment environment;
};

// One scenario. What has to be caught is one shard's alone: none of its parts could tell that it is not.
// `expecting` counts those scenarios, this one included.
ScenarioResult RunScenario(const RunJob& job, Scenario scenario, const ScenarioArgument& argument,
                           std::uint64_t expecting) {
  ScenarioResult result;
  result.scenario = std::move(scenario);
  result.argument = argument;
  result.file = ScenarioPath(argument.name_or_path, argument.folder);
  result.judges_coverage = false;
  CampaignOptions options = job.campaign;
  if (!result.scenario.expect.empty()) {
    if (!options.seeds.shard.Owns(expecting)) {
      result.not_run = "another shard runs all of its seeds, for it has to be caught";
      return result;
    }
    options.seeds.shard = Shard();
  }
  result.first_seed = options.seeds.first;
  const ScenarioSimulation simulation(result.scenario);
  {
    ProgressLine line(result.scenario.name, options.seeds.last - options.seeds.first + 1, options.time_limit);
    options.progress = [&line](const CampaignProgress& progress) { line.Show(progress); };
    result.campaign = RunCampaign(simulation, options);
  }
  result.unmet = Unmet(simulation, result.campaign, false);
  if (!result.scenario.expect.empty()) result.runs_to_failure.Add(result.campaign);
  return result;
}

void Print(const RunJob& job, const ScenarioResult& result) {
  if (job.options.json) {
    std::puts(CampaignAsJson(result).c_str());
  } else {
    const std::string text = FormatResult(result);
    std::fputs((ColoursOnOutput(job.environment) ? Coloured(text) : text).c_str(), stdout);
  }
  std::fflush(stdout);
}

// Shrinks what failed, prints the result, and answers what it means for the exit status.
ExitStatus Conclude(const RunJob& job, ScenarioResult* result) {
  absl::Status shrinking;
  if (job.shrink.has_value()) {
    absl::StatusOr<std::vector<ShrunkFailure>> shrunk =
        ShrinkFirstOfEachClass(result->scenario, result->campaign, result->argument, *job.shrink);
    shrinking = shrunk.status();
    if (shrunk.ok()) result->shrunk = *std::move(shrunk);
    if (!shrinking.ok()) result->not_shrunk = std::string(shrinking.message());
  }
  Print(job, *result);
  if (result->campaign.nondeterminism.has_value()) {
    std::fprintf(stderr, "fencepost run: the harness is at fault, two executions of one run differ: %s\n",
                 result->campaign.nondeterminism->c_str());
    return ExitStatus::kHarnessAtFault;
  }
  if (!shrinking.ok()) {
    // A run that is not a function of its choices is the harness's fault; a file that cannot be written is
    // not.
    const ExitStatus refused = Refuse("run", result->not_shrunk);
    const bool is_file = shrinking.code() == absl::StatusCode::kPermissionDenied;
    return is_file ? refused : ExitStatus::kHarnessAtFault;
  }
  return result->unmet.empty() ? ExitStatus::kAsExpected : ExitStatus::kViolation;
}

// What was not run because of Ctrl-C, and the commands that run it.
std::string FormatInterrupted(const RunJob& job, const Job& done) {
  std::string text = "interrupted; go on with\n";
  const SeedRange& seeds = job.campaign.seeds;
  for (const ScenarioResult& result : done.scenarios) {
    const std::optional<std::uint64_t> next =
        result.not_run.empty() ? result.campaign.next_seed : std::optional(seeds.first);
    if (!next.has_value()) continue;
    if (!job.campaign.keep_going && !result.campaign.failures.empty()) continue;  // it had ended
    std::string options = fmt::format("--seeds {}..{}", *next, seeds.last);
    if (!seeds.shard.IsWhole()) options += " --shard " + FormatShard(seeds.shard);
    text += fmt::format("  {}\n", RunCommand(result.argument, options));
  }
  return text;
}

// Runs all of them. `done` holds the results, also of those that were not begun.
absl::StatusOr<ExitStatus> RunAll(const RunJob& job, std::vector<Scenario> scenarios,
                                  const JobOutputs& outputs, Job* done) {
  const std::chrono::nanoseconds started = RealNow();
  ExitStatus worst = ExitStatus::kAsExpected;
  std::uint64_t expecting = 0;
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    const ScenarioArgument argument{job.options.scenarios[i], job.options.folder};
    if (!scenarios[i].expect.empty()) ++expecting;
    if (done->interrupted) {
      ScenarioResult result;
      result.scenario = std::move(scenarios[i]);
      result.argument = argument;
      result.not_run = "interrupted before it began";
      done->scenarios.push_back(std::move(result));
      continue;
    }
    ScenarioResult result = RunScenario(job, std::move(scenarios[i]), argument, expecting);
    worst = std::max(worst, Conclude(job, &result));
    done->scenarios.push_back(std::move(result));
    done->elapsed = RealNow() - started;
    done->interrupted = job.campaign.interrupted();
    if (const absl::Status written = outputs.Write(*done); !written.ok()) return written;
  }
  if (const absl::Status written = outputs.Write(*done); !written.ok()) return written;
  if (const absl::Status told = outputs.TellGitHub(*done); !told.ok()) return told;
  return worst;
}

absl::Status ReadOptions(const RunOptions& options, RunJob* job) {
  const auto refuse = [](const std::string& why) { return absl::InvalidArgumentError(why); };
  job->campaign.clock = RealNow;
  job->campaign.jobs = options.jobs;
  job->campaign.keep_going = options.keep_going;
  if (!ParseSeeds(options.seeds, &job->campaign.seeds)) {
    return refuse(fmt::format("--seeds \"{}\" is neither a number nor a range A..B", options.seeds));
  }
  const absl::StatusOr<Shard> shard = ChosenShard(options.shard, job->environment);
  if (!shard.ok()) return shard.status();
  job->campaign.seeds.shard = *shard;
  if (!options.time.empty()) {
    job->campaign.time_limit = ParseDuration(options.time);
    if (!job->campaign.time_limit.has_value()) {
      return refuse(fmt::format("--time \"{}\" is not a duration like 90s, 10m or 2h", options.time));
    }
  }
  const auto shrink_time = ParseDuration(options.shrink_time);
  if (!shrink_time.has_value()) {
    return refuse(
        fmt::format("--shrink-time \"{}\" is not a duration like 90s, 10m or 2h", options.shrink_time));
  }
  if (!options.no_shrink) {
    job->shrink = ShrinkSettings{options.out, *shrink_time, options.shrink_runs, job->campaign.interrupted};
  }
  return absl::OkStatus();
}

ExitStatus RunScenarios(const RunOptions& options) {
  const InterruptWatch interrupt;
  RunJob job{options, CampaignOptions(), std::nullopt, ReadEnvironment()};
  job.campaign.interrupted = [&interrupt] { return interrupt.Requested(); };
  if (const absl::Status read = ReadOptions(options, &job); !read.ok()) return Refuse("run", read);
  absl::StatusOr<std::vector<Scenario>> scenarios = FindScenarios(options.scenarios, options.folder);
  if (!scenarios.ok()) return Refuse("run", scenarios.status());
  const std::vector<std::string> junit(options.junit.empty() ? 0 : 1, options.junit);
  const JobOutputs outputs(job.environment, junit, options.json);
  if (const absl::Status checked = outputs.Check(); !checked.ok()) return Refuse("run", checked);
  Job done;
  done.name = "run";
  done.started = UtcNow();
  done.shard = job.campaign.seeds.shard;
  done.jobs = options.jobs;
  done.first_seed = job.campaign.seeds.first;
  const absl::StatusOr<ExitStatus> worst = RunAll(job, *std::move(scenarios), outputs, &done);
  if (!worst.ok()) return Refuse("run", worst.status());
  if (done.interrupted) std::fputs(FormatInterrupted(job, done).c_str(), options.json ? stderr : stdout);
  return *worst;
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
  AddShardOption(command, &options->shard, "the seeds");
  command->add_option("--scenarios", options->folder, "Folder of scenario files (default: ./scenarios)");
  command->add_flag("--keep-going", options->keep_going, "Go on after a violation");
  command->add_flag("--no-shrink", options->no_shrink, "Leave failures as they are, and write no files");
  command->add_option("--out", options->out, "Folder for what is kept of failures")->capture_default_str();
  command->add_option("--shrink-time", options->shrink_time, "CPU time to shrink one failure")
      ->capture_default_str();
  command->add_option("--shrink-runs", options->shrink_runs, "Most runs to shrink one failure")
      ->capture_default_str();
  AddJUnitOption(command, &options->junit);
  command->add_flag("--json", options->json, "One JSON object per scenario");
  command->footer(
      "Example:\n"
      "  fencepost run catalog-race watchers --seeds 1..5000 --jobs 2\n\n"
      "The first failure of each kind is made small and written to OUT/SCENARIO-INVARIANT-SEED.repro, with\n"
      "its page (.html), story and trace beside it.\n"
      "The shards of a job are disjoint, and all together are the whole job. A scenario that has to be\n"
      "caught is one shard's alone, with all of its seeds.\n"
      "Ctrl-C ends with the summary so far, and the command that goes on; the status is that of what was "
      "run.\n"
      "Exit status: 0 all as expected, 1 a violation or an expectation not met, 2 bad input,\n"
      "3 the harness is at fault.");
  command->callback([options, exit_status] { *exit_status = RunScenarios(*options); });
}

}  // namespace fencepost::sim::cli
