#include "sim/cli/checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "sim/cli/campaign_report.h"
#include "sim/cli/coverage.h"
#include "sim/core/simulation/violation.h"

namespace fencepost::sim::cli {
namespace {

const ShrunkFailure* ShrunkOf(const ScenarioResult& result, const Failure& failure) {
  const auto found = std::ranges::find_if(
      result.shrunk, [&failure](const ShrunkFailure& one) { return one.repro.seed == failure.seed; });
  return found == result.shrunk.end() ? nullptr : &*found;
}

// A failed check that a violation is the reason of; with its story, if there is one.
void Blame(const ScenarioResult& result, const Failure& failure, Check* check) {
  const ShrunkFailure* const shrunk = ShrunkOf(result, failure);
  check->verdict = CheckVerdict::kFails;
  check->kind = ClassOf(*failure.outcome.violation);
  check->sentence = failure.outcome.violation->sentence;
  check->text = FormatFailure(result.scenario, failure, result.argument);
  check->replay = ReplaySeedCommand(result.argument, failure.seed);
  if (shrunk == nullptr) return;
  check->text += FormatShrunk(*shrunk, result.argument) + "\n" + shrunk->story;
  check->replay = ReplayFileCommand(result.argument, shrunk->path);
  check->file = shrunk->path;
}

Check NewCheck(const ScenarioResult& result, std::string name) {
  Check check;
  check.name = std::move(name);
  check.file = result.file;
  return check;
}

// Two executions of one run are the same; carries the time, for all of it is spent on runs.
Check RepeatsExactly(const ScenarioResult& result) {
  Check check = NewCheck(result, "repeats exactly");
  check.elapsed = result.campaign.elapsed;
  if (!result.campaign.nondeterminism.has_value()) return check;
  check.verdict = CheckVerdict::kHarnessAtFault;
  check.kind = "nondeterminism";
  check.sentence = "two executions of one run differ";
  check.text = *result.campaign.nondeterminism;
  return check;
}

Check Holds(const ScenarioResult& result, const std::string& invariant) {
  Check check = NewCheck(result, invariant);
  std::uint64_t others = 0;
  for (const Failure& failure : result.campaign.failures) {
    if (failure.outcome.violation->invariant != invariant) continue;
    if (check.verdict != CheckVerdict::kFails) {
      Blame(result, failure, &check);
    } else if (++others <= 10) {
      check.text += fmt::format("\nalso seed {}: {}\n", failure.seed, failure.outcome.violation->sentence);
    }
  }
  if (check.verdict != CheckVerdict::kFails && result.campaign.interrupted) {
    check.verdict = CheckVerdict::kOpen;
    check.sentence = fmt::format("interrupted after {} runs, which did not violate it", result.campaign.runs);
  }
  return check;
}

Check IsCaught(const ScenarioResult& result) {
  Check check = NewCheck(result, "is caught");
  bool is_caught = false;
  for (const Failure& failure : result.campaign.failures) {
    if (Expects(result.scenario, failure.outcome.violation->invariant)) {
      is_caught = true;
    } else {
      Blame(result, failure, &check);
      return check;
    }
  }
  if (is_caught) return check;
  const std::string sentence = fmt::format("none of {} runs violated {}, as this scenario is expected to",
                                           result.campaign.runs, FormatExpectation(result.scenario));
  check.verdict = result.campaign.interrupted ? CheckVerdict::kOpen : CheckVerdict::kFails;
  check.kind = "not-caught";
  check.sentence = result.campaign.interrupted ? "interrupted: " + sentence : sentence;
  check.text = sentence + "\n" + FormatSummary(result.campaign);
  return check;
}

Check Happens(const ScenarioResult& result, std::string name, std::uint64_t times) {
  Check check = NewCheck(result, std::move(name));
  if (times > 0) return check;
  check.verdict = result.campaign.interrupted ? CheckVerdict::kOpen : CheckVerdict::kFails;
  check.kind = "never-happened";
  check.sentence =
      fmt::format("never in {} runs, which therefore prove nothing about it", result.campaign.runs);
  check.text = check.sentence + "\n" + FormatCoverage(result.scenario, result.campaign);
  return check;
}

void AddCoverage(const ScenarioResult& result, std::vector<Check>* checks) {
  for (const NamedCount& fault : FaultCounts(result.scenario, result.campaign)) {
    checks->push_back(Happens(result, fmt::format("fault {} fires", fault.name), fault.times));
  }
  for (const NamedCount& mark : MarkCounts(result.scenario, result.campaign)) {
    checks->push_back(Happens(result, fmt::format("mark {} is reached", mark.name), mark.times));
  }
}

}  // namespace

std::vector<Check> ChecksOf(const ScenarioResult& result) {
  std::vector<Check> checks;
  if (!result.not_run.empty()) {
    Check check = NewCheck(result, "is run");
    check.verdict = CheckVerdict::kOpen;
    check.sentence = result.not_run;
    checks.push_back(std::move(check));
    return checks;
  }
  checks.push_back(RepeatsExactly(result));
  if (!result.scenario.expect.empty()) {
    checks.push_back(IsCaught(result));
    return checks;
  }
  for (const std::string& invariant : result.scenario.invariants) checks.push_back(Holds(result, invariant));
  if (result.judges_coverage) AddCoverage(result, &checks);
  return checks;
}

Check CheckOf(const RegressionResult& result) {
  Check check;
  check.name = std::filesystem::path(result.path).stem().string();
  check.file = result.path;
  check.elapsed = result.elapsed;
  if (result.as_expected) return check;
  check.verdict = result.is_readable ? CheckVerdict::kFails : CheckVerdict::kHarnessAtFault;
  check.kind = result.is_readable ? "regression" : "unreadable";
  check.sentence = result.found.substr(0, result.found.find('\n'));
  check.text = result.found;
  check.replay = result.replay;
  return check;
}

}  // namespace fencepost::sim::cli
