// A counter on three replicas as a Simulation: the example of sim/examples/README.md.
#pragma once

#include <string_view>

#include "sim/core/simulation/simulation.h"

namespace fencepost::sim::examples {

class ReplicatedCounter final : public Simulation {
 public:
  // `careful`: without the planted mistake.
  explicit ReplicatedCounter(bool careful);

  std::string_view name() const override { return "replicated-counter"; }
  const Vocabulary& vocabulary() const override { return words_; }
  const Goals& goals() const override { return goals_; }
  RunOutcome Run(Choices& choices, Trace& trace, const RunLimits& limits) const override;

 private:
  bool careful_;
  Vocabulary words_;
  Goals goals_;  // nothing may break
};

}  // namespace fencepost::sim::examples
