#include "sim/core/report/timeline_builder.h"

#include <algorithm>
#include <cassert>
#include <numeric>
#include <tuple>
#include <utility>

#include "sim/core/network/network_events.h"
#include "sim/core/runtime/core_events.h"

namespace fencepost::sim {
TimelineBuilder::TimelineBuilder(const Vocabulary* vocabulary, const Trace* trace, const RunOutcome& outcome,
                                 RunTitle title)
    : vocabulary_(vocabulary), trace_(trace) {
  assert(trace->detail() == TraceDetail::kEvents);
  timeline_.title = std::move(title);
  timeline_.end = outcome.simulated;
  timeline_.steps = outcome.steps;
  timeline_.trace_hash = FormatTraceHash(outcome.hash);
  timeline_.violation = outcome.violation;
  timeline_.violated_at = outcome.violated_at;
  // A MessageHit tells of these.
  for (const FaultKind* const fault :
       {&faults::kNetworkDelay, &faults::kNetworkReorder, &faults::kNetworkDuplicate, &faults::kNetworkDrop,
        &faults::kNetworkClog}) {
    SetToldByEvent(*fault);
  }
}

std::size_t TimelineBuilder::AddLane(std::string name, std::string kind) {
  timeline_.lanes.push_back(Lane{std::move(name), std::move(kind)});
  return timeline_.lanes.size() - 1;
}

void TimelineBuilder::AddActors(std::span<const std::string_view> kinds) {
  const std::vector<Trace::Actor>& actors = trace_->actors();
  std::vector<std::size_t> order(actors.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&actors, kinds](std::size_t i) {
    const auto kind = std::ranges::find(kinds, actors[i].kind->name);
    return std::tuple(actors[i].actor == kWorldActor, kind - kinds.begin(), i);
  });
  for (const std::size_t i : order) {
    lanes_[actors[i].actor] = AddLane(actors[i].name, std::string(actors[i].kind->name));
  }
  if (!lanes_.contains(kWorldActor)) lanes_[kWorldActor] = AddLane("world", "world");
}

std::size_t TimelineBuilder::LaneOf(ActorId actor) const {
  const auto known = lanes_.find(actor);
  return known == lanes_.end() ? lanes_.at(kWorldActor) : known->second;
}

bool TimelineBuilder::TellsStrike(const TraceEvent& told) const {
  const auto* const strike = told.As<FaultStruck>();
  return strike == nullptr || !told_by_events_.contains(strike->fault->name);
}

TimelineEvent* TimelineBuilder::AddEvent(const TraceEvent& told) {
  if (told.is_step()) return nullptr;
  if (told.kind()->category == categories::kMessage) {
    AddMessage(told);
    SetArrived(told);
    return nullptr;
  }
  if (!TellsStrike(told)) return nullptr;
  TimelineEvent event;
  event.time = told.time;
  event.lane = LaneOf(told.actor);
  event.category = told.kind()->category;
  event.text = vocabulary_->Tell(told, *trace_);
  timeline_.events.push_back(std::move(event));
  return &timeline_.events.back();
}

void TimelineBuilder::AddMessage(const TraceEvent& told) {
  const auto* const sent = told.As<MessageSent>();
  if (sent == nullptr) return;
  TimelineMessage message;
  message.from = LaneOf(told.actor);
  message.to = LaneOf(sent->to);
  message.sent = told.time;
  message.arrives = sent->arrives;
  message.lost = sent->lost;
  if (!sent->lost) under_way_[sent->id] = timeline_.messages.size();
  timeline_.messages.push_back(message);
}

void TimelineBuilder::SetArrived(const TraceEvent& told) {
  const auto* const arrived = told.As<MessageArrived>();
  if (arrived == nullptr) return;
  const auto message = under_way_.find(arrived->id);
  if (message == under_way_.end()) return;
  timeline_.messages[message->second].arrives = told.time;
  under_way_.erase(message);
}

void TimelineBuilder::MoveBand(std::size_t lane, Moment now, std::uint64_t version) {
  EndBand(lane, now);
  open_bands_[lane] = OpenBand{now, version};
}

void TimelineBuilder::EndBand(std::size_t lane, Moment now) {
  const auto open = open_bands_.find(lane);
  if (open == open_bands_.end()) return;
  timeline_.bands.push_back(Band{lane, open->second.from, now, open->second.version});
  open_bands_.erase(open);
}

void TimelineBuilder::OpenSpan(std::string what) {
  assert(!timeline_.events.empty());
  const TimelineEvent& event = timeline_.events.back();
  Span span;
  span.lane = event.lane;
  span.from = span.until = event.time;
  span.begin_event = timeline_.events.size() - 1;
  span.what = std::move(what);
  if (const auto open = open_spans_.find(event.lane); open != open_spans_.end()) {
    Span& before = timeline_.spans[open->second];
    if (before.end == SpanEnd::kUnfinished) {
      before.end = SpanEnd::kUnknown;
      before.until = event.time;
    }
  }
  open_spans_[event.lane] = timeline_.spans.size();
  timeline_.spans.push_back(std::move(span));
}

Span* TimelineBuilder::OpenSpanOfLastEvent() {
  assert(!timeline_.events.empty());
  const auto open = open_spans_.find(timeline_.events.back().lane);
  return open == open_spans_.end() ? nullptr : &timeline_.spans[open->second];
}

void TimelineBuilder::UpdateSpan(SpanEnd end, std::string outcome) {
  Span* const span = OpenSpanOfLastEvent();
  if (span == nullptr) return;
  span->until = timeline_.events.back().time;
  span->end = end;
  span->outcome = std::move(outcome);
}

void TimelineBuilder::CloseSpan(SpanEnd end, std::string outcome) {
  UpdateSpan(end, std::move(outcome));
  open_spans_.erase(timeline_.events.back().lane);
}

// What has not arrived and should have by the end was lost on its way.
void TimelineBuilder::FinishMessages() {
  for (const auto& [id, message] : under_way_) {
    timeline_.messages[message].lost = timeline_.messages[message].arrives < timeline_.end;
  }
  for (TimelineMessage& message : timeline_.messages) {
    message.arrives = std::min(message.arrives, timeline_.end);
  }
}

void TimelineBuilder::FinishBands() {
  while (!open_bands_.empty()) EndBand(open_bands_.begin()->first, timeline_.end);
  std::ranges::sort(timeline_.bands, {}, [](const Band& band) {
    return std::tuple(band.lane, band.from, band.until, band.version);
  });
}

Timeline TimelineBuilder::Build() && {
  for (const auto& [lane, span] : open_spans_) timeline_.spans[span].until = timeline_.end;
  FinishMessages();
  FinishBands();
  return std::move(timeline_);
}

Timeline BuildTimeline(const Vocabulary& vocabulary, const Trace& trace, const RunOutcome& outcome,
                       RunTitle title) {
  TimelineBuilder builder(&vocabulary, &trace, outcome, std::move(title));
  builder.AddActors();
  for (const TraceEvent& told : trace.KeptEvents()) builder.AddEvent(told);
  return std::move(builder).Build();
}

}  // namespace fencepost::sim
