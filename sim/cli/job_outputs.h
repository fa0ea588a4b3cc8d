// What `run` and `nightly` leave for CI: JUnit XML in a file, and what GitHub Actions is told when the job
// runs there.
#pragma once

#include <absl/status/status.h>

#include <CLI/App.hpp>
#include <string>
#include <vector>

#include "sim/cli/environment.h"
#include "sim/cli/job.h"

namespace fencepost::sim::cli {

// Adds --junit.
void AddJUnitOption(CLI::App* command, std::string* path);

class JobOutputs {
 public:
  // `junit` are the files to write; `json`: standard output is for machines, nothing else may be printed
  // there.
  JobOutputs(Environment environment, std::vector<std::string> junit, bool json)
      : environment_(std::move(environment)), junit_(std::move(junit)), json_(json) {}

  // PermissionDenied when a file cannot be written: to be known before the job begins.
  absl::Status Check() const;

  // Writes the files anew, as of now: whoever looks sees a whole file, also if the job is killed later.
  absl::Status Write(const Job& job) const;

  // Annotations and the step summary, once, at the end; nothing outside of GitHub Actions.
  absl::Status TellGitHub(const Job& job) const;

 private:
  Environment environment_;
  std::vector<std::string> junit_;
  bool json_;
};

}  // namespace fencepost::sim::cli
