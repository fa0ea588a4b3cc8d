#include "sim/cli/job_junit.h"

#include <fmt/format.h>

#include <utility>

#include "sim/cli/campaign_report.h"
#include "sim/cli/checks.h"
#include "sim/cli/coverage.h"
#include "sim/cli/terminal.h"
#include "sim/core/report/junit.h"

namespace fencepost::sim::cli {
namespace {

constexpr char kPackage[] = "fencepost";

JUnitResult ResultOf(CheckVerdict verdict) {
  switch (verdict) {
    case CheckVerdict::kHolds:
      return JUnitResult::kPassed;
    case CheckVerdict::kOpen:
      return JUnitResult::kSkipped;
    case CheckVerdict::kFails:
      return JUnitResult::kFailed;
    case CheckVerdict::kHarnessAtFault:
      return JUnitResult::kError;
  }
  return JUnitResult::kError;
}

JUnitCase CaseOf(const Check& check, const std::string& suite) {
  JUnitCase one;
  one.name = check.name;
  one.classname = fmt::format("{}.{}", kPackage, suite);
  one.time = check.elapsed;
  one.result = ResultOf(check.verdict);
  one.type = check.kind;
  one.message = check.sentence;
  one.text = check.text;
  if (!check.replay.empty()) one.text += fmt::format("\nreplay: {}\n", check.replay);
  return one;
}

void AddCounts(const ScenarioResult& result, JUnitSuite* suite) {
  for (const NamedCount& fault : FaultCounts(result.scenario, result.campaign)) {
    suite->properties.emplace_back(fmt::format("fault.{}", fault.name), std::to_string(fault.times));
  }
  for (const NamedCount& mark : MarkCounts(result.scenario, result.campaign)) {
    suite->properties.emplace_back(fmt::format("mark.{}", mark.name), std::to_string(mark.times));
  }
}

JUnitSuite SuiteOf(const Job& job, const ScenarioResult& result) {
  const Campaign& campaign = result.campaign;
  JUnitSuite suite;
  suite.name = result.scenario.name;
  suite.time = campaign.elapsed;
  for (const Check& check : ChecksOf(result)) suite.cases.push_back(CaseOf(check, suite.name));
  suite.properties = {{"expect", FormatExpectation(result.scenario)},
                      {"shard", FormatShard(job.shard)},
                      {"jobs", std::to_string(job.jobs)}};
  if (!result.not_run.empty()) return suite;
  const double seconds = std::chrono::duration<double>(campaign.elapsed).count();
  const double rate = seconds > 0 ? static_cast<double>(campaign.runs) / seconds : 0;
  suite.properties.insert(
      suite.properties.end(),
      {{"first_seed", std::to_string(result.first_seed)},
       {"next_seed", campaign.next_seed.has_value() ? std::to_string(*campaign.next_seed) : ""},
       {"runs", std::to_string(campaign.runs)},
       {"runs_per_second", fmt::format("{:.1f}", rate)},
       {"twin_runs", std::to_string(campaign.twin_runs)},
       {"violations", std::to_string(campaign.violations)},
       {"steps", std::to_string(campaign.steps)},
       {"simulated_seconds",
        fmt::format("{:.3f}", std::chrono::duration<double>(campaign.simulated).count())}});
  AddCounts(result, &suite);
  suite.said = FormatSummary(campaign) + FormatCatch(result) + FormatCoverage(result.scenario, campaign);
  return suite;
}

JUnitSuite SuiteOfRegressions(const Job& job) {
  JUnitSuite suite;
  suite.name = "regressions";
  for (const RegressionResult& regression : job.regressions) {
    suite.time += regression.elapsed;
    suite.cases.push_back(CaseOf(CheckOf(regression), suite.name));
    suite.said += fmt::format("{}: {}\n", regression.path, regression.found);
  }
  return suite;
}

}  // namespace

std::string JobAsJUnit(const Job& job) {
  JUnitReport report;
  report.package = kPackage;
  report.hostname = HostName();
  report.started = job.started;
  if (!job.regressions.empty()) report.suites.push_back(SuiteOfRegressions(job));
  for (const ScenarioResult& result : job.scenarios) report.suites.push_back(SuiteOf(job, result));
  return FormatJUnit(report);
}

}  // namespace fencepost::sim::cli
