// An anomaly of the clients' history in words that name the clients and the times of this run. The checker
// knows neither: it calls them by the processes and lines of the history that it was given, and says where
// its sentences do so.
//
// Thread-safe: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/history/judgement.h"
#include "sim/core/report/timeline.h"
#include "sim/world/narration/world_timeline.h"

namespace fencepost::sim {

// What an anomaly is, e.g. "G-single-realtime"; empty if the name is unknown.
std::string ExplainAnomaly(std::string_view name);

// Who answered that transaction last, if it was a replica that was behind its group's log, e.g. "T1 was
// answered by node-2 at 0.0530 s, which had applied the log of group 1 up to [1] of [2]"; else empty.
// O(events and messages).
std::string TellWhoAnswered(const WorldTimeline& world, const Span& span);

// The explanation as the timeline tells it; nothing when it is about transactions that the timeline does not
// have. Its spans get their names: T1, T2, ...
std::optional<SpanCycle> TellAnomaly(WorldTimeline* world, const model::history::Explanation& explanation);

}  // namespace fencepost::sim
