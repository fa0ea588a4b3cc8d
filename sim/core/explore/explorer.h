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
//   - draws that are held fixed (ExploreOptions::base).
// What is not pruned: runs with the same trace. A trace does not tell everything that a run would do if it
// went on otherwise (what a message holds that nobody looked at), so equal traces may have unequal children;
// they are counted as `quiet` and explored like any other. Sampling the answers of a draw that has very many
// (ExploreOptions::alternatives) does leave runs out: how many is counted per level.
//
// Deterministic: the same simulation and options give the same runs in the same order. Single-threaded.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/choices/choices.h"
#include "sim/core/explore/explore_state.h"
#include "sim/core/simulation/simulation.h"

namespace fencepost::sim {

struct ExploreProgress {
  std::uint64_t level = 0;
  std::uint64_t runs = 0;   // of this level
  std::uint64_t total = 0;  // of this level
  std::uint64_t violations = 0;
};

// A run that was visited.
struct ExploreVisit {
  // What deviates from the base, in the order in which it was made; and all that the run is made of.
  const std::vector<Deviation>& deviations;
  const std::vector<Deviation>& whole;
  const RunOutcome& outcome;
};

struct ExploreOptions {
  std::uint64_t deviations = 1;
  // The draws of "config/..." and "plan/..." are answered as here and held fixed, all others begin with the
  // default: explored is how one given piece of work may be scheduled, delayed and hit by faults. Nothing:
  // config and plan may deviate too.
  std::optional<std::vector<Deviation>> base;
  std::uint64_t limit = UINT64_MAX;         // runs visited by this call
  std::uint64_t alternatives = UINT64_MAX;  // of one draw at most; at least 1. Spread evenly, ends included.
  // Asked before each run; true ends the search. May be empty.
  std::function<bool()> interrupted;
  // Called with each run; false ends the search after it. May be empty.
  std::function<bool(const ExploreVisit&)> visit;
  // Called after each run, with the state to go on from. May be empty.
  std::function<void(const ExploreProgress&, const ExploreState&)> progress;
};

// Those of `deviations` that are about what is in the world and what is planned: what a base consists of.
std::vector<Deviation> PlannedPart(const std::vector<Deviation>& deviations);

// The state of a search that has not begun. FailedPrecondition, naming the first, when some of the base's
// deviations do not fit the simulation: its plan would be another one.
absl::StatusOr<ExploreState> BeginExploring(const Simulation& simulation, const ExploreOptions& options);

// Goes on from `state`, which is new or was left by a search of the same simulation, base and alternatives,
// and leaves it where it stopped. FailedPrecondition when the state names runs that there are not. REQUIRES:
// the base is a planned part.
absl::Status Explore(const Simulation& simulation, const ExploreOptions& options, ExploreState* state);

// Whether every run with at most so many deviations has been visited (but for answers that were sampled).
bool Exhausted(const ExploreState& state, std::uint64_t deviations);

}  // namespace fencepost::sim
