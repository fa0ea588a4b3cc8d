// Runs a command line, and keeps what it said.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <string>

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

}  // namespace fencepost
