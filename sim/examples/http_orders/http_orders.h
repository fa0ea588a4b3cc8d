// The shop of order_service.h and two of its buyers as a Simulation, over a network that delays and loses.
#pragma once

#include <string_view>

#include "sim/core/simulation/simulation.h"

namespace fencepost::sim::examples {

class HttpOrders final : public Simulation {
 public:
  // `sends_key`: without the planted mistake.
  explicit HttpOrders(bool sends_key);

  std::string_view name() const override { return "http-orders"; }
  const Vocabulary& vocabulary() const override { return words_; }
  const Goals& goals() const override { return goals_; }
  RunOutcome Run(Choices& choices, Trace& trace, const RunLimits& limits) const override;

 private:
  bool sends_key_;
  Vocabulary words_;
  Goals goals_;  // nothing may break
};

}  // namespace fencepost::sim::examples
