// An anomaly of the clients' history in words that name the clients and the times of this run. The checker
// knows neither: it calls them by the processes and lines of the history that it was given.
//
// Thread-safe: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/report/timeline.h"

namespace fencepost::sim {

// What an anomaly is, e.g. "G-single-realtime"; empty if the name is unknown.
std::string ExplainAnomaly(std::string_view name);

// The noted anomaly as the timeline tells it. `spans` are those of its transactions, in their order.
Timeline::Cycle TellAnomaly(const Timeline& timeline, const TraceNotes::HistoryAnomaly& anomaly,
                            std::vector<std::size_t> spans);

}  // namespace fencepost::sim
