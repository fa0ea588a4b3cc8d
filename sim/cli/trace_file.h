// A trace as text, one line per event.
#pragma once

#include <absl/status/status.h>

#include <string>

#include "sim/core/runtime/trace.h"
#include "sim/core/vocabulary/vocabulary.h"

namespace fencepost::sim::cli {

// To the file at `path`, or to standard output when it is "-". PermissionDenied with the reason when it
// cannot be written. REQUIRES: `trace` keeps events.
absl::Status WriteTrace(const std::string& path, const Vocabulary& words, const Trace& trace);

}  // namespace fencepost::sim::cli
