// Runs the `fencepost` program as a user does, and keeps what it said.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <string>

#include "tests/support/scratch_path.h"

namespace fencepost {

struct ProgramRun {
  int exit_status = -1;
  std::string output;
};

// `redirect` says what becomes of standard error: by default it joins the output.
inline ProgramRun RunShell(const std::string& command, const std::string& redirect = "2>&1") {
  ProgramRun run;
  std::FILE* const pipe = popen((command + " " + redirect).c_str(), "r");
  if (pipe == nullptr) {
    ADD_FAILURE() << "cannot run " << command;
    return run;
  }
  char chunk[4096];
  while (const std::size_t size = std::fread(chunk, 1, sizeof(chunk), pipe)) run.output.append(chunk, size);
  const int status = pclose(pipe);
  run.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return run;
}

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
