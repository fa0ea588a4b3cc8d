#include "sim/core/report/page.h"

#include <fmt/format.h>

#include <cassert>
#include <nlohmann/json.hpp>

#include "sim/core/report/json_text.h"
#include "sim/core/report/story.h"
#include "sim/world/narration/violation_words.h"

namespace fencepost::sim {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kPlaceOfData = "@DATA@";

// Names are short where there are thousands.
Json EventsAsJson(const Timeline& timeline) {
  Json events = Json::array();
  for (const TimelineEvent& event : timeline.events) {
    Json json = {
        {"t", event.time.count()}, {"l", event.lane}, {"k", EventKindName(event.kind)}, {"x", event.text}};
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
    if (!span.name.empty()) json["n"] = span.name;
    spans.push_back(std::move(json));
  }
  return spans;
}

Json VersionsAsJson(const Timeline& timeline) {
  Json versions = Json::array();
  for (const CatalogVersionNote& one : timeline.catalog) {
    Json routes = Json::array();
    for (const TraceNotes::Route& route : one.routes) {
      routes.push_back(fmt::format("{}: group {}, {}", route.range, route.group, route.state));
    }
    versions.push_back({{"v", one.version}, {"t", one.time.count()}, {"routes", std::move(routes)}});
  }
  return versions;
}

Json CycleAsJson(const Timeline::Cycle& cycle) {
  Json edges = Json::array();
  for (const auto& edge : cycle.edges) {
    edges.push_back({{"from", edge.from}, {"to", edge.to}, {"kind", edge.kind}, {"sentence", edge.sentence}});
  }
  return {{"anomaly", cycle.anomaly}, {"spans", cycle.spans}, {"edges", std::move(edges)}};
}

Json StoryAsJson(const Story& story) {
  Json lines = Json::array();
  for (const StoryLine& line : story.lines) {
    lines.push_back({{"t", line.time.count()},
                     {"l", line.lane},
                     {"kind", EventKindName(line.kind)},
                     {"trouble", line.is_trouble},
                     {"text", line.text}});
  }
  return lines;
}

}  // namespace

std::string TimelineAsJson(const Timeline& timeline) {
  const Story story = BuildStory(timeline);
  Json json;
  json["scenario"] = timeline.scenario;
  json["summary"] = timeline.summary;
  json["replay"] = timeline.replay;
  json["end"] = timeline.end.count();
  json["steps"] = timeline.steps;
  json["trace"] = timeline.trace_hash;
  json["violation"] = nullptr;
  if (timeline.violation.has_value()) {
    json["violation"] = {{"invariant", timeline.violation->invariant},
                         {"sentence", SentenceOfViolation(timeline)}};
  }
  json["violated_at"] = timeline.violated_at.count();
  json["explanation"] = story.explanation;
  json["lanes"] = Json::array();
  for (const Lane& lane : timeline.lanes) {
    json["lanes"].push_back({{"name", lane.name}, {"kind", LaneKindName(lane.kind)}});
  }
  json["bands"] = Json::array();
  for (const Band& band : timeline.bands) {
    json["bands"].push_back(
        {{"l", band.lane}, {"f", band.from.count()}, {"u", band.until.count()}, {"v", band.version}});
  }
  json["events"] = EventsAsJson(timeline);
  json["messages"] = MessagesAsJson(timeline);
  json["spans"] = SpansAsJson(timeline);
  json["catalog"] = VersionsAsJson(timeline);
  json["cycle"] = timeline.cycle.has_value() ? CycleAsJson(*timeline.cycle) : Json(nullptr);
  json["story"] = StoryAsJson(story);
  json["left_out"] = story.left_out;
  return JsonForScript(json);
}

std::string RenderPage(const Timeline& timeline) {
  std::string page(PageTemplate());
  const std::size_t at = page.find(kPlaceOfData);
  assert(at != std::string::npos);
  return page.replace(at, kPlaceOfData.size(), TimelineAsJson(timeline));
}

}  // namespace fencepost::sim
