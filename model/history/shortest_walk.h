// Shortest cycles through a given edge, within one component: breadth-first search.
//
// Not thread-safe: it keeps its marks from search to search, so that a search costs only what it visits.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "model/history/components.h"

namespace fencepost::model::history {

class ShortestWalks {
 public:
  explicit ShortestWalks(const DependencyGraph& graph);

  // How many states the searches from now on may visit before they are exhausted. A search that has begun is
  // finished all the same.
  void SetBudget(std::uint64_t states) { budget_ = states; }
  bool IsExhausted() const { return budget_ == 0; }

  // Confines the searches from now on to these states.
  void EnterComponent(std::span<const WalkState> states);

  // The transactions of a shortest cycle that begins with that edge of that state, each once, the state's own
  // first; nothing if there is none. The rest of the cycle follows `rule`; under kNoNeighbouringRw so does
  // the seam. Where a shortest walk meets a transaction twice, it is cut to a cycle that obeys the rule but
  // need no longer have the edge in it. REQUIRES: the state is a transaction in the component.
  std::optional<std::vector<TransactionId>> Close(const WalkRule& rule, WalkState from, Edge edge);

 private:
  struct Stop {
    TransactionId transaction;
    bool leaves_by_rw;
  };
  struct Visit {
    std::uint32_t search = 0;    // the others are valid only if this is the running search
    std::uint32_t distance = 0;  // in edges that are not kPass
    WalkState came_from;
  };
  struct Queued {
    WalkState state;
    std::uint32_t distance;
  };

  // Notes a way to the state; whether it is the best so far.
  bool Reach(WalkState state, WalkState from, std::uint32_t distance);
  std::vector<TransactionId> Trace(WalkState first, WalkState last, bool first_is_rw) const;
  static void CutToSimpleCycle(std::vector<Stop>* stops);

  const DependencyGraph& graph_;
  std::vector<std::uint32_t> component_of_;  // state -> the mark of its component
  std::vector<Visit> visits_;                // by state
  std::uint32_t component_ = 0;
  std::uint32_t search_ = 0;
  std::uint64_t budget_ = 0;
  std::deque<Queued> queue_;
};

}  // namespace fencepost::model::history
