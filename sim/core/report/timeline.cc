#include "sim/core/report/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

#include "sim/core/faults/fault.h"
#include "sim/world/narration/anomaly_words.h"
#include "sim/world/narration/sentence.h"
#include "sim/world/narration/violation_words.h"
#include "sim/world/world.h"

namespace fencepost::sim {
namespace {

constexpr std::size_t kNoLane = SIZE_MAX;

LaneKind KindOfActor(std::string_view name) {
  if (name.starts_with("node-")) return LaneKind::kNode;
  if (name.starts_with("operator-")) return LaneKind::kOperator;
  if (name.starts_with("mover-")) return LaneKind::kMover;
  if (name == "world") return LaneKind::kWorld;
  return LaneKind::kClient;
}

// Most faults are told of by whoever suffers them; these are not.
bool TellsNothing(std::string_view fault) {
  const std::optional<Fault> known = FaultFromName(fault);
  if (!known.has_value()) return true;
  const std::string_view family = Describe(*known).family;
  return family == "store" || family == "operator" || *known == faults::kWatcherStall;
}

std::string_view SummaryOfFault(std::string_view fault) {
  const std::optional<Fault> known = FaultFromName(fault);
  return known.has_value() ? Describe(*known).summary : fault;
}

std::string_view SummaryOfMark(std::string_view mark) {
  const std::optional<Mark> known = MarkFromName(mark);
  return known.has_value() ? AllMarks()[static_cast<std::size_t>(*known)].summary : mark;
}

class Builder {
 public:
  Builder(const Trace& trace, const RunOutcome& outcome) : trace_(trace), notes_(*trace.notes()) {
    timeline_.end = outcome.simulated;
    timeline_.steps = outcome.steps;
    timeline_.trace_hash = FormatTraceHash(outcome.hash);
    timeline_.violation = outcome.violation;
    timeline_.violated_at = outcome.violated_at;
  }

  Timeline Build() && {
    AddLanes();
    AddTraceEvents();
    AddHappenings();
    AddMessages();
    for (const TraceNotes::CatalogVersion& one : notes_.catalog) {
      timeline_.catalog.push_back(CatalogVersionNote{one.time, one.version, one.routes});
    }
    AddBands();
    SortEvents();
    AddCycle();
    TellViolation();
    return std::move(timeline_);
  }

 private:
  struct OpenBand {
    Moment from{0};
    std::uint64_t version = 0;
  };

  std::size_t AddLane(std::string name, LaneKind kind) {
    timeline_.lanes.push_back(Lane{std::move(name), kind});
    return timeline_.lanes.size() - 1;
  }

  // The catalog first, then the groups, then who serves, who asks, who moves; the world last.
  void AddLanes() {
    catalog_lane_ = AddLane("catalog", LaneKind::kCatalog);
    std::uint64_t groups = 0;
    for (const TraceEvent& event : trace_.TextEvents()) {
      const Sentence sentence = ReadSentence(event.text);
      if (sentence.kind == EventKind::kLog && sentence.position.has_value()) {
        groups = std::max(groups, sentence.position->group);
      }
    }
    for (std::uint64_t group = 1; group <= groups; ++group) {
      group_lanes_.push_back(AddLane(fmt::format("group-{}", group), LaneKind::kGroup));
    }
    constexpr std::array kOrder = {LaneKind::kNode, LaneKind::kClient, LaneKind::kMover, LaneKind::kOperator,
                                   LaneKind::kWorld};
    for (const LaneKind kind : kOrder) {
      for (const TraceNotes::Actor& actor : notes_.actors) {
        if (KindOfActor(actor.name) == kind) lanes_[actor.actor] = AddLane(actor.name, kind);
      }
    }
  }

  std::size_t LaneOf(ActorId actor) const {
    const auto known = lanes_.find(actor);
    return known == lanes_.end() ? timeline_.lanes.size() - 1 : known->second;
  }

  // The world strikes others: it is their lanes in which it shows.
  std::size_t LaneOfFault(const TraceEvent& event) const {
    if (event.actor != 0) return LaneOf(event.actor);
    std::size_t found = kNoLane;
    std::size_t found_at = std::string_view::npos;
    for (std::size_t lane = 0; lane < timeline_.lanes.size(); ++lane) {
      const std::size_t at = event.text.find(timeline_.lanes[lane].name);
      if (at >= found_at) continue;
      found_at = at;
      found = lane;
    }
    if (found != kNoLane) return found;
    const bool is_record = event.text.find("the record of ") != std::string_view::npos ||
                           event.text.starts_with("the foreign key ");
    return is_record ? catalog_lane_ : LaneOf(0);
  }

  std::size_t LaneOfEvent(const TraceEvent& event, const Sentence& sentence) const {
    switch (sentence.kind) {
      case EventKind::kLog:
        return group_lanes_[sentence.position->group - 1];
      case EventKind::kCatalog:
        return event.actor == 0 ? catalog_lane_ : LaneOf(event.actor);
      case EventKind::kFault:
        return LaneOfFault(event);
      case EventKind::kViolation:
      case EventKind::kMark:
      case EventKind::kClient:
      case EventKind::kMove:
      case EventKind::kApply:
      case EventKind::kVersion:
      case EventKind::kProcess:
      case EventKind::kWorld:
        break;
    }
    return LaneOf(event.actor);
  }

  void AddTraceEvents() {
    for (const TraceEvent& told : trace_.TextEvents()) {
      const Sentence sentence = ReadSentence(told.text);
      TimelineEvent event;
      event.time = told.time;
      event.kind = sentence.kind;
      event.lane = LaneOfEvent(told, sentence);
      event.text = std::string(told.text);
      event.position = sentence.position;
      event.refused = sentence.refused;
      if (sentence.version.has_value()) MoveBand(event.lane, told.time, *sentence.version);
      if (event.kind == EventKind::kFault && event.text.ends_with(" crashes")) EndBand(event.lane, told.time);
      if (sentence.role != Sentence::Role::kNone) AddToSpan(event, sentence, told.index);
      timeline_.events.push_back(std::move(event));
    }
    for (const auto& [lane, span] : open_spans_) timeline_.spans[span].until = timeline_.end;
  }

  void AddToSpan(const TimelineEvent& event, const Sentence& sentence, std::uint64_t index) {
    const auto open = open_spans_.find(event.lane);
    switch (sentence.role) {
      case Sentence::Role::kNone:
        return;
      case Sentence::Role::kBegins: {
        if (open != open_spans_.end()) Close(event, SpanEnd::kUnknown, "");
        Span span;
        span.lane = event.lane;
        span.from = span.until = event.time;
        span.begin_event = timeline_.events.size();
        span.what = std::string(sentence.what);
        if (event.kind == EventKind::kMove) span.what = "move " + span.what;
        open_spans_[event.lane] = timeline_.spans.size();
        span_of_trace_event_[index] = timeline_.spans.size();
        timeline_.spans.push_back(std::move(span));
        return;
      }
      case Sentence::Role::kDone: {
        const bool failed = event.kind == EventKind::kMove && !sentence.what.ends_with(": done");
        return Close(event, failed ? SpanEnd::kRefused : SpanEnd::kDone, sentence.what);
      }
      case Sentence::Role::kRefused:  // it may try again: the last word counts
        if (open == open_spans_.end()) return;
        timeline_.spans[open->second].until = event.time;
        timeline_.spans[open->second].end = SpanEnd::kRefused;
        timeline_.spans[open->second].outcome = std::string(sentence.what);
        return;
      case Sentence::Role::kUnknown:
      case Sentence::Role::kDies:
        return Close(event, SpanEnd::kUnknown, "nobody knows");
    }
  }

  void Close(const TimelineEvent& event, SpanEnd end, std::string_view outcome) {
    const auto open = open_spans_.find(event.lane);
    if (open == open_spans_.end()) return;
    Span& span = timeline_.spans[open->second];
    // The next one begins, so this one's refusal was final.
    const bool was_refused = span.end == SpanEnd::kRefused && end == SpanEnd::kUnknown && outcome.empty();
    if (!was_refused) {
      span.until = event.time;
      span.end = end;
      span.outcome = std::string(outcome);
    }
    open_spans_.erase(open);
  }

  void AddHappenings() {
    for (const TraceNotes::Happening& happening : notes_.happenings) {
      if (happening.is_fault && !TellsNothing(happening.name)) continue;
      TimelineEvent event;
      event.time = happening.time;
      event.lane = LaneOf(happening.actor);
      event.kind = happening.is_fault ? EventKind::kFault : EventKind::kMark;
      event.text =
          fmt::format("{}: {}", happening.name,
                      happening.is_fault ? SummaryOfFault(happening.name) : SummaryOfMark(happening.name));
      timeline_.events.push_back(std::move(event));
    }
  }

  void AddMessages() {
    for (const TraceNotes::Message& note : notes_.messages) {
      TimelineMessage message;
      message.from = LaneOf(note.from);
      message.to = LaneOf(note.to);
      message.sent = note.sent;
      message.arrives = std::min(note.arrives, timeline_.end);
      message.lost = note.fate == TraceNotes::Fate::kNeverSent ||
                     (note.fate == TraceNotes::Fate::kUnderWay && note.arrives < timeline_.end);
      timeline_.messages.push_back(message);
    }
  }

  void MoveBand(std::size_t lane, Moment now, std::uint64_t version) {
    const auto open = open_bands_.find(lane);
    if (open != open_bands_.end()) {
      timeline_.bands.push_back(Band{lane, open->second.from, now, open->second.version});
    }
    open_bands_[lane] = OpenBand{now, version};
  }

  // What it knew is lost with its memory.
  void EndBand(std::size_t lane, Moment now) {
    const auto open = open_bands_.find(lane);
    if (open == open_bands_.end()) return;
    timeline_.bands.push_back(Band{lane, open->second.from, now, open->second.version});
    open_bands_.erase(open);
  }

  void AddBands() {
    for (const CatalogVersionNote& one : timeline_.catalog) MoveBand(catalog_lane_, one.time, one.version);
    for (const auto& [lane, open] : open_bands_) {
      timeline_.bands.push_back(Band{lane, open.from, timeline_.end, open.version});
    }
    std::sort(timeline_.bands.begin(), timeline_.bands.end(), [](const Band& a, const Band& b) {
      return std::tie(a.lane, a.from, a.until, a.version) < std::tie(b.lane, b.from, b.until, b.version);
    });
  }

  // Happenings were added behind everything else; where times are equal, they stay behind.
  void SortEvents() {
    std::vector<std::size_t> order(timeline_.events.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return std::tie(timeline_.events[a].time, a) < std::tie(timeline_.events[b].time, b);
    });
    std::vector<TimelineEvent> sorted;
    std::vector<std::size_t> place(order.size());
    sorted.reserve(order.size());
    for (const std::size_t from : order) {
      place[from] = sorted.size();
      sorted.push_back(std::move(timeline_.events[from]));
    }
    timeline_.events = std::move(sorted);
    for (Span& span : timeline_.spans) span.begin_event = place[span.begin_event];
  }

  void AddCycle() {
    if (!notes_.anomaly.has_value()) return;
    std::vector<std::size_t> spans;
    for (const TraceNotes::HistoryAnomaly::Transaction& one : notes_.anomaly->transactions) {
      if (one.id >= notes_.list_transactions.size()) return;
      const auto span = span_of_trace_event_.find(notes_.list_transactions[one.id]);
      if (span == span_of_trace_event_.end()) return;
      spans.push_back(span->second);
    }
    for (std::size_t i = 0; i < spans.size(); ++i) timeline_.spans[spans[i]].name = fmt::format("T{}", i + 1);
    timeline_.cycle = TellAnomaly(timeline_, *notes_.anomaly, std::move(spans));
  }

  // The judge did not know how the clients are called here.
  void TellViolation() {
    if (!timeline_.cycle.has_value() || !timeline_.violation.has_value()) return;
    for (TimelineEvent& event : timeline_.events) {
      if (event.kind != EventKind::kViolation) continue;
      event.text =
          fmt::format("violation of {}: {}", timeline_.violation->invariant, SentenceOfViolation(timeline_));
    }
  }

  const Trace& trace_;
  const TraceNotes& notes_;
  Timeline timeline_;
  std::size_t catalog_lane_ = 0;
  std::vector<std::size_t> group_lanes_;
  std::map<ActorId, std::size_t> lanes_;
  std::map<std::size_t, OpenBand> open_bands_;     // by lane
  std::map<std::size_t, std::size_t> open_spans_;  // by lane
  std::map<std::uint64_t, std::size_t> span_of_trace_event_;
};

}  // namespace

std::string_view EventKindName(EventKind kind) {
  switch (kind) {
    case EventKind::kViolation:
      return "violation";
    case EventKind::kFault:
      return "fault";
    case EventKind::kMark:
      return "mark";
    case EventKind::kClient:
      return "client";
    case EventKind::kMove:
      return "move";
    case EventKind::kCatalog:
      return "catalog";
    case EventKind::kLog:
      return "log";
    case EventKind::kApply:
      return "apply";
    case EventKind::kVersion:
      return "version";
    case EventKind::kProcess:
      return "process";
    case EventKind::kWorld:
      return "world";
  }
  return "";
}

std::string_view LaneKindName(LaneKind kind) {
  switch (kind) {
    case LaneKind::kCatalog:
      return "catalog";
    case LaneKind::kGroup:
      return "group";
    case LaneKind::kNode:
      return "node";
    case LaneKind::kClient:
      return "client";
    case LaneKind::kMover:
      return "mover";
    case LaneKind::kOperator:
      return "operator";
    case LaneKind::kWorld:
      return "world";
  }
  return "";
}

std::string_view SpanEndName(SpanEnd end) {
  switch (end) {
    case SpanEnd::kDone:
      return "done";
    case SpanEnd::kRefused:
      return "refused";
    case SpanEnd::kUnknown:
      return "unknown";
    case SpanEnd::kUnfinished:
      return "unfinished";
  }
  return "";
}

Timeline BuildTimeline(const Trace& trace, const RunOutcome& outcome, RunTitle title) {
  Timeline timeline = Builder(trace, outcome).Build();
  timeline.scenario = std::move(title.scenario);
  timeline.summary = std::move(title.summary);
  timeline.replay = std::move(title.replay);
  return timeline;
}

std::string FormatTime(Moment time) {
  const std::int64_t micros = time.count() / 1000;
  return fmt::format("{}.{:04} s", micros / 1'000'000, micros % 1'000'000 / 100);
}

}  // namespace fencepost::sim
