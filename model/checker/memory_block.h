// A block of zeroed memory that is charged to a search's budget for as long as it lives.
//
// A table of states is read at random, and with 4 KiB pages nearly every read would miss the TLB too; large
// blocks therefore ask for huge pages. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "model/checker/memory_budget.h"

namespace fencepost::model {

class MemoryBlock {
 public:
  // Nothing when the budget is used up, or the machine has no such block.
  static std::optional<MemoryBlock> Allocate(std::size_t bytes, MemoryBudget* budget);

  MemoryBlock(MemoryBlock&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        bytes_(std::exchange(other.bytes_, 0)),
        budget_(other.budget_) {}
  MemoryBlock& operator=(MemoryBlock&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(bytes_, other.bytes_);
    std::swap(budget_, other.budget_);
    return *this;
  }
  ~MemoryBlock();

  void* data() const { return data_; }
  std::size_t bytes() const { return bytes_; }

 private:
  MemoryBlock(void* data, std::size_t bytes, MemoryBudget* budget)
      : data_(data), bytes_(bytes), budget_(budget) {}

  void* data_;
  std::size_t bytes_;
  MemoryBudget* budget_;
};

}  // namespace fencepost::model
