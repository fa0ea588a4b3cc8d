// An anomaly of the clients' history in words that name the clients and the times of this run. The checker
// knows neither: it calls them by the processes and lines of the history that it was given.
//
// Thread-safe: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/report/timeline.h"

namespace fencepost::sim {

// What an anomaly is, e.g. "G-single-realtime"; empty if the name is unknown.
std::string ExplainAnomaly(std::string_view name);

// Who answered that transaction last, if it was a replica that was behind its group's log, e.g. "T1 was
// answered by node-2 at 0.0530 s, which had applied the log of group 1 up to [1] of [2]"; else empty.
// O(events and messages).
std::string TellWhoAnswered(const Timeline& timeline, const Span& span);

// The noted anomaly as the timeline tells it. `spans` are those of its transactions, in their order.
Timeline::Cycle TellAnomaly(const Timeline& timeline, const TraceNotes::HistoryAnomaly& anomaly,
                            std::vector<std::size_t> spans);

}  // namespace fencepost::sim
