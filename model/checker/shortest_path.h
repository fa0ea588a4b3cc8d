// How a state was reached: found afterwards, level by level backwards, so that a search stores no parents.
//
// Of all predecessors on the level before, the numerically smallest is taken, by its smallest step; so the
// path does not depend on the order in which states were found. Costs at most as many expansions as the
// search, in one thread.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "model/checker/check.h"
#include "model/checker/state_machine.h"

namespace fencepost::model {

// A step and the state it leads to.
template <class State>
struct PathStep {
  Step step;
  State state;
};

// A shortest path from the initial state to `target`, which some state of `level_before` (the initial state's
// is 1; 0 when the target is the initial state) leads to. `visit_level(level, visitor)` shows the visitor
// every state of a level.
template <class State, class VisitLevel>
std::vector<PathStep<State>> ShortestPath(const StateMachine<State>& machine, State target,
                                          std::uint64_t level_before, VisitLevel visit_level) {
  std::vector<PathStep<State>> path;
  std::vector<Successor<State>> successors;
  for (std::uint64_t level = level_before; level > 0; --level) {
    std::optional<std::pair<State, Step>> best;
    visit_level(level, [&](const State& state) {
      if (best.has_value() && best->first < state) return;
      successors.clear();
      machine.Expand(state, successors);
      for (const Successor<State>& successor : successors) {
        if (successor.state != target) continue;
        const std::pair<State, Step> candidate(state, successor.step);
        if (!best.has_value() || candidate < *best) best = candidate;
      }
    });
    assert(best.has_value());
    path.push_back(PathStep<State>{best->second, target});
    target = best->first;
  }
  std::reverse(path.begin(), path.end());
  return path;
}

// The path in words.
template <class State>
std::vector<TraceStep> DescribePath(const StateMachine<State>& machine,
                                    const std::vector<PathStep<State>>& path) {
  std::vector<TraceStep> described;
  described.reserve(path.size());
  for (const PathStep<State>& taken : path) {
    described.push_back({machine.DescribeStep(taken.step), machine.DescribeState(taken.state)});
  }
  return described;
}

}  // namespace fencepost::model
