#include "sim/core/report/chrome_trace.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "sim/core/report/json_text.h"
#include "sim/core/runtime/core_events.h"

namespace fencepost::sim {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kProcess = 1;  // the one of the format's processes that a run is

double Microseconds(Moment time) { return static_cast<double>(time.count()) / 1000.0; }

// Threads are numbered from 1: some viewers take 0 for "no thread".
std::size_t ThreadOf(std::size_t lane) { return lane + 1; }

Json TraceEntry(std::string_view phase, std::string_view name, std::size_t lane, Moment time) {
  return {
      {"ph", phase}, {"name", name}, {"pid", kProcess}, {"tid", ThreadOf(lane)}, {"ts", Microseconds(time)}};
}

void AddNames(const Timeline& timeline, Json* entries) {
  entries->push_back(
      {{"ph", "M"}, {"name", "process_name"}, {"pid", kProcess}, {"args", {{"name", timeline.title.name}}}});
  for (std::size_t lane = 0; lane < timeline.lanes.size(); ++lane) {
    entries->push_back({{"ph", "M"},
                        {"name", "thread_name"},
                        {"pid", kProcess},
                        {"tid", ThreadOf(lane)},
                        {"args", {{"name", timeline.lanes[lane].name}}}});
    entries->push_back({{"ph", "M"},
                        {"name", "thread_sort_index"},
                        {"pid", kProcess},
                        {"tid", ThreadOf(lane)},
                        {"args", {{"sort_index", lane}}}});
  }
}

void AddSpans(const Timeline& timeline, Json* entries) {
  for (const Span& span : timeline.spans) {
    Json entry =
        TraceEntry("X", span.name.empty() ? span.what : span.name + ": " + span.what, span.lane, span.from);
    entry["dur"] = Microseconds(span.until - span.from);
    entry["cat"] = timeline.lanes[span.lane].kind;
    entry["args"] = {{"end", SpanEndName(span.end)}, {"outcome", span.outcome}};
    entries->push_back(std::move(entry));
  }
}

void AddEvents(const Timeline& timeline, Json* entries) {
  for (const TimelineEvent& event : timeline.events) {
    Json entry = TraceEntry("i", event.text, event.lane, event.time);
    entry["cat"] = event.category;
    // A violation is everybody's, and drawn across all lanes.
    entry["s"] = event.category == categories::kViolation ? "g" : "t";
    entries->push_back(std::move(entry));
  }
}

void AddVersions(const Timeline& timeline, Json* entries) {
  for (const Band& band : timeline.bands) {
    Json entry = TraceEntry("C", "version of " + timeline.lanes[band.lane].name, band.lane, band.from);
    entry["args"] = {{"version", band.version}};
    entries->push_back(std::move(entry));
  }
}

// A flow needs a slice at either end to hold on to: as short as the format can say.
void AddMessages(const Timeline& timeline, Json* entries) {
  constexpr double kSliver = 0.001;
  std::uint64_t id = 0;
  for (const TimelineMessage& message : timeline.messages) {
    ++id;
    const std::string& to = timeline.lanes[message.to].name;
    Json send = TraceEntry("X", (message.lost ? "lost: to " : "to ") + to, message.from, message.sent);
    send["dur"] = kSliver;
    send["cat"] = "message";
    entries->push_back(std::move(send));
    if (message.lost) continue;
    Json receive = TraceEntry("X", "from " + timeline.lanes[message.from].name, message.to, message.arrives);
    receive["dur"] = kSliver;
    receive["cat"] = "message";
    entries->push_back(std::move(receive));
    Json start = TraceEntry("s", "message", message.from, message.sent);
    start["cat"] = "message";
    start["id"] = id;
    entries->push_back(std::move(start));
    Json finish = TraceEntry("f", "message", message.to, message.arrives);
    finish["cat"] = "message";
    finish["id"] = id;
    finish["bp"] = "e";
    entries->push_back(std::move(finish));
  }
}

}  // namespace

std::string ChromeTrace(const Timeline& timeline) {
  Json entries = Json::array();
  AddNames(timeline, &entries);
  AddSpans(timeline, &entries);
  AddEvents(timeline, &entries);
  AddVersions(timeline, &entries);
  AddMessages(timeline, &entries);
  Json json;
  json["traceEvents"] = std::move(entries);
  json["displayTimeUnit"] = "ms";
  json["otherData"] = {{"trace_hash", timeline.trace_hash}, {"replay", timeline.title.replay}};
  if (timeline.violation.has_value()) json["otherData"]["violation"] = timeline.violation->sentence;
  return JsonText(json);
}

}  // namespace fencepost::sim
