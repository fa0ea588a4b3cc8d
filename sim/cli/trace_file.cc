#include "sim/cli/trace_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>

namespace fencepost::sim::cli {
namespace {

// What was folded into the hash, in words; notes are for reports.
std::string FormatLines(const Vocabulary& words, const Trace& trace) {
  std::string text;
  for (const TraceEvent& event : trace.KeptEvents()) {
    if (event.is_note) continue;
    text += fmt::format("{:>10.6f} s  {}\n", std::chrono::duration<double>(event.time).count(),
                        words.Tell(event, trace));
  }
  return text;
}

}  // namespace

absl::Status WriteTrace(const std::string& path, const Vocabulary& words, const Trace& trace) {
  const std::string text = FormatLines(words, trace);
  if (path == "-") {
    std::fputs(text.c_str(), stdout);
    return absl::OkStatus();
  }
  std::ofstream out(path);
  out << text;
  out.close();
  if (out.good()) return absl::OkStatus();
  return absl::PermissionDeniedError(
      fmt::format("cannot write the trace to {}: {}", path, std::strerror(errno)));
}

}  // namespace fencepost::sim::cli
