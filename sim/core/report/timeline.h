// One run as data for reports: who took part, what happened to whom and when, which messages went where, who
// was at which version. What stories, pages and Chrome traces are made from.
//
// Everybody who can do something has a lane; a simulation may give lanes to things as well, e.g. to a log. A
// timeline is made of the trace of a run (timeline_builder.h); it is plain data, and lives longer than the
// trace.
//
// Single-threaded while being built; afterwards readable from anywhere.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/simulation/violation.h"

namespace fencepost::sim {

// Simulated time since the start of the run.
using Moment = std::chrono::nanoseconds;

struct Lane {
  std::string name;  // e.g. "node-2"
  std::string kind;  // the name of its kind of actor, or of thing; e.g. "node"
};

struct TimelineEvent {
  Moment time{0};
  std::size_t lane = 0;
  std::string_view category;  // of its kind (kinds/kinds.h): a constant, e.g. categories::kFault
  std::string text;
  std::string brief;     // a word for where there is room for one only; mostly empty
  bool refused = false;  // it says that something was not done
};

struct TimelineMessage {
  std::size_t from = 0;  // lanes
  std::size_t to = 0;
  Moment sent{0};
  Moment arrives{0};  // or should have
  bool lost = false;
};

// A lane is at a version of something from one time to another.
struct Band {
  std::size_t lane = 0;
  Moment from{0};
  Moment until{0};
  std::uint64_t version = 0;
};

// What there is to know about a lane at a version.
struct Snapshot {
  std::size_t lane = 0;
  Moment time{0};  // since when
  std::uint64_t version = 0;
  std::vector<std::string> lines;
};

// Something that takes time, e.g. a transaction.
enum class SpanEnd : std::uint8_t { kDone, kRefused, kUnknown, kUnfinished };
std::string_view SpanEndName(SpanEnd end);
struct Span {
  std::size_t lane = 0;
  Moment from{0};
  Moment until{0};
  std::size_t begin_event = 0;  // in `events`
  SpanEnd end = SpanEnd::kUnfinished;
  std::string what;     // e.g. "append 5 to k003"
  std::string outcome;  // empty while unfinished
  std::string name;     // "T1" if the violation's sentences call it so
};

// Spans of which each has to come before the next, in a circle: why nothing explains what was seen.
struct SpanCycle {
  struct Edge {
    std::size_t from = 0;  // in `spans` below
    std::size_t to = 0;
    std::string label;  // a few words, e.g. "wr: saw"
    std::string sentence;
  };
  std::string name;     // what is wrong, e.g. "G-single-realtime"
  std::string heading;  // over its sentences
  std::vector<std::size_t> spans;
  std::vector<Edge> edges;
  std::vector<std::string> sentences;
};

// How a run is called in its reports.
struct RunTitle {
  std::string name;     // of the simulation
  std::string summary;  // what it is, in one line
  std::string replay;   // the command that runs it again; may be empty
};

struct Timeline {
  RunTitle title;

  Moment end{0};
  std::uint64_t steps = 0;
  std::string trace_hash;
  std::optional<Violation> violation;  // its sentence calls everybody as this timeline does
  Moment violated_at{0};

  std::vector<Lane> lanes;                // in the order in which they are to be shown
  std::vector<TimelineEvent> events;      // by time
  std::vector<TimelineMessage> messages;  // by the time they were sent
  std::vector<Band> bands;                // by lane, then time
  std::vector<Snapshot> snapshots;        // by time
  std::vector<Span> spans;                // by beginning
  std::optional<SpanCycle> cycle;

  // Categories of which a long run has so many events that they are shown on demand only.
  std::vector<std::string_view> details;
};

// The version that the lane was at; nothing if it was at none. O(log n).
std::optional<std::uint64_t> VersionAt(const Timeline& timeline, std::size_t lane, Moment time);

// "0.7330 s".
std::string FormatTime(Moment time);

}  // namespace fencepost::sim
