#include "sim/cli/nightly_report.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>
#include <vector>

#include "sim/cli/campaign_report.h"
#include "sim/cli/job_page.h"
#include "sim/cli/terminal.h"
#include "sim/cli/write_file.h"
#include "sim/core/report/json_text.h"

namespace fencepost::sim::cli {
namespace {

constexpr char kSummary[] = "summary.txt";
constexpr char kResults[] = "results.jsonl";
constexpr char kJUnit[] = "junit.xml";
constexpr char kIndex[] = "index.html";

std::string In(const std::string& folder, const char* file) {
  return (std::filesystem::path(folder) / file).string();
}

std::vector<std::string> JUnitFiles(const std::string& folder, const std::string& asked) {
  std::vector<std::string> files;
  if (!asked.empty()) files.push_back(asked);
  if (!folder.empty()) files.push_back(In(folder, kJUnit));
  return files;
}

std::string FormatResult(const ScenarioResult& result) {
  if (!result.not_run.empty()) return fmt::format("     {}: {}\n", result.scenario.name, result.not_run);
  if (result.IsAsExpected() && !result.campaign.failures.empty()) return "ok   " + FormatCatch(result);
  std::string text =
      fmt::format("{} {}", result.IsAsExpected() ? "ok  " : "FAIL", FormatSummary(result.campaign));
  for (const Failure& failure : result.campaign.failures) {
    text += FormatFailure(result.scenario, failure, result.argument);
    for (const ShrunkFailure& smaller : result.shrunk) {
      if (smaller.repro.seed == failure.seed) text += FormatShrunk(smaller, result.argument);
    }
  }
  for (const std::string& sentence : result.unmet) text += fmt::format("  not as expected: {}\n", sentence);
  if (result.campaign.nondeterminism.has_value()) {
    text += fmt::format("  the harness is at fault, two executions of one run differ: {}\n",
                        *result.campaign.nondeterminism);
  }
  if (!result.not_shrunk.empty()) text += fmt::format("  not shrunk: {}\n", result.not_shrunk);
  return text;
}

// What an interrupted nightly did not get to, and how to make up for it.
std::string FormatInterrupted(const Job& job) {
  std::string names;
  for (const ScenarioResult& result : job.scenarios) {
    const bool is_open = !result.not_run.empty() || result.campaign.interrupted;
    if (is_open) names += " " + ShellWord(result.scenario.name);
  }
  if (names.empty()) return "interrupted after the last scenario\n";
  const std::string& folder = job.scenarios.front().argument.folder;
  return fmt::format("interrupted; what was not run to its end: fencepost run{}{} --seeds {}..{} --time 1m\n",
                     names, folder.empty() ? "" : " --scenarios " + ShellWord(folder), job.first_seed,
                     UINT64_MAX);
}

}  // namespace

NightlyReport::NightlyReport(std::string folder, const std::string& junit, bool json,
                             const Environment& environment)
    : folder_(std::move(folder)),
      json_(json),
      colours_(ColoursOnOutput(environment)),
      outputs_(environment, JUnitFiles(folder_, junit), json) {}

absl::Status NightlyReport::Open() {
  if (!folder_.empty()) {
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    if (!error) {
      summary_.open(In(folder_, kSummary));
      results_.open(In(folder_, kResults));
    }
    if (error || !summary_ || !results_) {
      return absl::PermissionDeniedError(fmt::format("--out {}: cannot write there: {}", folder_,
                                                     error ? error.message() : std::strerror(errno)));
    }
  }
  return outputs_.Check();
}

absl::Status NightlyReport::AddRegression(const Job& job) {
  const RegressionResult& newest = job.regressions.back();
  const nlohmann::ordered_json object = {
      {"regression", newest.path}, {"as_expected", newest.as_expected}, {"found", newest.found}};
  return Add(job, fmt::format("{} {}: {}\n", newest.as_expected ? "ok  " : "FAIL", newest.path, newest.found),
             JsonText(object), "");
}

absl::Status NightlyReport::AddScenario(const Job& job) {
  const ScenarioResult& newest = job.scenarios.back();
  const std::string coverage = newest.not_run.empty() ? FormatCoverage(newest.scenario, newest.campaign) : "";
  return Add(job, FormatResult(newest), CampaignAsJson(newest), coverage);
}

absl::Status NightlyReport::Add(const Job& job, const std::string& text, const std::string& json,
                                const std::string& more_text) {
  std::fputs(json_ ? (json + "\n").c_str() : (colours_ ? Coloured(text) : text).c_str(), stdout);
  std::fflush(stdout);
  if (!folder_.empty()) {
    summary_ << text << more_text << std::flush;
    results_ << json << '\n' << std::flush;
    if (!summary_.good() || !results_.good()) {
      return absl::PermissionDeniedError(fmt::format("--out {}: writing the report failed", folder_));
    }
  }
  return WriteFiles(job);
}

absl::Status NightlyReport::WriteFiles(const Job& job) {
  if (absl::Status written = outputs_.Write(job); !written.ok()) return written;
  if (folder_.empty()) return absl::OkStatus();
  return WriteWholeFile(In(folder_, kIndex), "the page",
                        JobAsPage(job, {{"summary", kSummary}, {"results", kResults}, {"JUnit", kJUnit}}));
}

absl::Status NightlyReport::Finish(const Job& job) {
  if (job.interrupted) std::fputs(FormatInterrupted(job).c_str(), json_ ? stderr : stdout);
  if (absl::Status written = WriteFiles(job); !written.ok()) return written;
  if (!folder_.empty() && !json_) {
    fmt::print("report: {}, {}, {} and {}\n", In(folder_, kIndex), kSummary, kResults, kJUnit);
  }
  return outputs_.TellGitHub(job);
}

}  // namespace fencepost::sim::cli
