// A small world on the simulator's core alone, for tests of the general tools: clients add one to a counter
// on a server, each by reading it and writing back what it read plus one. Whoever writes in between is lost.
//
// It takes two items of work that overlap, e.g. "plan/client-1/1" and "plan/client-1/2" at the same time.
#pragma once

#include <functional>
#include <string_view>

#include "sim/core/faults/fault_injector.h"
#include "sim/core/kinds/kinds.h"
#include "sim/core/simulation/simulation.h"
#include "sim/core/vocabulary/vocabulary.h"

namespace fencepost::sim {

class CounterWorld final : public Simulation {
 public:
  static constexpr int kClients = 3;
  static constexpr int kItems = 4;

  static constexpr InvariantKind kNoLostUpdate{"no-lost-update", "every addition shows in the counter"};
  static constexpr MarkKind kStaleWrite{"stale-write", "a client writes back what is no longer there"};

  // Registers more than this world uses: before and after its own.
  using Register = std::function<void(Vocabulary*)>;
  explicit CounterWorld(const Register& before = {}, const Register& after = {});

  std::string_view name() const override { return "counter"; }
  std::string_view summary() const override { return "Clients add to a counter without a lock."; }
  const Vocabulary& vocabulary() const override { return vocabulary_; }
  const Goals& goals() const override { return aims; }
  RunOutcome Run(Choices& choices, Trace& trace, const RunLimits& limits) const override;

  // For the test to change before the first run. At first nothing is expected to break, and a stale write and
  // a delayed message have to be seen.
  Goals aims;

 private:
  Vocabulary vocabulary_;
  FaultOdds odds_;
};

}  // namespace fencepost::sim
