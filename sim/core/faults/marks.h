// How often each mark was hit in a run: the situations that runs must sometimes reach for their passing to
// mean anything.
//
// Code marks them where they are certain; a scenario lists those that it is there to reach, and a nightly in
// which one of them never happened fails. Single-threaded.
#pragma once

#include <cstdint>

#include "sim/core/kinds/kind_list.h"
#include "sim/core/runtime/core_events.h"
#include "sim/core/runtime/events.h"

namespace fencepost::sim {

class Marks {
 public:
  // `events` gets a note of each mark that is hit; not owned.
  Marks(const KindList<MarkKind>& kinds, Events* events) : counts_(kinds), events_(events) {}

  void Hit(const MarkKind& mark) {
    ++counts_[mark];
    events_->Note(events_->scheduler().running_actor(), MarkHit{&mark});
  }
  const PerKind<MarkKind, std::uint64_t>& counts() const { return counts_; }

 private:
  PerKind<MarkKind, std::uint64_t> counts_;
  Events* events_;
};

}  // namespace fencepost::sim
