#include "sim/cli/trace_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>

namespace fencepost::sim::cli {
namespace {

std::string FormatLine(const TraceEvent& event) {
  return fmt::format("{:>10.6f} s  {}", std::chrono::duration<double>(event.time).count(), event.text);
}

}  // namespace

absl::Status WriteTrace(const std::string& path, const Trace& trace) {
  if (path == "-") {
    for (const TraceEvent& event : trace.TextEvents()) std::puts(FormatLine(event).c_str());
    return absl::OkStatus();
  }
  std::ofstream out(path);
  for (const TraceEvent& event : trace.TextEvents()) out << FormatLine(event) << '\n';
  out.close();
  if (out.good()) return absl::OkStatus();
  return absl::PermissionDeniedError(
      fmt::format("cannot write the trace to {}: {}", path, std::strerror(errno)));
}

}  // namespace fencepost::sim::cli
