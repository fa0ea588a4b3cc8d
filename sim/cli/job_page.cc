#include "sim/cli/job_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "sim/cli/coverage.h"
#include "sim/core/report/nightly_page.h"
#include "sim/core/simulation/violation.h"

namespace fencepost::sim::cli {
namespace {

namespace fs = std::filesystem;

PageVerdict VerdictOf(const ScenarioResult& result) {
  if (!result.not_run.empty()) return PageVerdict::kNotRun;
  if (!result.IsAsExpected()) return PageVerdict::kNotAsExpected;
  return result.campaign.interrupted ? PageVerdict::kCutShort : PageVerdict::kAsExpected;
}

PageFailure FailureOf(const ScenarioResult& result, const Failure& failure) {
  PageFailure one;
  one.failure_class = ClassOf(*failure.outcome.violation);
  one.sentence = failure.outcome.violation->sentence;
  one.replay = ReplaySeedCommand(result.argument, failure.seed);
  for (const ShrunkFailure& shrunk : result.shrunk) {
    if (shrunk.repro.seed != failure.seed) continue;
    one.shrunk =
        fmt::format("shrunk: {}: {}", FormatShrink(shrunk.shrink, shrunk.cpu), shrunk.repro.sentence);
    one.replay = ReplayFileCommand(result.argument, shrunk.path);
    for (const FailureFile& file : FilesOf(shrunk)) {
      one.links.emplace_back(file.what, fs::path(file.path).filename().string());
    }
  }
  return one;
}

void AddCounts(const ScenarioResult& result, PageScenario* page) {
  for (const NamedCount& fault : FaultCounts(result.scenario, result.campaign)) {
    page->faults.push_back(PageCount{std::string(fault.name), fault.times});
  }
  for (const NamedCount& mark : MarkCounts(result.scenario, result.campaign)) {
    page->marks.push_back(PageCount{std::string(mark.name), mark.times});
  }
}

// What is not as expected, but for the violations: they are told one by one.
std::vector<std::string> UnmetBeside(const ScenarioResult& result) {
  std::vector<std::string> sentences;
  for (const std::string& sentence : result.unmet) {
    const bool is_told = std::ranges::any_of(result.campaign.failures, [&sentence](const Failure& failure) {
      return sentence.starts_with(fmt::format("seed {} violated ", failure.seed));
    });
    if (!is_told) sentences.push_back(sentence);
  }
  return sentences;
}

PageScenario ScenarioOf(const ScenarioResult& result) {
  constexpr std::size_t kMostFailures = 20;
  const Campaign& campaign = result.campaign;
  PageScenario page;
  page.name = result.scenario.name;
  page.summary = result.scenario.summary;
  page.expects = FormatExpectation(result.scenario);
  page.must_be_caught = !result.scenario.expect.empty();
  page.verdict = VerdictOf(result);
  page.unmet = UnmetBeside(result);
  if (campaign.nondeterminism.has_value()) {
    page.unmet.push_back("the harness is at fault, two executions of one run differ: " +
                         *campaign.nondeterminism);
  }
  page.not_run = result.not_run;
  page.first_seed = result.first_seed;
  page.runs = campaign.runs;
  page.twin_runs = campaign.twin_runs;
  page.steps = campaign.steps;
  page.violations = campaign.violations;
  page.simulated = campaign.simulated;
  page.elapsed = campaign.elapsed;
  // What ends at its first violation has no time to reach everything.
  page.counts_must_be_positive = result.judges_coverage && !page.must_be_caught && !campaign.interrupted;
  if (result.not_run.empty()) AddCounts(result, &page);
  for (const Failure& failure : campaign.failures) {
    if (page.failures.size() == kMostFailures) break;
    page.failures.push_back(FailureOf(result, failure));
    const bool is_expected = Expects(result.scenario, failure.outcome.violation->invariant);
    if (is_expected && page.caught_at_seed == 0) page.caught_at_seed = failure.seed;
  }
  page.runs_to_failure = result.runs_to_failure;
  return page;
}

}  // namespace

std::string JobAsPage(const Job& job, const std::vector<std::pair<std::string, std::string>>& links) {
  NightlyPage page;
  page.command = job.command;
  page.started = job.started;
  page.elapsed = job.elapsed;
  if (!job.shard.IsWhole()) page.note = fmt::format("This is part {} of the job. ", FormatShard(job.shard));
  if (job.interrupted) page.note += "Interrupted: not everything was run.";
  for (const ScenarioResult& result : job.scenarios) page.scenarios.push_back(ScenarioOf(result));
  for (const RegressionResult& regression : job.regressions) {
    page.regressions.push_back(PageRegression{
        fs::path(regression.path).filename().string(),
        regression.as_expected ? PageVerdict::kAsExpected : PageVerdict::kNotAsExpected, regression.found});
  }
  page.links = links;
  return RenderNightlyPage(page);
}

}  // namespace fencepost::sim::cli
