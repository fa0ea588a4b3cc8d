// The waits that end at a time, earliest first, those of equal times in the order in which they began.
//
// A wait that ended otherwise leaves a stale entry behind, recognised by its ticket. Stale entries never
// advance the clock; once they outnumber the living, they are thrown out.
//
// The heap has four children to a parent: with ten thousand timers, half the levels of a binary heap, each
// within two cache lines, run markedly faster. Single-threaded.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/core/runtime/work.h"

namespace fencepost::sim {

class TimerHeap {
 public:
  // `work` waits with a ticket of its own, larger than all before it.
  void Push(std::chrono::nanoseconds time, Work* work) {
    entries_.push_back(Entry{time, work->ticket, work});
    SiftUp(entries_.size() - 1);
  }

  // True when nobody waits for a time. Otherwise earliest() is a living entry's.
  bool empty() {
    while (!entries_.empty() && IsStale(entries_.front())) {
      Pop();
      --stale_;
    }
    return entries_.empty();
  }

  // As !empty(), when empty() was just called.
  bool has_entries() const { return !entries_.empty(); }

  // REQUIRES: empty() was just called and false.
  std::chrono::nanoseconds earliest() const { return entries_.front().time; }

  // Removes the earliest. REQUIRES: empty() was just called and false.
  Work* PopEarliest() {
    Work* const work = entries_.front().work;
    Pop();
    return work;
  }

  // A wait that has an entry here has ended otherwise. Its ticket must already be void.
  void NoteStale() {
    ++stale_;
    if (stale_ < kSweepAt || stale_ <= entries_.size() / 2) return;
    std::erase_if(entries_, IsStale);
    std::ranges::sort(entries_, IsBefore);  // a sorted array is a heap
    stale_ = 0;
  }

 private:
  struct Entry {
    std::chrono::nanoseconds time;
    std::uint64_t ticket;
    Work* work;
  };
  static bool IsBefore(const Entry& a, const Entry& b) {
    return a.time != b.time ? a.time < b.time : a.ticket < b.ticket;
  }

  static bool IsStale(const Entry& entry) { return entry.work->ticket != entry.ticket; }

  void Pop() {
    const Entry last = entries_.back();
    entries_.pop_back();
    if (!entries_.empty()) SiftDown(last);
  }

  void SiftUp(std::size_t at) {
    const Entry entry = entries_[at];
    while (at > 0) {
      const std::size_t parent = (at - 1) / kArity;
      if (!IsBefore(entry, entries_[parent])) break;
      entries_[at] = entries_[parent];
      at = parent;
    }
    entries_[at] = entry;
  }

  // Puts `entry` into the gap at the root.
  void SiftDown(const Entry& entry) {
    const std::size_t size = entries_.size();
    std::size_t at = 0;
    for (std::size_t first = 1; first < size; first = at * kArity + 1) {
      std::size_t least = first;
      const std::size_t end = std::min(first + kArity, size);
      for (std::size_t child = first + 1; child < end; ++child) {
        if (IsBefore(entries_[child], entries_[least])) least = child;
      }
      if (!IsBefore(entries_[least], entry)) break;
      entries_[at] = entries_[least];
      at = least;
    }
    entries_[at] = entry;
  }

  static constexpr std::size_t kArity = 4;
  static constexpr std::size_t kSweepAt = 64;

  std::vector<Entry> entries_;
  std::size_t stale_ = 0;
};

}  // namespace fencepost::sim
