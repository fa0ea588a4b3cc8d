#include <fmt/format.h>

#include <string>

#include "sim/world/events/move_events.h"
#include "sim/world/narration/event_words.h"

namespace fencepost::sim {
namespace {

std::string DescribeStatus(const absl::Status& status) {
  return status.ok() ? std::string("done") : std::string(status.message());
}

std::string TellMoveBegan(const MoveBegan& event, const TraceEvent& told, const Trace& trace) {
  return fmt::format("{} begins {}", NameIn(trace, told.actor), FormatMove(event.move));
}

std::string TellMoveRefused(const MoveRefused& event, const TraceEvent& told, const Trace& trace) {
  return fmt::format("{} cannot move the range of {}: {}", NameIn(trace, told.actor), event.key,
                     std::string(event.status.message()));
}

std::string TellMoveDriven(const MoveDriven& event, const TraceEvent& told, const Trace& trace) {
  return fmt::format("{} drove {}: {}", NameIn(trace, told.actor), FormatMove(event.move),
                     DescribeStatus(event.status));
}

std::string TellMoveUndone(const MoveUndone& event, const TraceEvent& told, const Trace& trace) {
  return fmt::format("{} takes a move back, by {}", NameIn(trace, told.actor), FormatMove(event.move));
}

std::string TellUndoRefused(const UndoRefused& event, const TraceEvent& told, const Trace& trace) {
  return fmt::format("{} cannot take back {}: {}", NameIn(trace, told.actor), FormatMove(event.move),
                     std::string(event.status.message()));
}

std::string TellSplitEnded(const SplitEnded& event, const TraceEvent& told, const Trace& trace) {
  return fmt::format("{} splits the range of {} there: {}", NameIn(trace, told.actor), event.key,
                     DescribeStatus(event.status));
}

std::string TellMergeEnded(const MergeEnded& event, const TraceEvent& told, const Trace& trace) {
  return fmt::format("{} merges the range of {} with its right neighbour: {}", NameIn(trace, told.actor),
                     event.key, DescribeStatus(event.status));
}

}  // namespace

void AddMoveWords(Vocabulary* vocabulary) {
  vocabulary->AddEvent<MoveBegan>(TellMoveBegan);
  vocabulary->AddEvent<MoveRefused>(TellMoveRefused);
  vocabulary->AddEvent<MoveDriven>(TellMoveDriven);
  vocabulary->AddEvent<MoveUndone>(TellMoveUndone);
  vocabulary->AddEvent<UndoRefused>(TellUndoRefused);
  vocabulary->AddEvent<SplitEnded>(TellSplitEnded);
  vocabulary->AddEvent<MergeEnded>(TellMergeEnded);
}

}  // namespace fencepost::sim
