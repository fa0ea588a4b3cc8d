#include "sim/core/report/page.h"

#include <cassert>
#include <nlohmann/json.hpp>

#include "sim/core/report/json_text.h"
#include "sim/core/report/story.h"
#include "sim/core/report/timeline.h"

namespace fencepost::sim {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kPlaceOfData = "@DATA@";

// Names are short where there are thousands.
Json EventsAsJson(const Timeline& timeline) {
  Json events = Json::array();
  for (const TimelineEvent& event : timeline.events) {
    Json json = {{"t", event.time.count()}, {"l", event.lane}, {"k", event.category}, {"x", event.text}};
    if (!event.brief.empty()) json["b"] = event.brief;
    if (event.refused) json["r"] = 1;
    events.push_back(std::move(json));
  }
  return events;
}

Json MessagesAsJson(const Timeline& timeline) {
  Json messages = Json::array();
  for (const TimelineMessage& message : timeline.messages) {
    Json json = {
        {"f", message.from}, {"t", message.to}, {"s", message.sent.count()}, {"a", message.arrives.count()}};
    if (message.lost) json["x"] = 1;
    messages.push_back(std::move(json));
  }
  return messages;
}

Json SpansAsJson(const Timeline& timeline) {
  Json spans = Json::array();
  for (const Span& span : timeline.spans) {
    Json json = {{"l", span.lane},          {"f", span.from.count()},
                 {"u", span.until.count()}, {"e", SpanEndName(span.end)},
                 {"w", span.what},          {"o", span.outcome}};
    json["b"] = span.begin_event;
    if (!span.name.empty()) json["n"] = span.name;
    spans.push_back(std::move(json));
  }
  return spans;
}

Json SnapshotsAsJson(const Timeline& timeline) {
  Json snapshots = Json::array();
  for (const Snapshot& one : timeline.snapshots) {
    snapshots.push_back({{"l", one.lane}, {"v", one.version}, {"t", one.time.count()}, {"x", one.lines}});
  }
  return snapshots;
}

Json CycleAsJson(const SpanCycle& cycle) {
  Json edges = Json::array();
  for (const SpanCycle::Edge& edge : cycle.edges) {
    edges.push_back(
        {{"from", edge.from}, {"to", edge.to}, {"label", edge.label}, {"sentence", edge.sentence}});
  }
  return {
      {"name", cycle.name}, {"heading", cycle.heading}, {"spans", cycle.spans}, {"edges", std::move(edges)}};
}

Json StoryAsJson(const Story& story) {
  Json lines = Json::array();
  for (const StoryLine& line : story.lines) {
    lines.push_back({{"t", line.time.count()},
                     {"l", line.lane},
                     {"category", line.category},
                     {"trouble", line.is_trouble},
                     {"text", line.text}});
  }
  return lines;
}

}  // namespace

std::string NarrationAsJson(const Narration& narration) {
  const auto& [timeline, story] = narration;
  Json json;
  json["name"] = timeline.title.name;
  json["summary"] = timeline.title.summary;
  json["replay"] = timeline.title.replay;
  json["end"] = timeline.end.count();
  json["steps"] = timeline.steps;
  json["trace"] = timeline.trace_hash;
  json["violation"] = nullptr;
  if (timeline.violation.has_value()) {
    json["violation"] = {{"invariant", timeline.violation->invariant},
                         {"sentence", timeline.violation->sentence}};
  }
  json["violated_at"] = timeline.violated_at.count();
  json["explanation"] = story.explanation;
  json["lanes"] = Json::array();
  for (const Lane& lane : timeline.lanes) json["lanes"].push_back({{"name", lane.name}, {"kind", lane.kind}});
  json["bands"] = Json::array();
  for (const Band& band : timeline.bands) {
    json["bands"].push_back(
        {{"l", band.lane}, {"f", band.from.count()}, {"u", band.until.count()}, {"v", band.version}});
  }
  json["events"] = EventsAsJson(timeline);
  json["messages"] = MessagesAsJson(timeline);
  json["spans"] = SpansAsJson(timeline);
  json["snapshots"] = SnapshotsAsJson(timeline);
  json["cycle"] = timeline.cycle.has_value() ? CycleAsJson(*timeline.cycle) : Json(nullptr);
  json["details"] = timeline.details;
  json["story"] = StoryAsJson(story);
  json["left_out"] = story.left_out;
  return JsonForScript(json);
}

std::string RenderPage(const Narration& narration) {
  std::string page(PageTemplate());
  const std::size_t at = page.find(kPlaceOfData);
  assert(at != std::string::npos);
  return page.replace(at, kPlaceOfData.size(), NarrationAsJson(narration));
}

}  // namespace fencepost::sim
