// What a job found out: a `run` or a `nightly` as data, from which everything that it leaves is made: what it
// prints, JUnit XML, GitHub's annotations and summary, the page.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/cli/scenario_argument.h"
#include "sim/cli/shrink_failures.h"
#include "sim/core/campaign/campaign.h"
#include "sim/core/campaign/runs_to_failure.h"
#include "sim/world/scenario/scenario.h"

namespace fencepost::sim::cli {

struct ScenarioResult {
  Scenario scenario;
  ScenarioArgument argument;
  std::string file;             // the scenario's path
  std::string not_run;          // why it was not run; empty: it was
  bool judges_coverage = true;  // faults and marks that never happened are held against it
  std::uint64_t first_seed = 1;
  Campaign campaign;
  std::vector<std::string> unmet;
  std::vector<ShrunkFailure> shrunk;
  std::string not_shrunk;         // why; empty: nothing went wrong
  RunsToFailure runs_to_failure;  // of a scenario that has to be caught

  bool IsAsExpected() const { return unmet.empty() && !campaign.nondeterminism.has_value(); }
};

struct RegressionResult {
  std::string path;
  bool as_expected = false;
  bool is_readable = true;  // the file and its scenario
  std::string found;
  std::string replay;  // the command
  std::chrono::nanoseconds elapsed{0};
};

struct Job {
  std::string name;     // "run" or "nightly"
  std::string command;  // as the user typed it
  std::string started;  // UTC, as 2026-01-31T23:59:59
  std::chrono::nanoseconds elapsed{0};
  Shard shard;
  int jobs = 1;
  std::uint64_t first_seed = 1;
  bool interrupted = false;
  std::vector<RegressionResult> regressions;
  std::vector<ScenarioResult> scenarios;
};

// Whether the scenario expects a violation of this invariant.
inline bool Expects(const Scenario& scenario, const std::string& invariant) {
  for (const std::string& expected : scenario.expect) {
    if (expected == invariant) return true;
  }
  return false;
}

}  // namespace fencepost::sim::cli
