#include <fmt/format.h>

#include <chrono>
#include <string>

#include "fencepost/base/key_range.h"
#include "sim/core/report/timeline.h"
#include "sim/world/events/node_events.h"
#include "sim/world/narration/event_words.h"

namespace fencepost::sim {
namespace {

std::string TellNodeStarted(const NodeStarted& event, const TraceEvent& told, const Trace& trace) {
  return fmt::format("{} starts{}", NameIn(trace, told.actor), event.life > 1 ? " again" : "");
}

std::string TellNodeCrashed(const NodeCrashed&, const TraceEvent& told, const Trace& trace) {
  return NameIn(trace, told.actor) + " crashes";
}

std::string TellNodeCannotStart(const NodeCannotStart& event, const TraceEvent& told, const Trace& trace) {
  return fmt::format("{} cannot start: {}", NameIn(trace, told.actor), std::string(event.status.message()));
}

std::string TellEngineReached(const EngineReached& event, const TraceEvent& told, const Trace& trace) {
  return fmt::format("{} is at version {}", NameIn(trace, told.actor), event.version.value);
}

std::string TellRangeSplit(const RangeSplit& event, const TraceEvent& told, const Trace& trace) {
  return fmt::format("the engine of {} splits its hot range {} at {}", NameIn(trace, told.actor),
                     FormatRange(event.range), QuoteKey(event.at));
}

std::string TellWatcherStopped(const WatcherStopped& event, const TraceEvent& told, const Trace& trace) {
  return fmt::format("the watcher of {} stopped: {}", NameIn(trace, told.actor),
                     std::string(event.status.message()));
}

std::string TellNodePaused(const NodePaused& event, const TraceEvent& told, const Trace& trace) {
  return fmt::format("{} stands still until {}", NameIn(trace, told.actor), FormatTime(event.until));
}

std::string TellOldCatalogOffered(const OldCatalogOffered& event, const TraceEvent& told,
                                  const Trace& trace) {
  return fmt::format("{} is offered version {} of the catalog again", NameIn(trace, told.actor),
                     event.version.value);
}

std::string TellClockDistorted(const ClockDistorted& event, const TraceEvent& told, const Trace& trace) {
  return fmt::format("the clock of {} goes wrong: {}", NameIn(trace, told.actor), event.fault->name);
}

}  // namespace

void AddNodeWords(Vocabulary* vocabulary) {
  vocabulary->AddEvent<NodeStarted>(TellNodeStarted);
  vocabulary->AddEvent<NodeCrashed>(TellNodeCrashed);
  vocabulary->AddEvent<NodeCannotStart>(TellNodeCannotStart);
  vocabulary->AddEvent<EngineReached>(TellEngineReached);
  vocabulary->AddEvent<RangeSplit>(TellRangeSplit);
  vocabulary->AddEvent<WatcherStopped>(TellWatcherStopped);
  vocabulary->AddEvent<NodePaused>(TellNodePaused);
  vocabulary->AddEvent<OldCatalogOffered>(TellOldCatalogOffered);
  vocabulary->AddEvent<ClockDistorted>(TellClockDistorted);
}

}  // namespace fencepost::sim
