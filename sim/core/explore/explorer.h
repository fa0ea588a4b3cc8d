// The enumerating search: every run with at most so many deviations, each exactly once, nothing sampled.
//
// Runs form a tree. Its root answers every draw by the default; a child answers one draw otherwise, one that
// comes *after* its parent's last deviation in time, and the default from there on. A run is the child of the
// run without its last deviation, so each is visited once and none twice. Level k holds the runs of k
// deviations, and is visited as a whole before the next: the fewest delays first ("delay bounding"; Emmi,
// Qadeer, Rakamaric). The number of runs of a level is known once the level before has been run, since each
// run tells which draws it made and how many answers each had.
//
// Only the path to the present run is kept, so memory does not grow with the runs, and where a search stopped
// is a few numbers (explore_state.h). Ancestors are run again to get at their draws: one run more per parent.
//
// What is not tried, and why that leaves nothing out:
//   - answers of weight 0, which no driver gives;
//   - draws of streams that the space holds fixed.
// What is not pruned: runs with the same trace. A trace does not tell everything that a run would do if it
// went on otherwise (what a message holds that nobody looked at), so equal traces may have unequal children;
// they are counted as `quiet` and explored like any other. Sampling the answers of a draw that has very many
// (ExploreOptions::alternatives) does leave runs out: how many is counted per level.
//
// Deterministic: the same space gives the same runs in the same order. Single-threaded.
#pragma once

#include <absl/status/status.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/invariants/violation.h"
#include "sim/core/choices/choices.h"
#include "sim/core/explore/draw_log.h"
#include "sim/core/explore/explore_state.h"
#include "sim/core/runtime/trace.h"

namespace fencepost::sim {

struct ExploredRun {
  DrawLog log;  // of the draws that may deviate, in the order they were made
  TraceHash hash;
  std::optional<model::Violation> violation;
};

// What is explored: anything that runs from a list of deviations and tells its draws.
class ExploreSpace {
 public:
  virtual ~ExploreSpace() = default;

  // A function of `deviations` alone. Each is of a draw that the run without it makes.
  virtual ExploredRun Run(const std::vector<Deviation>& deviations) = 0;
};

struct ExploreProgress {
  std::uint64_t level = 0;
  std::uint64_t runs = 0;   // of this level
  std::uint64_t total = 0;  // of this level
  std::uint64_t violations = 0;
};

// A run that was visited.
struct ExploreVisit {
  const std::vector<Deviation>& deviations;  // in the order they were made
  const ExploredRun& run;
};

struct ExploreOptions {
  std::uint64_t deviations = 1;
  std::uint64_t limit = UINT64_MAX;         // runs visited by this call
  std::uint64_t alternatives = UINT64_MAX;  // of one draw at most; at least 1. Spread evenly, ends included.
  // Asked before each run; true ends the search. May be empty.
  std::function<bool()> interrupted;
  // Called with each run; false ends the search after it. May be empty.
  std::function<bool(const ExploreVisit&)> visit;
  // Called after each run, with the state to go on from. May be empty.
  std::function<void(const ExploreProgress&, const ExploreState&)> progress;
};

// Goes on from `state`, a new one or one that a search of the same space left, and leaves it where it
// stopped. FailedPrecondition when the state names runs that the space does not have. REQUIRES:
// state->alternatives is that of the options, unless new.
absl::Status Explore(ExploreSpace* space, const ExploreOptions& options, ExploreState* state);

// Whether every run with at most so many deviations has been visited (but for answers that were sampled).
bool Exhausted(const ExploreState& state, std::uint64_t deviations);

}  // namespace fencepost::sim
