// Makes a timeline of the trace of a run, event by event, for any simulation; BuildTimeline does so without
// knowing more than the vocabulary says.
//
// Somebody who knows more about the events (a world's own narrator) makes one step by step: lanes first, then
// each event with AddEvent, changing what AddEvent made of it, with bands and spans as it goes.
//
// Single-threaded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/kinds/kinds.h"
#include "sim/core/report/timeline.h"
#include "sim/core/runtime/trace.h"
#include "sim/core/simulation/simulation.h"
#include "sim/core/vocabulary/vocabulary.h"

namespace fencepost::sim {

class TimelineBuilder {
 public:
  // Neither `vocabulary` nor `trace` is owned. REQUIRES: `trace` keeps events, and `outcome` is that of its
  // run.
  TimelineBuilder(const Vocabulary* vocabulary, const Trace* trace, const RunOutcome& outcome,
                  RunTitle title);

  // A lane of its own for something that is no actor.
  std::size_t AddLane(std::string name, std::string kind);
  // A lane for each actor of the trace: those of these kinds first, in this order, the others behind them;
  // within a kind in the order in which they were named. The world comes last.
  void AddActors(std::span<const std::string_view> kinds = {});
  // That of the world, for an actor who was never named. REQUIRES: AddActors has been called.
  std::size_t LaneOf(ActorId actor) const;

  // Strikes of this fault are told by an event of their own: its FaultStruck is not told beside it.
  void SetToldByEvent(const FaultKind& fault) { told_by_events_.insert(fault.name); }

  // What the vocabulary says of the event, in the lane of its actor, is added to the timeline; a message is
  // added or has arrived. Null for what is not told: messages, steps, strikes that are told by an event. The
  // pointer is valid until the next call.
  TimelineEvent* AddEvent(const TraceEvent& told);

  // From `now` on, the lane is at that version; or at none.
  void MoveBand(std::size_t lane, Moment now, std::uint64_t version);
  void EndBand(std::size_t lane, Moment now);

  // The last event begins something in its lane. Whatever was open there ends with what was last said of it.
  void OpenSpan(std::string what);
  // The last event says how far it has come with what is open in its lane, which stays open; or ends it.
  // Nothing if nothing is open.
  void UpdateSpan(SpanEnd end, std::string outcome);
  void CloseSpan(SpanEnd end, std::string outcome);

  // As far as it is made: for additions and changes.
  Timeline& timeline() { return timeline_; }

  // Sorts what has to be sorted, and ends what is open.
  Timeline Build() &&;

 private:
  struct OpenBand {
    Moment from{0};
    std::uint64_t version = 0;
  };

  bool TellsStrike(const TraceEvent& told) const;
  void AddMessage(const TraceEvent& told);
  void SetArrived(const TraceEvent& told);
  Span* OpenSpanOfLastEvent();
  void FinishMessages();
  void FinishBands();

  const Vocabulary* vocabulary_;
  const Trace* trace_;
  Timeline timeline_;
  std::map<ActorId, std::size_t> lanes_;
  std::set<std::string_view> told_by_events_;
  std::map<std::uint64_t, std::size_t> under_way_;  // messages by their number
  std::map<std::size_t, OpenBand> open_bands_;      // by lane
  std::map<std::size_t, std::size_t> open_spans_;   // by lane
};

// A lane per actor, each event in the vocabulary's words, messages, faults and marks, and the violation.
// O(n log n) in what the trace keeps.
Timeline BuildTimeline(const Vocabulary& vocabulary, const Trace& trace, const RunOutcome& outcome,
                       RunTitle title);

}  // namespace fencepost::sim
