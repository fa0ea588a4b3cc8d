// `fencepost replay FILE.repro`.
#pragma once

#include <cstdint>
#include <string>

#include "sim/cli/exit_status.h"
#include "sim/cli/report_files.h"

namespace fencepost::sim::cli {

struct ReplayFileOptions {
  std::string path;
  std::string scenario;  // the scenario's file, instead of the one that the repro names; may be empty
  std::string folder;    // of scenarios; may be empty
  ReportFiles reports;
  std::uint64_t until = 0;  // stop after this step; 0: do not
  bool json = false;
};

// kAsExpected: fixed. kViolation: still fails, or fails otherwise. kBadInput: a bad file, or a stale one.
ExitStatus ReplayFile(const ReplayFileOptions& options);

}  // namespace fencepost::sim::cli
