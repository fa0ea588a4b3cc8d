// The two ways to remember which states were seen.
//
// Both are sets that also keep a breadth-first search's levels: inserted states join the next level, and
// NextLevel makes that the frontier. The caller passes the state's hash, which it has anyway; nothing is ever
// decided by a hash alone except where CompactSet says so. Inserting and finding take constant time on
// average, growing shared out. Not thread-safe, but for reading between changes.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "model/checker/packed_state.h"
#include "model/checker/paged_array.h"
#include "model/checker/slot_table.h"

namespace fencepost::model {

enum class Insertion {
  kNew,
  kKnown,
  kOutOfMemory,  // nothing changed
};

// Every state in full, in the order found. A slot is the state's position, and 24 bits of its hash to save
// most looks at states that differ. 8 bytes per slot beside the states. `Hash` is what callers pass hashes
// of.
template <class State, class Hash = StateHash>
class ExactSet {
 public:
  explicit ExactSet(MemoryBudget* budget) : table_(budget), states_(budget) {}

  Insertion Insert(const State& state, std::uint64_t hash) {
    const bool has_room = table_.EnsureRoom(states_.size(), [this](SlotTable& grown) {
      for (std::uint64_t i = 0; i < states_.size(); ++i) {
        const std::uint64_t rehashed = Hash()(states_[i]);
        grown.Place(rehashed, Slot(rehashed, i));
      }
    });
    if (!has_room) return Insertion::kOutOfMemory;
    const std::uint64_t position = Probe(state, hash);
    if (table_[position] != 0) return Insertion::kKnown;
    const std::uint64_t slot = Slot(hash, states_.size());
    if (!states_.PushBack(state)) return Insertion::kOutOfMemory;
    table_[position] = slot;
    return Insertion::kNew;
  }

  std::optional<std::uint64_t> Find(const State& state, std::uint64_t hash) const {
    if (table_.capacity() == 0) return std::nullopt;
    const std::uint64_t slot = table_[Probe(state, hash)];
    if (slot == 0) return std::nullopt;
    return (slot & kPositionMask) - 1;
  }

  void Prefetch(std::uint64_t hash) const { table_.Prefetch(hash); }

  std::uint64_t size() const { return states_.size(); }
  const State& operator[](std::uint64_t position) const { return states_[position]; }

  void NextLevel() {
    level_starts_.push_back(level_end_);
    level_end_ = states_.size();
  }

  std::uint64_t FrontierSize() const { return level_starts_.empty() ? 0 : level_end_ - level_starts_.back(); }
  const State& FrontierAt(std::uint64_t index) const { return states_[level_starts_.back() + index]; }

  // Levels count from 0, the initial state's. The last is the frontier.
  std::uint64_t LevelBegin(std::uint64_t level) const { return level_starts_[level]; }
  std::uint64_t LevelEnd(std::uint64_t level) const {
    return level + 1 < level_starts_.size() ? level_starts_[level + 1] : level_end_;
  }
  std::uint64_t LevelOf(std::uint64_t position) const {
    const auto after = std::upper_bound(level_starts_.begin(), level_starts_.end(), position);
    return static_cast<std::uint64_t>(after - level_starts_.begin()) - 1;
  }

 private:
  // 2^40 states of 8 bytes are 8 TiB: the memory budget ends a search long before positions run out.
  static constexpr std::uint64_t kPositionMask = (std::uint64_t{1} << 40) - 1;

  static std::uint64_t Slot(std::uint64_t hash, std::uint64_t position) {
    assert(position < kPositionMask);
    return (hash & ~kPositionMask) | (position + 1);
  }

  // Where the state is, or the empty slot where it would go.
  std::uint64_t Probe(const State& state, std::uint64_t hash) const {
    std::uint64_t position = table_.Home(hash);
    for (;; position = table_.Next(position)) {
      const std::uint64_t slot = table_[position];
      if (slot == 0) return position;
      if (((slot ^ hash) & ~kPositionMask) == 0 && states_[(slot & kPositionMask) - 1] == state)
        return position;
    }
  }

  SlotTable table_;
  PagedArray<State> states_;
  std::vector<std::uint64_t> level_starts_;
  std::uint64_t level_end_ = 0;
};

// Hash compaction (Wolper and Leroy, Reliable hashing without collision detection, 1993): only a fingerprint
// of each state stays, and the states of two levels. Two states with one fingerprint are taken for one, so a
// search may miss states; OmissionBound says how likely that is.
template <class State>
class CompactSet {
 public:
  // `fingerprint_bits` is 1..64.
  CompactSet(MemoryBudget* budget, int fingerprint_bits)
      : table_(budget),
        frontier_(budget),
        next_(budget),
        fingerprint_mask_(~std::uint64_t{0} >> (64 - fingerprint_bits)) {}

  Insertion Insert(const State& state, std::uint64_t hash) {
    const bool has_room = table_.EnsureRoom(size_, [this](SlotTable& grown) {
      for (std::uint64_t i = 0; i < table_.capacity(); ++i) {
        if (table_[i] != 0) grown.Place(table_[i], table_[i]);
      }
    });
    if (!has_room) return Insertion::kOutOfMemory;
    const std::uint64_t fingerprint = std::max<std::uint64_t>(hash & fingerprint_mask_, 1);  // 0 is "empty"
    std::uint64_t position = table_.Home(fingerprint);
    for (; table_[position] != 0; position = table_.Next(position)) {
      if (table_[position] == fingerprint) return Insertion::kKnown;
    }
    if (!next_.PushBack(state)) return Insertion::kOutOfMemory;
    table_[position] = fingerprint;
    ++size_;
    return Insertion::kNew;
  }

  void Prefetch(std::uint64_t hash) const { table_.Prefetch(hash & fingerprint_mask_); }

  std::uint64_t size() const { return size_; }

  void NextLevel() {
    std::swap(frontier_, next_);
    next_.Clear();
  }

  std::uint64_t FrontierSize() const { return frontier_.size(); }
  const State& FrontierAt(std::uint64_t index) const { return frontier_[index]; }

 private:
  SlotTable table_;
  PagedArray<State> frontier_;
  PagedArray<State> next_;
  std::uint64_t fingerprint_mask_;
  std::uint64_t size_ = 0;
};

// At most how likely it is that a search misses a state and ends with `states` stored, if the hash behaves
// like a random function: about one chance in 2^bits for each pair. That includes the states it would have
// found from the missed ones, however many: they play no part in the first omission. At most 1.
double OmissionBound(std::uint64_t states, int fingerprint_bits);

}  // namespace fencepost::model
