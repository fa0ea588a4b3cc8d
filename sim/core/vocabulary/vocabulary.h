// What one simulation can name: its faults, marks, invariants, actors and events, and which of its names
// stand for things that could be exchanged for one another.
//
// Registered explicitly, by whoever makes the simulation; nothing registers itself. Built once, then only
// read: thread-safe from then on.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/kinds/kind_list.h"
#include "sim/core/kinds/kinds.h"
#include "sim/core/runtime/trace.h"

namespace fencepost::sim {

// Things of one sort that are numbered and alike, so that a failure with one is a failure with another: what
// the values of draws with these labels count from 0, streams whose names have these stems count from 1. E.g.
// the node of number 2 is answer 2 to a draw labelled "node", and "node-3" in the names of streams.
struct Interchangeable {
  std::vector<std::string_view> labels;
  std::vector<std::string_view> stems;
};

class Vocabulary {
 public:
  // Knows the events that every simulation has: runtime/core_events.h.
  Vocabulary();
  Vocabulary(const Vocabulary&) = delete;  // counts point at its lists
  Vocabulary& operator=(const Vocabulary&) = delete;

  KindList<FaultKind> faults;
  KindList<MarkKind> marks;
  KindList<InvariantKind> invariants;
  KindList<ActorKind> actors;

  std::vector<Interchangeable> interchangeable;

  // Registers a kind of event, and how it is put into words: one clause that names the actor, without a full
  // stop. `trace` is the event's, for the names of other actors.
  template <class E>
  void AddEvent(
      std::function<std::string(const E& event, const TraceEvent& told, const Trace& trace)> words) {
    events.Add(E::kKind);
    words_.push_back(Words{&E::kKind, [words = std::move(words)](const TraceEvent& told, const Trace& trace) {
                             const E* const event = told.As<E>();
                             return event == nullptr ? std::string() : words(*event, told, trace);
                           }});
  }
  KindList<EventKind> events;

  // The event in words; its kind and fields where nobody has words for it. Empty for a step.
  std::string Tell(const TraceEvent& event, const Trace& trace) const;

 private:
  struct Words {
    const EventKind* kind;
    std::function<std::string(const TraceEvent&, const Trace&)> tell;
  };
  void AddCoreEvents();

  std::vector<Words> words_;
};

}  // namespace fencepost::sim
