// What `replay` leaves of a run beside its verdict: the trace, the page, the Chrome trace, the story.
#pragma once

#include <absl/status/status.h>

#include <CLI/App.hpp>
#include <string>

#include "sim/core/runtime/trace.h"
#include "sim/core/simulation/simulation.h"
#include "sim/world/scenario/scenario.h"

namespace fencepost::sim::cli {

struct ReportFiles {
  std::string trace;  // "-": standard output; as for the others, empty: none
  std::string html;
  std::string chrome_trace;
  bool story = false;  // on standard output

  bool NeedEvents() const { return !trace.empty() || !html.empty() || !chrome_trace.empty() || story; }
};

// Adds --trace, --html, --chrome-trace and --story.
void AddReportOptions(CLI::App* command, ReportFiles* files);

// Writes those that are asked for. `replay` is the command that makes this run. PermissionDenied, naming the
// file, when one cannot be written. REQUIRES: `trace` keeps events if files.NeedEvents().
absl::Status WriteReports(const ReportFiles& files, const Scenario& scenario, const RunOutcome& outcome,
                          const Trace& trace, const std::string& replay);

}  // namespace fencepost::sim::cli
