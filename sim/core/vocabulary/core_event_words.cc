#include <fmt/format.h>

#include "sim/core/runtime/core_events.h"
#include "sim/core/vocabulary/vocabulary.h"

namespace fencepost::sim {

void Vocabulary::AddCoreEvents() {
  AddEvent<InvariantBroken>([](const InvariantBroken& event, const TraceEvent&, const Trace&) {
    return fmt::format("violation of {}: {}", event.invariant, event.sentence);
  });
  AddEvent<FaultStruck>([](const FaultStruck& event, const TraceEvent& told, const Trace& trace) {
    return fmt::format("{}: {} strikes: {}", trace.NameOf(told.actor), event.fault->name,
                       event.fault->summary);
  });
  AddEvent<MarkHit>([](const MarkHit& event, const TraceEvent&, const Trace&) {
    return fmt::format("{}: {}", event.mark->name, event.mark->summary);
  });
  AddEvent<MessageSent>([](const MessageSent& event, const TraceEvent& told, const Trace& trace) {
    return fmt::format("{} sends message {} to {}{}", trace.NameOf(told.actor), event.id,
                       trace.NameOf(event.to), event.lost ? ", which is lost" : "");
  });
  AddEvent<MessageArrived>([](const MessageArrived& event, const TraceEvent& told, const Trace& trace) {
    return fmt::format("message {} reaches {}", event.id, trace.NameOf(told.actor));
  });
}

}  // namespace fencepost::sim
