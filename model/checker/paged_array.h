// A growing array whose elements never move, in pages charged to a search's budget; also a stack.
//
// Growing copies nothing, so the peak is the content itself, rounded up to a page. Every operation takes
// constant time. One writer; reading what was written before is
// safe from any thread once the writer's thread has been synchronised with.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "model/checker/memory_block.h"

namespace fencepost::model {

template <class T>
class PagedArray {
  static_assert(std::is_trivially_copyable_v<T> && std::has_single_bit(sizeof(T)));

 public:
  explicit PagedArray(MemoryBudget* budget) : budget_(budget) {}

  std::uint64_t size() const { return size_; }

  // REQUIRES: index < size().
  const T& operator[](std::uint64_t index) const { return Page(index / kPerPage)[index % kPerPage]; }

  // REQUIRES: size() > 0.
  T& back() { return Page((size_ - 1) / kPerPage)[(size_ - 1) % kPerPage]; }

  // False, and nothing changed, when the budget is used up.
  bool PushBack(const T& element) {
    if (size_ == pages_.size() * kPerPage) {
      std::optional<MemoryBlock> page = MemoryBlock::Allocate(kPageBytes, budget_);
      if (!page.has_value()) return false;
      pages_.push_back(*std::move(page));
    }
    Page(size_ / kPerPage)[size_ % kPerPage] = element;
    ++size_;
    return true;
  }

  // Keeps the pages, for what comes next. REQUIRES: size() > 0.
  void PopBack() { --size_; }

  // Forgets the elements and keeps the first page.
  void Clear() {
    if (pages_.size() > 1) pages_.erase(pages_.begin() + 1, pages_.end());
    size_ = 0;
  }

 private:
  static constexpr std::size_t kPageBytes = std::size_t{1} << 21;
  static constexpr std::size_t kPerPage = kPageBytes / sizeof(T);

  T* Page(std::uint64_t page) const { return static_cast<T*>(pages_[page].data()); }

  MemoryBudget* budget_;
  std::vector<MemoryBlock> pages_;
  std::uint64_t size_ = 0;
};

}  // namespace fencepost::model
