// The levels of a search that kept only fingerprints, found again from the last to the first.
//
// Searching is repeated from the start, up to the level asked for, and as many of the levels before it are
// kept as fit in the memory that the first search left over; asking backwards therefore repeats the search
// once for each such portion, and not once for each level. Deterministic like the search itself: the same
// fingerprints hide the same states. Not thread-safe, but for the threads that a search has of its own.
#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <utility>
#include <vector>

#include "model/checker/check.h"
#include "model/checker/level_search.h"
#include "model/checker/memory_budget.h"
#include "model/checker/state_sets.h"

namespace fencepost::model {

template <class State>
class RecalledLevels {
 public:
  // Keeps levels of `spare_bytes` together, and always one. Both pointers must outlive it.
  RecalledLevels(const StateMachine<State>* machine, const CheckOptions* options, std::uint64_t spare_bytes)
      : machine_(machine), options_(options), spare_bytes_(spare_bytes) {}

  // Shows the visitor every state of a level (the initial state's is 1) that the first search expanded.
  template <class Visitor>
  void Visit(std::uint64_t level, Visitor visitor) {
    if (level < first_kept_ || level >= first_kept_ + kept_.size()) Recall(level);
    for (const State& state : kept_[level - first_kept_]) visitor(state);
  }

 private:
  using Search = LevelSearch<State, CompactSet<State>>;

  void Recall(std::uint64_t last_level) {
    // It takes what it took before, give or take two tables that now happen to grow at the same moment.
    MemoryBudget budget(std::numeric_limits<std::uint64_t>::max());
    const int bits = *options_->fingerprint_bits;
    Search search(machine_, options_, [&] { return CompactSet<State>(&budget, bits); });
    kept_.clear();
    first_kept_ = 1;
    std::uint64_t kept_bytes = 0;
    for (std::uint64_t level = 1; level <= last_level; ++level) {
      search.Run(level);
      kept_.push_back(FrontierOf(search));
      kept_bytes += BytesOf(kept_.back());
      while (kept_bytes > spare_bytes_ && kept_.size() > 1) {
        kept_bytes -= BytesOf(kept_.front());
        kept_.pop_front();
        ++first_kept_;
      }
    }
  }

  static std::vector<State> FrontierOf(const Search& search) {
    std::vector<State> states;
    for (const auto& shard : search.shards()) {
      for (std::uint64_t i = 0; i < shard.set().FrontierSize(); ++i)
        states.push_back(shard.set().FrontierAt(i));
    }
    return states;
  }

  static std::uint64_t BytesOf(const std::vector<State>& states) { return states.capacity() * sizeof(State); }

  const StateMachine<State>* machine_;
  const CheckOptions* options_;
  std::uint64_t spare_bytes_;
  std::deque<std::vector<State>> kept_;  // from first_kept_ on
  std::uint64_t first_kept_ = 1;
};

}  // namespace fencepost::model
