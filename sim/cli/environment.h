// What the environment says that this program heeds, read in one place.
//
//     GITHUB_ACTIONS, GITHUB_STEP_SUMMARY, GITHUB_WORKSPACE     set by GitHub's runners
//     GTEST_TOTAL_SHARDS, GTEST_SHARD_INDEX, GTEST_SHARD_STATUS_FILE   GoogleTest's; Bazel and others set
//     them NO_COLOR, TERM                                            no colours when the first is not empty
#pragma once

#include <optional>
#include <string>

namespace fencepost::sim::cli {

struct Environment {
  bool in_github_actions = false;
  std::string github_step_summary;  // a file to append Markdown to; empty: none
  std::string github_workspace;     // the checkout that annotations are relative to
  std::optional<std::string> gtest_total_shards;
  std::optional<std::string> gtest_shard_index;
  std::string gtest_shard_status_file;  // to be created by who heeds the two above; empty: nobody asks
  bool wants_colours = true;
};

Environment ReadEnvironment();

}  // namespace fencepost::sim::cli
