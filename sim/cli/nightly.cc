// `fencepost nightly`: the main job. The regression files first, then every scenario, the time shared out,
// and a summary that can be trusted: a fault or a mark that never happened fails it like a violation does.
#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <tuple>
#include <vector>

#include "sim/cli/campaign_report.h"
#include "sim/cli/commands.h"
#include "sim/cli/interrupt.h"
#include "sim/cli/scenario_argument.h"
#include "sim/cli/scenario_files.h"
#include "sim/cli/shrink_failures.h"
#include "sim/cli/terminal.h"
#include "sim/repro/regressions.h"
#include "sim/run/campaign.h"

namespace fencepost::sim::cli {
namespace {

struct NightlyOptions {
  std::string time = "60s";
  std::string folder;
  std::string out;
  std::uint64_t first_seed = 1;
  int jobs = 2;
  bool json = false;
};

ExitStatus Refuse(const std::string& what) {
  std::fprintf(stderr, "fencepost nightly: %s\n", what.c_str());
  return ExitStatus::kBadInput;
}

// What a nightly leaves behind: summary.txt for people, results.jsonl for machines.
class Report {
 public:
  // Empty `folder`: nothing is written.
  absl::Status Open(const std::string& folder) {
    if (folder.empty()) return absl::OkStatus();
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (!error) {
      summary_.open(std::filesystem::path(folder) / "summary.txt");
      results_.open(std::filesystem::path(folder) / "results.jsonl");
    }
    if (error || !summary_ || !results_) {
      return absl::PermissionDeniedError(fmt::format("--out {}: cannot write there: {}", folder,
                                                     error ? error.message() : std::strerror(errno)));
    }
    return absl::OkStatus();
  }

  void Add(const std::string& text, const std::string& json) {
    summary_ << text << std::flush;
    results_ << json << '\n' << std::flush;
  }

  bool good() const { return summary_.good() && results_.good(); }

 private:
  std::ofstream summary_;
  std::ofstream results_;
};

std::string FormatResult(const Scenario& scenario, const Campaign& campaign, const ScenarioArgument& argument,
                         const std::vector<ShrunkFailure>& shrunk, const std::vector<std::string>& unmet) {
  if (unmet.empty() && !campaign.nondeterminism.has_value() && !campaign.failures.empty()) {
    const Failure& caught = campaign.failures.front();
    return fmt::format("ok   {}: caught, as it must be, by {} at seed {}: {}\n", scenario.name,
                       caught.outcome.violation->invariant, caught.seed, caught.outcome.violation->sentence);
  }
  std::string text = fmt::format("{} {}", unmet.empty() && !campaign.nondeterminism ? "ok  " : "FAIL",
                                 FormatSummary(campaign));
  for (const Failure& failure : campaign.failures) {
    text += FormatFailure(scenario, failure, argument);
    for (const ShrunkFailure& smaller : shrunk) {
      if (smaller.repro.seed == failure.seed) text += FormatShrunk(smaller, argument);
    }
  }
  for (const std::string& sentence : unmet) text += fmt::format("  not as expected: {}\n", sentence);
  if (campaign.nondeterminism.has_value()) {
    text += fmt::format("  the harness is at fault, two executions of one run differ: {}\n",
                        *campaign.nondeterminism);
  }
  return text;
}

void Show(const std::string& text, const std::string& json, bool as_json, Report* report,
          const std::string& more_text = "") {
  std::fputs((as_json ? json + "\n" : text).c_str(), stdout);
  std::fflush(stdout);
  report->Add(text + more_text, json);
}

// What has failed once is looked at first.
ExitStatus NightlyOfRegressions(const std::string& folder, bool json, Report* report) {
  ExitStatus worst = ExitStatus::kAsExpected;
  for (const std::string& path : RegressionFiles(folder)) {
    const absl::StatusOr<RegressionCheck> check = CheckRegression(path, folder);
    const bool as_expected = check.ok() && check->as_expected;
    const std::string what = check.ok() ? check->text : std::string(check.status().message()) + "\n";
    const nlohmann::ordered_json object = {
        {"regression", path}, {"as_expected", as_expected}, {"found", what.substr(0, what.size() - 1)}};
    Show(fmt::format("{} {}: {}", as_expected ? "ok  " : "FAIL", path, what), object.dump(), json, report);
    const ExitStatus status = check.ok() ? ExitStatus::kViolation : ExitStatus::kBadInput;
    if (!as_expected) worst = std::max(worst, status);
  }
  return worst;
}

// `shrink` may be null: then failures are left as they are.
ExitStatus NightlyOf(const Scenario& scenario, const ScenarioArgument& argument,
                     const CampaignOptions& shared, const ShrinkSettings* shrink, bool json, Report* report) {
  CampaignOptions options = shared;
  Campaign campaign;
  {
    ProgressLine line(scenario.name, UINT64_MAX, options.time_limit);
    options.progress = [&line](const CampaignProgress& progress) { line.Show(progress); };
    campaign = RunCampaign(scenario, options);
  }
  const std::vector<std::string> unmet = Unmet(scenario, campaign, true);
  absl::StatusOr<std::vector<ShrunkFailure>> shrunk = std::vector<ShrunkFailure>();
  if (shrink != nullptr && !unmet.empty()) shrunk = ShrinkFirstOfEachClass(scenario, campaign, *shrink);
  const std::vector<ShrunkFailure> smaller = shrunk.ok() ? *shrunk : std::vector<ShrunkFailure>();
  std::string text = FormatResult(scenario, campaign, argument, smaller, unmet);
  if (!shrunk.ok()) text += fmt::format("  not shrunk: {}\n", std::string(shrunk.status().message()));
  Show(text, CampaignAsJson(scenario, campaign, argument, smaller, unmet), json, report,
       FormatCoverage(scenario, campaign));
  if (campaign.nondeterminism.has_value()) return ExitStatus::kHarnessAtFault;
  if (shrunk.status().code() == absl::StatusCode::kInternal) return ExitStatus::kHarnessAtFault;
  return unmet.empty() ? ExitStatus::kAsExpected : ExitStatus::kViolation;
}

ExitStatus Nightly(const NightlyOptions& options) {
  const auto time = ParseDuration(options.time);
  if (!time.has_value())
    return Refuse(fmt::format("--time \"{}\" is not a duration like 90s, 10m or 2h", options.time));
  absl::StatusOr<std::vector<Scenario>> scenarios = AllScenarios(options.folder);
  if (!scenarios.ok()) return Refuse(std::string(scenarios.status().message()));
  Report report;
  if (const absl::Status opened = report.Open(options.out); !opened.ok()) {
    return Refuse(std::string(opened.message()));
  }

  CampaignOptions campaign;
  campaign.clock = RealNow;
  const InterruptWatch interrupt;
  campaign.interrupted = [&interrupt] { return interrupt.Requested(); };
  campaign.jobs = options.jobs;
  campaign.seeds.first = options.first_seed;
  campaign.seeds.last = UINT64_MAX;
  ShrinkSettings shrink;
  shrink.out = options.out;
  shrink.interrupted = campaign.interrupted;
  ExitStatus worst = NightlyOfRegressions(*ScenarioFolder(options.folder), options.json, &report);
  // What is expected to be caught is, soon, and leaves its time to the others.
  std::sort(scenarios->begin(), scenarios->end(), [](const Scenario& a, const Scenario& b) {
    return std::tuple(a.expect.empty(), a.name) < std::tuple(b.expect.empty(), b.name);
  });
  const std::chrono::nanoseconds end = RealNow() + *time;
  for (std::size_t i = 0; i < scenarios->size(); ++i) {
    const Scenario& scenario = (*scenarios)[i];
    const std::chrono::nanoseconds left = std::max(end - RealNow(), std::chrono::nanoseconds(0));
    campaign.time_limit = left / static_cast<std::int64_t>(scenarios->size() - i);
    const ScenarioArgument argument{scenario.name, options.folder};
    const ExitStatus status = NightlyOf(scenario, argument, campaign, options.out.empty() ? nullptr : &shrink,
                                        options.json, &report);
    worst = std::max(worst, status);
    if (interrupt.Requested()) break;
  }
  if (!options.out.empty()) {
    if (!report.good()) return Refuse(fmt::format("--out {}: writing the report failed", options.out));
    if (!options.json) fmt::print("report: {}/summary.txt and results.jsonl\n", options.out);
  }
  return worst;
}

}  // namespace

void AddNightly(CLI::App& program, ExitStatus* exit_status) {
  CLI::App* const command =
      program.add_subcommand("nightly", "The main job: every scenario over as many seeds as the time allows");
  const auto options = std::make_shared<NightlyOptions>();
  command->add_option("--time", options->time, "Time for all scenarios together, e.g. 90s, 10m, 2h")
      ->capture_default_str();
  command->add_option(
      "--out", options->out,
      "Folder to write summary.txt, results.jsonl and the .repro files of shrunk failures to");
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
      "Fails on a violation, on an expectation not met, and when a fault or a mark of a scenario never\n"
      "happened. Exit status: 0 all as expected, 1 not, 2 bad input, 3 the harness is at fault.");
  command->callback([options, exit_status] { *exit_status = Nightly(*options); });
}

}  // namespace fencepost::sim::cli
