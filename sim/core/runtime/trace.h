// What happened in a run, as a sequence of events folded into one stable 128-bit hash.
//
// Two runs of the same choices have the same hash, on any compiler and machine, with and without sanitizers;
// the first event at which two traces differ is where determinism was lost. Hashing is xxHash's XXH3-128,
// chained event by event: the hash so far, which begins as 0, is followed by the event, and their hash is the
// hash so far from then on. What is hashed is, with every number little-endian:
//
//     u64 high and u64 low of the hash so far | u32 kind (1 step, 2 event) | u32 actor | i64 nanoseconds
//     and, of an event only: u64 high and u64 low of the XXH3-128 of its text, or 0 and its digest
//
// Single-threaded.
#pragma once

#include <absl/functional/function_ref.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/choices/driver.h"
#include "sim/core/runtime/trace_notes.h"

namespace fencepost::sim {

struct TraceHash {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  friend bool operator==(const TraceHash&, const TraceHash&) = default;
};

// 32 lower-case hex digits.
std::string FormatTraceHash(const TraceHash& hash);

// How much of a trace is kept beside its hash.
enum class TraceDetail {
  kHashOnly,  // nothing: the nightly
  kHashes,    // one 64-bit chained hash per event: what the twin check compares
  kText,      // hashes and one line of text per event: replay
};

// One event as it was kept.
struct TraceEvent {
  std::uint64_t index = 0;  // the how-manieth of its trace, from 0
  std::chrono::nanoseconds time{0};
  ActorId actor = 0;
  bool is_step = false;   // then without text
  std::string_view text;  // valid until the trace changes

  friend bool operator==(const TraceEvent&, const TraceEvent&) = default;
};

// e.g. "event 17 at 1.250000000s, actor 3: ran a task".
std::string FormatTraceEvent(const TraceEvent& event);

class Trace {
 public:
  explicit Trace(TraceDetail detail);

  // The scheduler ran a task. Folded, and kept as a hash at kHashes and above; it has no line of text.
  void Step(std::chrono::nanoseconds time, ActorId actor);

  // Something worth telling happened. `text` must be a function of the run's choices alone.
  void Event(std::chrono::nanoseconds time, ActorId actor, std::string_view text);

  // The same for what is told often and whose text is costly: `digest` is folded in its place, and must be as
  // telling as the text; `describe` is called at kText only.
  void Event(std::chrono::nanoseconds time, ActorId actor, std::uint64_t digest,
             absl::FunctionRef<std::string()> describe);

  TraceHash hash() const { return hash_; }
  std::uint64_t events() const { return events_; }  // steps and events so far
  TraceDetail detail() const { return detail_; }

  // The low half of the hash after each event; empty at kHashOnly. Valid until the trace changes.
  std::span<const std::uint64_t> prefix_hashes() const { return prefix_hashes_; }

  // The event of that index; nothing below kText or past the end. O(1).
  std::optional<TraceEvent> EventAt(std::uint64_t index) const;

  // What is told beside the events, to be added to by whoever knows; null below kText. Never hashed.
  TraceNotes* notes() { return detail_ == TraceDetail::kText ? &notes_ : nullptr; }
  const TraceNotes* notes() const { return detail_ == TraceDetail::kText ? &notes_ : nullptr; }

  // Notes what that actor is called.
  void NoteActor(ActorId actor, std::string_view name);

  // Notes that a fault struck or a mark was hit just now. `name` must live as long as the trace.
  void NoteFault(std::string_view name) { Note(name, /*is_fault=*/true); }
  void NoteMark(std::string_view name) { Note(name, /*is_fault=*/false); }

  // The events that have text, in order; empty below kText. O(events).
  std::vector<TraceEvent> TextEvents() const;

 private:
  struct Record {
    std::chrono::nanoseconds time;
    std::size_t text_end;  // in texts_, where the record before it ends this one's text begins
    ActorId actor;
    bool is_step;
  };

  void Note(std::string_view name, bool is_fault);
  void Fold(std::span<const unsigned char> event);
  void Keep(std::chrono::nanoseconds time, ActorId actor, bool is_step, std::string_view text);

  TraceDetail detail_;
  TraceHash hash_;
  std::uint64_t events_ = 0;
  std::vector<std::uint64_t> prefix_hashes_;
  std::vector<Record> records_;
  std::string texts_;
  TraceNotes notes_;
};

// Where two traces part: the index of the first event that differs, or that only one of them has; nothing
// when they are equal. REQUIRES: both keep at least kHashes. O(log events): a chained hash, once it differs,
// goes on differing.
std::optional<std::uint64_t> FirstDifference(const Trace& left, const Trace& right);

}  // namespace fencepost::sim
