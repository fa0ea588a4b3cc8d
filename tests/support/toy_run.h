// A run of a toy system, as a trace: whoever asks, whoever answers, and a message between them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "sim/core/kinds/kinds.h"
#include "sim/core/network/network_events.h"
#include "sim/core/report/narrator.h"
#include "sim/core/runtime/core_events.h"
#include "sim/core/runtime/trace.h"
#include "sim/core/simulation/simulation.h"
#include "sim/core/vocabulary/vocabulary.h"

namespace fencepost::sim::toy {

inline constexpr ActorKind kServer{"server", "answers"};
inline constexpr ActorKind kAsker{"asker", "asks"};
inline constexpr FaultKind kPowerCut{"power-cut", "power", "the server is without power"};
inline constexpr MarkKind kAskedTwice{"asked-twice", "somebody asked twice"};
inline constexpr InvariantKind kPoliteness{"politeness", "whoever asks is answered"};

struct Asked {
  static constexpr EventKind kKind{"asked", "asker"};
  std::string what;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("what", what);
  }
};

// Nobody has words for it.
struct Hummed {
  static constexpr EventKind kKind{"hummed", "music"};
  std::uint64_t hertz = 440;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("hertz", hertz);
  }
};

struct Woke {
  static constexpr EventKind kKind{"woke", categories::kProcess};

  template <class Visitor>
  void Fields(Visitor&) const {}
};

inline const Vocabulary& Words() {
  static const Vocabulary* const words = [] {
    auto* const made = new Vocabulary();
    AddNetwork(made);
    made->actors.Add(kServer);
    made->actors.Add(kAsker);
    made->faults.Add(kPowerCut);
    made->marks.Add(kAskedTwice);
    made->invariants.Add(kPoliteness);
    made->AddEvent<Asked>([](const Asked& event, const TraceEvent& told, const Trace& trace) {
      return trace.NameOf(told.actor) + " asks for " + event.what;
    });
    made->AddEvent<Woke>([](const Woke&, const TraceEvent& told, const Trace& trace) {
      return trace.NameOf(told.actor) + " wakes up";
    });
    return made;
  }();
  return *words;
}

class Run {
 public:
  static constexpr ActorId kServer1 = 7;
  static constexpr ActorId kAsker1 = 9;

  Run() {
    trace_.NameActor(kAsker1, "asker-1", kAsker);
    trace_.NameActor(kWorldActor, "world", kWorldKind);
    trace_.NameActor(kServer1, "server-1", kServer);
  }

  template <class E>
  Run& Event(std::chrono::nanoseconds time, ActorId actor, const E& event) {
    trace_.Event(now_ = time, actor, event);
    return *this;
  }
  template <class E>
  Run& Note(std::chrono::nanoseconds time, ActorId actor, const E& event) {
    trace_.Note(now_ = time, actor, event);
    return *this;
  }

  // Ends a millisecond later.
  RunOutcome Passes() const {
    RunOutcome outcome;
    outcome.simulated = now_ + std::chrono::milliseconds(1);
    outcome.hash = trace_.hash();
    return outcome;
  }
  RunOutcome Fails(const std::string& sentence) const {
    RunOutcome outcome = Passes();
    Violation violation;
    violation.invariant = kPoliteness.name;
    violation.sentence = sentence;
    outcome.violation = violation;
    outcome.violated_at = now_;
    return outcome;
  }

  Narration Told(const RunOutcome& outcome) const {
    return Narrator(&Words()).Narrate(trace_, outcome,
                                      RunTitle{"toy", "asking and answering", "toy --seed 1"});
  }
  Narration Told() const { return Told(Passes()); }

  Trace& trace() { return trace_; }

 private:
  static constexpr ActorKind kWorldKind{"world", "the world itself"};
  Trace trace_{TraceDetail::kEvents};
  std::chrono::nanoseconds now_{0};
};

}  // namespace fencepost::sim::toy
