// Breadth-first search, level by level, over one shard per thread (shard.h).
//
// Run explores until nothing is new, a violation's level is complete, the memory is used up or the caller
// stops it; or until a given level is the frontier, which is how a counterexample looks back at a level that
// only hash compaction has forgotten. Owns its threads for the length of Run; everything else is called
// from one thread, with no Run going on.
//
// Sharding by hash after Stern and Dill, Parallelizing the Murphi verifier (1997), with a barrier after each
// round instead of messages at any time.
#pragma once

#include <barrier>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <thread>
#include <vector>

#include "model/checker/check.h"
#include "model/checker/memory_budget.h"
#include "model/checker/shard.h"

namespace fencepost::model {

template <class State, class Set>
class LevelSearch {
 public:
  static constexpr std::uint64_t kNoLastLevel = std::numeric_limits<std::uint64_t>::max();

  // `make_set` makes one shard's empty set. `machine` and `options` must outlive the search.
  template <class MakeSet>
  LevelSearch(const StateMachine<State>* machine, const CheckOptions* options, MakeSet make_set)
      : options_(options) {
    shards_.reserve(options->threads);
    for (std::size_t i = 0; i < options->threads; ++i) {
      shards_.emplace_back(machine, options->invariants, i, std::size_t{options->threads}, make_set());
    }
    const State initial = machine->Initial();
    ShardOf(initial).InsertInitial(initial);
    EndLevel();
  }

  // Explores until done, or until `last_level` (the initial state's is 1) is the frontier. Goes on where the
  // Run before ended.
  void Run(std::uint64_t last_level = kNoLastLevel) {
    last_level_ = last_level;
    if (finished()) return;
    std::barrier expanded(static_cast<std::ptrdiff_t>(shards_.size()));
    auto end_round = [this]() noexcept { EndRound(); };
    std::barrier taken(static_cast<std::ptrdiff_t>(shards_.size()), end_round);
    const auto work = [this, &expanded, &taken](std::size_t self) {
      while (!finished()) {
        shards_[self].ExpandSome();
        expanded.arrive_and_wait();
        for (Shard<State, Set>& sender : shards_) shards_[self].TakeFrom(sender);
        taken.arrive_and_wait();
      }
    };
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < shards_.size(); ++i) threads.emplace_back(work, i);
    work(0);
  }

  CheckEnd end() const { return end_; }
  std::uint64_t levels() const { return levels_; }
  std::uint64_t generated() const { return progress().generated; }
  std::uint64_t distinct() const { return progress().distinct; }
  const std::optional<ViolatingState<State>>& violation() const { return violation_; }
  // The level whose expansion brought the violation forth; 0 when the initial state itself is one.
  std::uint64_t level_before_violation() const { return level_before_violation_; }
  const std::vector<Shard<State, Set>>& shards() const { return shards_; }

 private:
  Shard<State, Set>& ShardOf(const State& state) {
    return shards_[Shard<State, Set>::Owner(StateHash()(state), shards_.size())];
  }

  bool finished() const { return finished_ || levels_ >= last_level_; }

  // Alone, with every other thread waiting.
  void EndRound() {
    bool level_done = true;
    for (const Shard<State, Set>& shard : shards_) {
      if (shard.out_of_memory()) return StopWithinLevel(CheckEnd::kOutOfMemory);
      level_done = level_done && shard.frontier_done();
    }
    if (level_done) EndLevel();
    if (finished_ || !options_->keep_going || options_->keep_going(progress())) return;
    StopWithinLevel(CheckEnd::kStopped);
  }

  void EndLevel() {
    CollectViolation();
    ++ended_levels_;
    std::uint64_t frontier = 0;
    for (Shard<State, Set>& shard : shards_) {
      shard.NextLevel();
      frontier += shard.set().FrontierSize();
      if (shard.out_of_memory()) return Finish(CheckEnd::kOutOfMemory);
    }
    if (frontier > 0) ++levels_;
    if (violation_.has_value()) return Finish(CheckEnd::kViolation);
    if (frontier == 0) Finish(CheckEnd::kComplete);
  }

  // A violation among what was found of the next level counts, although there may be smaller ones.
  void StopWithinLevel(CheckEnd end) {
    CollectViolation();
    if (!violation_.has_value()) return Finish(end);
    ++levels_;
    Finish(CheckEnd::kViolation);
  }

  void CollectViolation() {
    level_before_violation_ = ended_levels_;
    for (const Shard<State, Set>& shard : shards_) {
      const std::optional<ViolatingState<State>>& found = shard.violation();
      if (found.has_value() && (!violation_.has_value() || *found < *violation_)) violation_ = found;
    }
  }

  void Finish(CheckEnd end) {
    finished_ = true;
    end_ = end;
  }

  Progress progress() const {
    Progress sum;
    sum.level = levels_;
    for (const Shard<State, Set>& shard : shards_) {
      sum.generated += shard.generated();
      sum.distinct += shard.set().size();
      sum.frontier += shard.set().FrontierSize();
    }
    return sum;
  }

  const CheckOptions* options_;
  std::vector<Shard<State, Set>> shards_;
  std::uint64_t levels_ = 0;  // that have a state
  std::uint64_t ended_levels_ = 0;
  std::uint64_t level_before_violation_ = 0;
  std::uint64_t last_level_ = kNoLastLevel;
  std::optional<ViolatingState<State>> violation_;
  CheckEnd end_ = CheckEnd::kComplete;
  bool finished_ = false;
};

}  // namespace fencepost::model
