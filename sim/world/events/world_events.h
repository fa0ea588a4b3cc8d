// What happens to the world as a whole; the actor is the world.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/world/events/categories.h"
#include "sim/world/scenario/config.h"

namespace fencepost::sim {

// What is in the world of this run; once, at its beginning.
struct WorldConfigured {
  static constexpr EventKind kKind{"world-configured", categories::kWorld};
  RunConfig config;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("nodes", config.nodes);
    visit("groups", config.groups);
    visit("keys", config.keys);
    visit("registers", config.registers);
    visit("history_depth", config.history_depth);
    visit("page_size", config.page_size);
  }
};

struct FaultsHealed {
  static constexpr EventKind kKind{"faults-healed", categories::kWorld};

  template <class Visitor>
  void Fields(Visitor&) const {}
};

}  // namespace fencepost::sim
