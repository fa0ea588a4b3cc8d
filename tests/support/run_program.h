// Runs the `fencepost` program as a user does, and keeps what it said.
#pragma once

#include <string>

#include "tests/support/run_shell.h"
#include "tests/support/scratch_path.h"  // IWYU pragma: export

namespace fencepost {

// The program under test, without what it would heed of an environment that means the tests: CI's,
// GoogleTest's. `variables` are set for it, as a shell has them: "NAME=value NAME=value".
inline std::string ProgramCommand(const std::string& arguments, const std::string& variables = "") {
  return "env -u GITHUB_ACTIONS -u GITHUB_STEP_SUMMARY -u GITHUB_WORKSPACE -u GTEST_TOTAL_SHARDS "
         "-u GTEST_SHARD_INDEX -u GTEST_SHARD_STATUS_FILE " +
         variables + " " + FENCEPOST_PROGRAM + " " + arguments;
}

inline ProgramRun RunProgram(const std::string& arguments, const std::string& redirect = "2>&1") {
  return RunShell(ProgramCommand(arguments), redirect);
}

}  // namespace fencepost
