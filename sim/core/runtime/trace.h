// What happened in a run, as a sequence of typed events folded into one stable 128-bit hash.
//
// Two runs of the same choices have the same hash, on any compiler and machine, with and without sanitizers;
// the first event at which two traces differ is where determinism was lost. Hashing is xxHash's XXH3-128,
// chained event by event: the hash so far, which begins as 0, is followed by the event, and their hash is the
// hash so far from then on. What is hashed is, with every number little-endian:
//
//     u64 high and u64 low of the hash so far | u32 type (1 step, 2 event) | u32 actor | i64 nanoseconds
//     and, of an event only: u64 key of its kind (kinds/kinds.h) | its fields (fields.h)
//
// So a hash depends on the names of kinds and on the values of fields, and on no wording.
//
// Single-threaded.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/choices/driver.h"
#include "sim/core/kinds/kinds.h"
#include "sim/core/runtime/event.h"

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
  kEvents,    // hashes, and every event and note: replay
};

// One event as it was kept; valid as long as its trace.
struct TraceEvent {
  std::uint64_t index = 0;  // counted from 0: of an event among the steps and events of its trace; of a note,
                            // how many steps and events there had been
  std::chrono::nanoseconds time{0};
  ActorId actor = 0;
  bool is_note = false;              // told beside the trace, and no part of its hash
  const KeptEvent* event = nullptr;  // null: a step, the scheduler ran a task

  bool is_step() const { return event == nullptr; }
  const EventKind* kind() const { return event == nullptr ? nullptr : &event->kind(); }

  // The event as what it is; null when it is something else. `E` is the type that is kept.
  template <class E>
  const E* As() const {
    const auto* const kept = dynamic_cast<const KeptEventOf<E>*>(event);
    return kept == nullptr ? nullptr : &kept->event();
  }
};

class Trace {
 public:
  explicit Trace(TraceDetail detail);

  // The scheduler ran a task. Folded, and kept from kHashes on.
  void Step(std::chrono::nanoseconds time, ActorId actor);

  // Something worth telling happened. Folded; its fields must be functions of the run's choices alone.
  template <TypedEvent E>
  void Event(std::chrono::nanoseconds time, ActorId actor, const E& event) {
    BeginEvent(time, actor, E::kKind);
    FieldEncoder encoder(&scratch_);
    event.Fields(encoder);
    Fold(scratch_);
    if (detail_ == TraceDetail::kEvents) Keep(time, actor, KeepEvent(event), /*is_note=*/false);
  }

  // Something is told for reports alone: never folded, kept only at kEvents. Nothing in a run may depend on
  // it.
  template <class E>
  void Note(std::chrono::nanoseconds time, ActorId actor, const E& event) {
    if (detail_ == TraceDetail::kEvents) Keep(time, actor, KeepEvent(event), /*is_note=*/true);
  }

  TraceHash hash() const { return hash_; }
  std::uint64_t events() const { return events_; }  // steps and events so far
  TraceDetail detail() const { return detail_; }

  // The low half of the hash after each step and event; empty at kHashOnly. Valid until the trace changes.
  std::span<const std::uint64_t> prefix_hashes() const { return prefix_hashes_; }

  // The step or event of that index; nothing below kEvents or past the end. O(log n).
  std::optional<TraceEvent> EventAt(std::uint64_t index) const;

  // Everything that was kept, steps aside, in order. O(n).
  std::vector<TraceEvent> KeptEvents() const;

  // What an actor is called, for reports; kept at kEvents only.
  struct Actor {
    ActorId actor = 0;
    std::string name;
    const ActorKind* kind = nullptr;
  };
  void NameActor(ActorId actor, std::string_view name, const ActorKind& kind);
  const std::vector<Actor>& actors() const { return actors_; }  // in the order in which they were named
  // "actor 7" for one that was never named. O(actors).
  std::string NameOf(ActorId actor) const;

 private:
  struct Record {
    std::uint64_t index;
    std::chrono::nanoseconds time;
    ActorId actor;
    bool is_note;
    std::unique_ptr<const KeptEvent> event;
  };

  static TraceEvent View(const Record& record);
  void BeginEvent(std::chrono::nanoseconds time, ActorId actor, const EventKind& kind);
  void Fold(std::span<const unsigned char> event);
  void Keep(std::chrono::nanoseconds time, ActorId actor, std::unique_ptr<const KeptEvent> event,
            bool is_note);

  TraceDetail detail_;
  TraceHash hash_;
  std::uint64_t events_ = 0;
  std::vector<unsigned char> scratch_;  // the event being folded
  std::vector<std::uint64_t> prefix_hashes_;
  std::vector<Record> records_;
  std::vector<Actor> actors_;
};

// e.g. "event 17 at 1.250000000s, node-1: version-reached version=3", or "...: ran a task".
std::string FormatTraceEvent(const TraceEvent& event, const Trace& trace);

// Where two traces part: the index of the first event that differs, or that only one of them has; nothing
// when they are equal. REQUIRES: both keep at least kHashes. O(log events): a chained hash, once it differs,
// goes on differing.
std::optional<std::uint64_t> FirstDifference(const Trace& left, const Trace& right);

}  // namespace fencepost::sim
