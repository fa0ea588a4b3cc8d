#include "sim/core/network/network_events.h"

#include <fmt/format.h>

#include "sim/core/vocabulary/vocabulary.h"

namespace fencepost::sim {

void AddNetwork(Vocabulary* vocabulary) {
  for (const FaultKind* const fault :
       {&faults::kNetworkDelay, &faults::kNetworkReorder, &faults::kNetworkDuplicate, &faults::kNetworkDrop,
        &faults::kNetworkClog}) {
    vocabulary->faults.Add(*fault);
  }
  vocabulary->AddEvent<MessageHit>([](const MessageHit& event, const TraceEvent& told, const Trace& trace) {
    return fmt::format("{} to {}: {}", trace.NameOf(told.actor), trace.NameOf(event.to),
                       event.fault->summary);
  });
  vocabulary->AddEvent<Partitioned>([](const Partitioned& event, const TraceEvent& told, const Trace& trace) {
    return fmt::format("nothing gets from {} to {}{}", trace.NameOf(told.actor), trace.NameOf(event.to),
                       event.two_way ? ", nor back" : "");
  });
  vocabulary->AddEvent<SlowedDown>([](const SlowedDown& event, const TraceEvent& told, const Trace& trace) {
    return fmt::format("the messages of {} take {} times as long", trace.NameOf(told.actor), event.factor);
  });
}

}  // namespace fencepost::sim
