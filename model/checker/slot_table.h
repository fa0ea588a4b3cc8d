// The bare open-addressing table under a set of states: a power of two of 64-bit slots, 0 for empty.
//
// What a slot means is its set's affair. Invariant: at least a quarter of the slots is empty, so that a probe
// ends soon. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "model/checker/memory_block.h"

namespace fencepost::model {

class SlotTable {
 public:
  explicit SlotTable(MemoryBudget* budget) : budget_(budget) {}

  // Makes room for one more entry beside `entries`. When the table has to grow, the grown one is filled by
  // `refill`, which calls Place on it for each entry. False when the budget is used up.
  template <class Refill>
  bool EnsureRoom(std::uint64_t entries, Refill refill) {
    if (entries < capacity_ / 4 * 3) return true;
    SlotTable grown(budget_);
    if (!grown.Reset(capacity_ == 0 ? kFirstCapacity : capacity_ * 2)) return false;
    refill(grown);
    std::swap(block_, grown.block_);
    std::swap(capacity_, grown.capacity_);
    return true;
  }

  // Puts a value that is known to be absent where a probe from `hash` ends.
  void Place(std::uint64_t hash, std::uint64_t value) {
    std::uint64_t position = Home(hash);
    while ((*this)[position] != 0) position = Next(position);
    (*this)[position] = value;
  }

  std::uint64_t Home(std::uint64_t hash) const { return hash & (capacity_ - 1); }
  std::uint64_t Next(std::uint64_t position) const { return (position + 1) & (capacity_ - 1); }
  std::uint64_t& operator[](std::uint64_t position) { return Slots()[position]; }
  std::uint64_t operator[](std::uint64_t position) const { return Slots()[position]; }

  void Prefetch(std::uint64_t hash) const {
    if (capacity_ != 0) __builtin_prefetch(Slots() + Home(hash), 1);
  }

  std::uint64_t capacity() const { return capacity_; }

 private:
  static constexpr std::uint64_t kFirstCapacity = 4096;

  bool Reset(std::uint64_t capacity) {
    block_ = MemoryBlock::Allocate(capacity * sizeof(std::uint64_t), budget_);
    if (!block_.has_value()) return false;
    capacity_ = capacity;
    return true;
  }

  std::uint64_t* Slots() const { return static_cast<std::uint64_t*>(block_->data()); }

  MemoryBudget* budget_;
  std::optional<MemoryBlock> block_;
  std::uint64_t capacity_ = 0;
};

}  // namespace fencepost::model
