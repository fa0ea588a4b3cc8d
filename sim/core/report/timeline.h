// One run as a structured timeline: who took part, what happened to whom and when, which messages went where,
// which versions everybody was at. What the story, the page and the Chrome trace are made from.
//
// Everybody who can do something has a lane: the catalog, the groups' logs, the nodes, the clients, the
// movers and operators, and the world itself, which strikes with faults. A timeline is a function of the
// trace of a run; it is plain data, and lives longer than the trace.
//
// Single-threaded while being built; afterwards readable from anywhere.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/invariants/violation.h"
#include "sim/core/runtime/trace.h"
#include "sim/core/runtime/trace_notes.h"

namespace fencepost::sim {

struct RunOutcome;

// Simulated time since the start of the run.
using Moment = std::chrono::nanoseconds;

enum class EventKind : std::uint8_t {
  kViolation,
  kFault,
  kMark,
  kClient,   // a client begins, is told, or is refused
  kMove,     // what a mover does
  kCatalog,  // a save of the catalog, or a new version of it
  kLog,      // an entry enters a group's log
  kApply,    // a replica applies an entry
  kVersion,  // an engine reaches a version
  kProcess,  // a process starts, a replica restores, somebody leads
  kWorld,    // the world itself: its configuration, healing
};
inline constexpr std::size_t kEventKindCount = static_cast<std::size_t>(EventKind::kWorld) + 1;

// "violation", "fault", ... as the page and the Chrome trace call them.
std::string_view EventKindName(EventKind kind);

enum class LaneKind : std::uint8_t { kCatalog, kGroup, kNode, kClient, kMover, kOperator, kWorld };
std::string_view LaneKindName(LaneKind kind);

struct Lane {
  std::string name;  // e.g. "node-2"
  LaneKind kind = LaneKind::kWorld;
};

// An entry of a group's log, as agreed on or as applied.
struct LogPosition {
  std::uint64_t group = 0;
  std::uint64_t index = 0;

  friend bool operator==(const LogPosition&, const LogPosition&) = default;
};

struct TimelineEvent {
  Moment time{0};
  std::size_t lane = 0;
  EventKind kind = EventKind::kWorld;
  std::string text;
  std::optional<LogPosition> position;  // of kLog and kApply
  bool refused = false;                 // an entry applied without effect, a client refused
};

struct TimelineMessage {
  std::size_t from = 0;  // lanes
  std::size_t to = 0;
  Moment sent{0};
  Moment arrives{0};  // or should have
  bool lost = false;
};

// A lane is at a version from one time to another.
struct Band {
  std::size_t lane = 0;
  Moment from{0};
  Moment until{0};
  std::uint64_t version = 0;
};

// Something that takes time: a client's transaction, a mover's move.
enum class SpanEnd : std::uint8_t { kDone, kRefused, kUnknown, kUnfinished };
std::string_view SpanEndName(SpanEnd end);
struct Span {
  std::size_t lane = 0;
  Moment from{0};
  Moment until{0};
  std::size_t begin_event = 0;  // in `events`
  SpanEnd end = SpanEnd::kUnfinished;
  std::string what;     // e.g. "append 5 to k003"
  std::string outcome;  // what the client was told; empty while unfinished
  std::string name;     // "T1" if the violation's sentences call it so
};

struct CatalogVersionNote {
  Moment time{0};
  std::uint64_t version = 0;
  std::vector<TraceNotes::Route> routes;
};

struct Timeline {
  // What this is a run of; for headings.
  std::string scenario;
  std::string summary;  // of the scenario
  std::string replay;   // the command that runs it again; may be empty

  Moment end{0};
  std::uint64_t steps = 0;
  std::string trace_hash;
  std::optional<model::Violation> violation;
  Moment violated_at{0};

  std::vector<Lane> lanes;                  // in the order in which they are to be shown
  std::vector<TimelineEvent> events;        // by time
  std::vector<TimelineMessage> messages;    // by the time they were sent
  std::vector<Band> bands;                  // by lane, then time
  std::vector<Span> spans;                  // by beginning
  std::vector<CatalogVersionNote> catalog;  // by version
  // Set when isolation broke: edges by index of `transactions`, each of which is an index of `spans`.
  struct Cycle {
    std::string anomaly;
    std::vector<std::size_t> spans;  // T1, T2, ...
    std::vector<TraceNotes::HistoryAnomaly::Edge> edges;
    std::vector<std::string> sentences;  // in the clients' names
  };
  std::optional<Cycle> cycle;
};

// How a run is called in its reports.
struct RunTitle {
  std::string scenario;
  std::string summary;
  std::string replay;
};

// REQUIRES: `trace` keeps text, and `outcome` is that of its run. O(n log n) in what it keeps.
Timeline BuildTimeline(const Trace& trace, const RunOutcome& outcome, RunTitle title);

// "0.733 s".
std::string FormatTime(Moment time);

}  // namespace fencepost::sim
