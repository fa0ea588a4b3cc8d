#include "sim/core/explain/told_event.h"

#include <fmt/format.h>

#include "sim/core/report/timeline.h"

namespace fencepost::sim {

std::string TellEventWithTime(const Vocabulary& vocabulary, const Trace& trace, const TraceEvent& event) {
  return fmt::format("{}  {}", FormatTime(event.time),
                     event.is_step() ? "a task runs" : vocabulary.Tell(event, trace));
}

}  // namespace fencepost::sim
