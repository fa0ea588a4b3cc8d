#include "sim/cli/environment.h"

#include <cstdlib>

namespace fencepost::sim::cli {
namespace {

std::optional<std::string> Variable(const char* name) {
  const char* const value = std::getenv(name);  // determinism: where a job runs, not what a run does
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace

Environment ReadEnvironment() {
  Environment environment;
  environment.in_github_actions = Variable("GITHUB_ACTIONS") == "true";
  environment.github_step_summary = Variable("GITHUB_STEP_SUMMARY").value_or("");
  environment.github_workspace = Variable("GITHUB_WORKSPACE").value_or("");
  environment.gtest_total_shards = Variable("GTEST_TOTAL_SHARDS");
  environment.gtest_shard_index = Variable("GTEST_SHARD_INDEX");
  environment.gtest_shard_status_file = Variable("GTEST_SHARD_STATUS_FILE").value_or("");
  environment.wants_colours = Variable("NO_COLOR").value_or("").empty() && Variable("TERM") != "dumb";
  return environment;
}

}  // namespace fencepost::sim::cli
