// The events that every simulation can have: what the core itself tells.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "sim/core/choices/driver.h"
#include "sim/core/kinds/kinds.h"

namespace fencepost::sim {

namespace categories {
inline constexpr std::string_view kViolation = "violation";
inline constexpr std::string_view kFault = "fault";
inline constexpr std::string_view kMark = "mark";
inline constexpr std::string_view kMessage = "message";
inline constexpr std::string_view kProcess = "process";
inline constexpr std::string_view kWorld = "world";
}  // namespace categories

// An invariant broke. How that reads is no part of the hash.
struct InvariantBroken {
  static constexpr EventKind kKind{"invariant-broken", categories::kViolation};
  std::string invariant;
  std::string sentence;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("invariant", invariant);
  }
};

// Notes.

struct FaultStruck {
  static constexpr EventKind kKind{"fault-struck", categories::kFault};
  const FaultKind* fault = nullptr;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("fault", fault->name);
  }
};

struct MarkHit {
  static constexpr EventKind kKind{"mark-hit", categories::kMark};
  const MarkKind* mark = nullptr;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("mark", mark->name);
  }
};

// A message left its sender, who is the actor. It may never arrive.
struct MessageSent {
  static constexpr EventKind kKind{"message-sent", categories::kMessage};
  std::uint64_t id = 0;
  ActorId to = 0;
  std::chrono::nanoseconds arrives{0};  // or should
  bool lost = false;                    // it is known already that it will not arrive

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("id", id);
    visit("to", to);
    visit("arrives", arrives);
    visit("lost", lost);
  }
};

// It reached its receiver, who is the actor.
struct MessageArrived {
  static constexpr EventKind kKind{"message-arrived", categories::kMessage};
  std::uint64_t id = 0;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("id", id);
  }
};

}  // namespace fencepost::sim
