#include "sim/cli/job_outputs.h"

#include <cstdio>

#include "sim/cli/job_github.h"
#include "sim/cli/job_junit.h"
#include "sim/cli/write_file.h"

namespace fencepost::sim::cli {
namespace {

constexpr char kWhat[] = "JUnit XML";

}  // namespace

void AddJUnitOption(CLI::App* command, std::string* path) {
  command->add_option("--junit", *path, "Write what was checked, for CI servers, to this file");
}

absl::Status JobOutputs::Check() const {
  for (const std::string& path : junit_) {
    if (absl::Status status = CheckWritable(path, kWhat); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status JobOutputs::Write(const Job& job) const {
  if (junit_.empty()) return absl::OkStatus();
  const std::string text = JobAsJUnit(job);
  for (const std::string& path : junit_) {
    if (absl::Status status = WriteWholeFile(path, kWhat, text); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status JobOutputs::TellGitHub(const Job& job) const {
  if (!environment_.in_github_actions) return absl::OkStatus();
  std::fflush(stdout);
  // The runner reads commands from both.
  std::FILE* const commands = json_ ? stderr : stdout;
  std::fputs(JobAsAnnotations(job, environment_).c_str(), commands);
  std::fflush(commands);
  if (environment_.github_step_summary.empty()) return absl::OkStatus();
  return AppendToFile(environment_.github_step_summary, "the step summary", JobAsStepSummary(job));
}

}  // namespace fencepost::sim::cli
