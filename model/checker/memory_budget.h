// How much memory a search may take, shared by its threads.
//
// Everything that grows with the number of states reserves its bytes here before it allocates them, so a
// search ends with a message instead of being killed. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>

namespace fencepost::model {

class MemoryBudget {
 public:
  explicit MemoryBudget(std::uint64_t limit_bytes) : limit_(limit_bytes) {}
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  // False, and nothing reserved, when the limit would be passed.
  bool Reserve(std::uint64_t bytes) {
    std::uint64_t used = used_.load(std::memory_order_relaxed);
    do {
      if (bytes > limit_ - used) return false;
    } while (!used_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));
    RaisePeak(used + bytes);
    return true;
  }

  void Release(std::uint64_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }

  std::uint64_t peak() const { return peak_.load(std::memory_order_relaxed); }

 private:
  void RaisePeak(std::uint64_t used) {
    std::uint64_t peak = peak_.load(std::memory_order_relaxed);
    while (peak < used && !peak_.compare_exchange_weak(peak, used, std::memory_order_relaxed)) {
    }
  }

  const std::uint64_t limit_;
  std::atomic<std::uint64_t> used_{0};  // never above limit_
  std::atomic<std::uint64_t> peak_{0};
};

}  // namespace fencepost::model
