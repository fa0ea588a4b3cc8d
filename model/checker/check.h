// The explicit-state checker: explores every reachable state of a machine, breadth first, and judges each.
//
// How: level_search.h, over the sets of state_sets.h; the way to a violation in shortest_path.h; liveness in
// liveness.h. Takes one expansion of each distinct state, at most one more to tell a counterexample, and
// shared out evenly among the threads. Check may be called from several threads at once, each with a machine
// that may be; keep_going is called from one of the threads of its own search.
//
// It counts what it generates, stops when an invariant breaks, and then tells the shortest way there. Counts
// and counterexamples are functions of the machine and the invariants alone: the same for any number of
// threads (hash compaction and stopping early excepted).
//
// A violation ends the search with its level: everything as far from the initial state as the violating state
// is still explored and counted, and of all violations there the first invariant's, then the numerically
// smallest state's, is told. A search that runs out of memory, or is stopped, within such a level tells the
// best violation it has seen there, with the counts so far.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/checker/state_machine.h"

namespace fencepost::model {

// How far a search is.
struct Progress {
  std::uint64_t generated = 0;  // successors, duplicates included, and the initial state
  std::uint64_t distinct = 0;
  std::uint64_t level = 0;     // being expanded; the initial state's is 1
  std::uint64_t frontier = 0;  // states on that level
  std::uint64_t judged = 0;    // of the distinct ones, by the liveness check, which begins when all are known
};

struct CheckOptions {
  std::vector<std::size_t> invariants;  // which to check, by position, in order of precedence
  // Judge the machine's liveness property too, once every state is known and no invariant is broken.
  bool liveness = false;
  unsigned threads = 1;  // at least 1
  std::uint64_t memory_limit_bytes = std::uint64_t{4} << 30;
  // Keep only this many bits of hash of each state (1..64), and so possibly miss some. Not with liveness.
  std::optional<int> fingerprint_bits;
  // Called now and then, from one thread at a time; false ends the search. Must not throw.
  std::function<bool(const Progress&)> keep_going;
};

enum class CheckEnd {
  kComplete,     // every state was seen (or as many as the fingerprints told apart)
  kViolation,    // the search ended with a counterexample
  kOutOfMemory,  // the memory limit was reached; nothing is known about the states not seen
  kStopped,      // keep_going said so
};

struct TraceStep {
  std::string action;
  std::string state;  // after the action
};

// A behaviour that breaks a property: from the initial state along `steps`; then, for liveness, around
// `cycle` forever.
struct Counterexample {
  std::string property;
  std::string initial_state;
  std::vector<TraceStep> steps;
  std::vector<TraceStep> cycle;
};

struct CheckResult {
  CheckEnd end = CheckEnd::kComplete;
  std::uint64_t generated = 0;
  std::uint64_t distinct = 0;
  std::uint64_t depth = 0;  // states on the longest shortest path, the initial state included
  std::optional<Counterexample> violation;
  std::uint64_t peak_bytes = 0;  // of what grows with the states
  double omission_bound = 0;     // how likely a state was missed at most; 0 without fingerprints
};

// Defined for the state types of VisitStateType.
template <class State>
CheckResult Check(const StateMachine<State>& machine, const CheckOptions& options);

}  // namespace fencepost::model
