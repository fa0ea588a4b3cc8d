#include "sim/cli/report_files.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string_view>

#include "sim/cli/trace_file.h"
#include "sim/core/report/chrome_trace.h"
#include "sim/core/report/page.h"
#include "sim/core/report/story.h"
#include "sim/world/narration/world_narrator.h"

namespace fencepost::sim::cli {
namespace {

absl::Status WriteFile(const std::string& path, std::string_view what, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (out.good()) return absl::OkStatus();
  return absl::PermissionDeniedError(
      fmt::format("cannot write {} to {}: {}", what, path, std::strerror(errno)));
}

}  // namespace

void AddReportOptions(CLI::App* command, ReportFiles* files) {
  command->add_option("--trace", files->trace,
                      "Write what happened, one line per event, to this file (- for here)");
  command->add_option("--html", files->html, "Write the run as a web page, complete in itself, to this file");
  command->add_option("--chrome-trace", files->chrome_trace,
                      "Write the run for Perfetto (ui.perfetto.dev) or chrome://tracing to this file");
  command->add_flag("--story", files->story, "Tell the run, one line per step that matters");
}

absl::Status WriteReports(const ReportFiles& files, const Scenario& scenario, const RunOutcome& outcome,
                          const Trace& trace, const std::string& replay) {
  if (!files.trace.empty()) {
    const absl::Status written = WriteTrace(files.trace, *scenario.vocabulary, trace);
    if (!written.ok()) return written;
  }
  if (files.html.empty() && files.chrome_trace.empty() && !files.story) return absl::OkStatus();
  const Narration told = WorldNarrator(scenario.vocabulary)
                             .Narrate(trace, outcome, RunTitle{scenario.name, scenario.summary, replay});
  if (!files.html.empty()) {
    const absl::Status written = WriteFile(files.html, "the page", RenderPage(told));
    if (!written.ok()) return written;
  }
  if (!files.chrome_trace.empty()) {
    const absl::Status written =
        WriteFile(files.chrome_trace, "the Chrome trace", ChromeTrace(told.timeline));
    if (!written.ok()) return written;
  }
  if (files.story) std::fputs(FormatStory(told.story).c_str(), stdout);
  return absl::OkStatus();
}

}  // namespace fencepost::sim::cli
