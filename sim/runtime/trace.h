// What happened in a run, as a sequence of events folded into one stable 128-bit hash.
//
// Two runs of the same choices have the same hash, on any compiler and machine, with and without sanitizers;
// the first event at which two traces differ is where determinism was lost. Hashing is xxHash's XXH3-128,
// chained event by event.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/choices/driver.h"

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

class Trace {
 public:
  explicit Trace(TraceDetail detail);

  // The scheduler ran a task. Folded, and kept as a hash at kHashes and above; it has no line of text.
  void Step(std::chrono::nanoseconds time, ActorId actor);

  // Something worth telling happened. `text` must be a function of the run's choices alone.
  void Event(std::chrono::nanoseconds time, ActorId actor, std::string_view text);

  TraceHash hash() const;
  std::uint64_t events() const;  // steps and events so far

  // (accessors of the kept hashes and lines, and private members, are the implementation's)
};

}  // namespace fencepost::sim
