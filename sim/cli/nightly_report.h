// What a nightly says while it runs, and leaves in its folder: summary.txt and index.html for people,
// results.jsonl and junit.xml for machines. All are up to date after every scenario.
#pragma once

#include <absl/status/status.h>

#include <fstream>
#include <string>

#include "sim/cli/job.h"
#include "sim/cli/job_outputs.h"

namespace fencepost::sim::cli {

class NightlyReport {
 public:
  // Empty `folder`: nothing is left but what `junit` (may be empty) names. `json`: print JSON, not text.
  NightlyReport(std::string folder, const std::string& junit, bool json, const Environment& environment);

  // Makes the folder and opens its files. PermissionDenied when that fails; to be called first.
  absl::Status Open();

  // Print the newest result of the job, and bring the files up to date. PermissionDenied as above.
  absl::Status AddRegression(const Job& job);
  absl::Status AddScenario(const Job& job);

  // What is left to say at the end: what was not run, where the report lies, and what GitHub is told.
  absl::Status Finish(const Job& job);

 private:
  absl::Status Add(const Job& job, const std::string& text, const std::string& json,
                   const std::string& more_text);
  absl::Status WriteFiles(const Job& job);

  std::string folder_;
  bool json_;
  bool colours_;
  JobOutputs outputs_;
  std::ofstream summary_;
  std::ofstream results_;
};

}  // namespace fencepost::sim::cli
