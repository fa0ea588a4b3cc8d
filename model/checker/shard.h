// One thread's share of a search: the states whose hash falls to it, and the work of expanding them.
//
// A state belongs to exactly one shard, so no two threads ever insert into one set. A shard expands its own
// part of the frontier, keeps the successors that are its own and leaves the others in one outbox per
// receiver. The search alternates two phases with all threads waiting in between, everyone expands some, then
// everyone takes what was left for him; so boxes need no locks, and the order of insertion does not depend on
// timing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "model/checker/packed_state.h"
#include "model/checker/state_machine.h"
#include "model/checker/state_sets.h"

namespace fencepost::model {

// A state that breaks an invariant. Ordered by precedence.
template <class State>
struct ViolatingState {
  std::size_t rank = 0;  // the position in the list of invariants to check
  State state;

  friend auto operator<=>(const ViolatingState&, const ViolatingState&) = default;
};

template <class State, class Set>
class Shard {
 public:
  Shard(const StateMachine<State>* machine, std::span<const std::size_t> invariants, std::size_t self,
        std::size_t shard_count, Set set)
      : machine_(machine),
        invariants_(invariants),
        self_(self),
        set_(std::move(set)),
        outboxes_(shard_count) {
    batch_.reserve(kBatch);
  }

  // Which of `shard_count` shards a hash falls to: by its high bits, for its low bits place it in a table.
  static std::size_t Owner(std::uint64_t hash, std::size_t shard_count) {
    return static_cast<std::size_t>(((hash >> 32) * shard_count) >> 32);
  }

  // First phase: expands the frontier until it is used up, or enough is done for one round.
  void ExpandSome() {
    const std::uint64_t round_end = std::min(cursor_ + kRound, set_.FrontierSize());
    while (cursor_ < round_end && !out_of_memory_ && StatesInOutboxes() < kOutboxes) {
      successors_.clear();
      machine_->Expand(set_.FrontierAt(cursor_), successors_);
      ++cursor_;
      generated_ += successors_.size();
      for (const Successor<State>& successor : successors_) Deliver(successor.state);
    }
    Flush();
  }

  // Second phase: takes what another shard left for this one.
  void TakeFrom(Shard& sender) {
    std::vector<State>& box = sender.outboxes_[self_];
    for (const State& state : box) Accept(state, StateHash()(state));
    Flush();
    box.clear();
  }

  void InsertInitial(const State& state) {
    ++generated_;
    Accept(state, StateHash()(state));
    Flush();
  }

  void NextLevel() {
    set_.NextLevel();
    cursor_ = 0;
  }

  bool frontier_done() const { return cursor_ == set_.FrontierSize(); }
  bool out_of_memory() const { return out_of_memory_; }
  std::uint64_t generated() const { return generated_; }
  const std::optional<ViolatingState<State>>& violation() const { return violation_; }
  const Set& set() const { return set_; }

 private:
  // A batch hides the cache misses of its probes behind one another; a round bounds what outboxes hold, which
  // no budget is charged for.
  static constexpr std::size_t kBatch = 128;
  static constexpr std::uint64_t kRound = 1 << 14;
  static constexpr std::size_t kOutboxes = (std::size_t{1} << 20) / sizeof(State);

  struct Pending {
    State state;
    std::uint64_t hash;
  };

  void Deliver(const State& state) {
    const std::uint64_t hash = StateHash()(state);
    const std::size_t owner = Owner(hash, outboxes_.size());
    if (owner == self_) {
      Accept(state, hash);
    } else {
      outboxes_[owner].push_back(state);
    }
  }

  void Accept(const State& state, std::uint64_t hash) {
    if (!machine_->InsideConstraint(state)) {
      Judge(state);
      return;
    }
    set_.Prefetch(hash);
    batch_.push_back(Pending{state, hash});
    if (batch_.size() == kBatch) Flush();
  }

  void Flush() {
    for (const Pending& pending : batch_) {
      switch (set_.Insert(pending.state, pending.hash)) {
        case Insertion::kNew:
          Judge(pending.state);
          break;
        case Insertion::kKnown:
          break;
        case Insertion::kOutOfMemory:
          out_of_memory_ = true;
          break;
      }
      if (out_of_memory_) break;
    }
    batch_.clear();
  }

  void Judge(const State& state) {
    for (std::size_t rank = 0; rank < invariants_.size(); ++rank) {
      if (machine_->Holds(invariants_[rank], state)) continue;
      const ViolatingState<State> found{rank, state};
      if (!violation_.has_value() || found < *violation_) violation_ = found;
      return;
    }
  }

  std::size_t StatesInOutboxes() const {
    std::size_t sum = 0;
    for (const std::vector<State>& box : outboxes_) sum += box.size();
    return sum;
  }

  const StateMachine<State>* machine_;
  std::span<const std::size_t> invariants_;
  std::size_t self_;
  Set set_;
  std::vector<std::vector<State>> outboxes_;  // by receiver; this shard's own stays empty
  std::vector<Successor<State>> successors_;
  std::vector<Pending> batch_;
  std::uint64_t cursor_ = 0;  // how much of the frontier is expanded
  std::uint64_t generated_ = 0;
  std::optional<ViolatingState<State>> violation_;
  bool out_of_memory_ = false;
};

}  // namespace fencepost::model
