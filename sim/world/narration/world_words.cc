#include <string>

#include "sim/world/events/world_events.h"
#include "sim/world/narration/event_words.h"

namespace fencepost::sim {

void AddWorldWords(Vocabulary* vocabulary) {
  vocabulary->AddEvent<WorldConfigured>([](const WorldConfigured& event, const TraceEvent&, const Trace&) {
    return FormatConfig(event.config);
  });
  vocabulary->AddEvent<FaultsHealed>([](const FaultsHealed&, const TraceEvent&, const Trace&) {
    return std::string("every fault is healed");
  });
}

}  // namespace fencepost::sim
