// What becomes of calls into the library; the actor is the caller.
#pragma once

#include <string>

#include "sim/world/events/categories.h"

namespace fencepost::sim {

// A public coroutine of the library threw, which none may: it is to answer, cancelled or not.
struct CallThrew {
  static constexpr EventKind kKind{"call-threw", categories::kViolation};
  std::string call;    // e.g. "TransactionCoordinator::Commit"
  std::string thrown;  // what it says of itself

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("call", call);
  }
};

}  // namespace fencepost::sim
