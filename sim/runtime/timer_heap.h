// The waits that end at a time, earliest first, those of equal times in the order in which they began.
//
// A wait that ended otherwise leaves a stale entry behind, recognised by its ticket. Stale entries never
// advance the clock; once they outnumber the living, they are thrown out. Single-threaded.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/runtime/work.h"

namespace fencepost::sim {

class TimerHeap {
 public:
  // `work` waits with a ticket of its own, larger than all before it.
  void Push(std::chrono::nanoseconds time, Work* work) {
    entries_.push_back(Entry{time, work->ticket, work});
    std::push_heap(entries_.begin(), entries_.end(), Later());
  }

  // True when nobody waits for a time. Otherwise earliest() is a living entry's.
  bool empty() {
    while (!entries_.empty() && IsStale(entries_.front())) {
      Pop();
      --stale_;
    }
    return entries_.empty();
  }

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
    std::make_heap(entries_.begin(), entries_.end(), Later());
    stale_ = 0;
  }

 private:
  struct Entry {
    std::chrono::nanoseconds time;
    std::uint64_t ticket;
    Work* work;
  };
  struct Later {
    bool operator()(const Entry& a, const Entry& b) const {
      return a.time != b.time ? a.time > b.time : a.ticket > b.ticket;
    }
  };

  static bool IsStale(const Entry& entry) { return entry.work->ticket != entry.ticket; }

  void Pop() {
    std::pop_heap(entries_.begin(), entries_.end(), Later());
    entries_.pop_back();
  }

  static constexpr std::size_t kSweepAt = 64;

  std::vector<Entry> entries_;
  std::size_t stale_ = 0;
};

}  // namespace fencepost::sim
