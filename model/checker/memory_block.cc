#include "model/checker/memory_block.h"

#include <cstdlib>
#include <cstring>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace fencepost::model {
namespace {

constexpr std::size_t kCacheLine = 64;
constexpr std::size_t kHugePage = std::size_t{2} << 20;

std::size_t AlignmentFor(std::size_t bytes) { return bytes >= kHugePage ? kHugePage : kCacheLine; }

}  // namespace

std::optional<MemoryBlock> MemoryBlock::Allocate(std::size_t bytes, MemoryBudget* budget) {
  const std::size_t alignment = AlignmentFor(bytes);
  const std::size_t rounded = (bytes + alignment - 1) / alignment * alignment;
  if (!budget->Reserve(rounded)) return std::nullopt;
  void* const data = std::aligned_alloc(alignment, rounded);
  if (data == nullptr) {
    budget->Release(rounded);
    return std::nullopt;
  }
#if defined(__linux__)
  // Advice only: without it everything works, slower.
  if (alignment == kHugePage) static_cast<void>(madvise(data, rounded, MADV_HUGEPAGE));
#endif
  std::memset(data, 0, rounded);
  return MemoryBlock(data, rounded, budget);
}

MemoryBlock::~MemoryBlock() {
  if (data_ == nullptr) return;
  std::free(data_);
  budget_->Release(bytes_);
}

}  // namespace fencepost::model
