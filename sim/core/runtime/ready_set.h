// The work that could go next, in the order in which it became ready.
//
// Any of it can be taken. First in, first out costs O(1), taking from the middle moves the shorter side. The
// actors lie side by side, so that a scheduling strategy can look at all of them. Single-threaded.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "sim/core/choices/driver.h"
#include "sim/core/runtime/work.h"

namespace fencepost::sim {

class ReadySet {
 public:
  bool empty() const { return head_ == works_.size(); }
  std::size_t size() const { return works_.size() - head_; }

  // In queue order; valid until the set changes.
  std::span<const ActorId> actors() const { return std::span(actors_).subspan(head_); }

  void Push(Work* work, ActorId actor) {
    works_.push_back(work);
    actors_.push_back(actor);
  }

  // REQUIRES: index < size().
  Work* Take(std::size_t index) {
    const std::size_t at = head_ + index;
    Work* const taken = works_[at];
    if (index < size() / 2 || size() == 1) {
      MoveUp(works_, at);
      MoveUp(actors_, at);
      ++head_;
      Compact();
    } else {
      works_.erase(works_.begin() + static_cast<std::ptrdiff_t>(at));
      actors_.erase(actors_.begin() + static_cast<std::ptrdiff_t>(at));
    }
    return taken;
  }

  // Removes what `is_gone` says of, keeping the order of the rest.
  template <class Predicate>
  void RemoveIf(Predicate is_gone) {
    std::size_t kept = head_;
    for (std::size_t i = head_; i < works_.size(); ++i) {
      if (is_gone(*works_[i])) continue;
      works_[kept] = works_[i];
      actors_[kept] = actors_[i];
      ++kept;
    }
    works_.resize(kept);
    actors_.resize(kept);
  }

 private:
  // Closes the gap at `at` by moving everything before it up by one place.
  template <class T>
  void MoveUp(std::vector<T>& entries, std::size_t at) const {
    const auto first = entries.begin() + static_cast<std::ptrdiff_t>(head_);
    const auto gap = entries.begin() + static_cast<std::ptrdiff_t>(at);
    std::move_backward(first, gap, gap + 1);
  }

  // Gives back the room before the head once it outweighs the rest: O(1) per Take, amortised.
  void Compact() {
    if (head_ == works_.size()) {
      works_.clear();
      actors_.clear();
      head_ = 0;
    } else if (head_ >= kCompactAt && head_ > works_.size() / 2) {
      works_.erase(works_.begin(), works_.begin() + static_cast<std::ptrdiff_t>(head_));
      actors_.erase(actors_.begin(), actors_.begin() + static_cast<std::ptrdiff_t>(head_));
      head_ = 0;
    }
  }

  static constexpr std::size_t kCompactAt = 64;

  std::vector<Work*> works_;
  std::vector<ActorId> actors_;  // actors_[i] is the actor of works_[i]
  std::size_t head_ = 0;         // entries before it are gone
};

}  // namespace fencepost::sim
