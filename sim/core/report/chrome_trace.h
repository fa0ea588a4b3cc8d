// A run in Chrome's Trace Event Format, which Perfetto (ui.perfetto.dev) and chrome://tracing open: a thread
// per lane, slices for transactions and moves, instants for faults and everything else, counters for
// versions, flows for messages.
//
// Thread-safe: a pure function.
#pragma once

#include <string>

#include "sim/core/report/timeline.h"

namespace fencepost::sim {

// Times are microseconds, as the format has it, with three decimals. O(size of the timeline).
std::string ChromeTrace(const Timeline& timeline);

}  // namespace fencepost::sim
