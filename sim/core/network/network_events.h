// What the network can do to messages, and what it tells of it.
#pragma once

#include <chrono>
#include <cstdint>

#include "sim/core/choices/driver.h"
#include "sim/core/kinds/kinds.h"
#include "sim/core/runtime/core_events.h"

namespace fencepost::sim {

class Vocabulary;

namespace faults {

// These ride on a message.
inline constexpr FaultKind kNetworkDelay{"network-delay", "network",
                                         "a message takes many times as long as usual"};
inline constexpr FaultKind kNetworkReorder{"network-reorder", "network",
                                           "a message is overtaken by later ones"};
inline constexpr FaultKind kNetworkDuplicate{"network-duplicate", "network", "a message arrives twice"};
inline constexpr FaultKind kNetworkDrop{"network-drop", "network", "a message never arrives"};
inline constexpr FaultKind kNetworkClog{
    "network-clog", "network", "a link holds everything back for a while, then delivers it all at once"};

}  // namespace faults

// Registers these faults and the events below. Whoever strikes with partitions registers faults of its own
// for them.
void AddNetwork(Vocabulary* vocabulary);

// A fault of the network struck a message of the actor.
struct MessageHit {
  static constexpr EventKind kKind{"message-hit", categories::kFault};
  ActorId to = 0;
  const FaultKind* fault = nullptr;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("to", to);
    visit("fault", fault->name);
  }
};

// From now on nothing gets from the actor to the other one.
struct Partitioned {
  static constexpr EventKind kKind{"partitioned", categories::kFault};
  ActorId to = 0;
  bool two_way = false;  // nor back
  std::chrono::nanoseconds until{0};

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("to", to);
    visit("two_way", two_way);
    visit("until", until);
  }
};

// The messages of the actor take longer from now on.
struct SlowedDown {
  static constexpr EventKind kKind{"slowed-down", categories::kFault};
  std::uint32_t factor = 1;
  std::chrono::nanoseconds until{0};

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("factor", factor);
    visit("until", until);
  }
};

}  // namespace fencepost::sim
