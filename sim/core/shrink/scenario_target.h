// A scenario's run as something to shrink: interesting is a violation of one class.
//
// A run that now fails for another reason is no smaller version of this one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/shrink/shrink_target.h"
#include "sim/world/scenario/scenario.h"

namespace fencepost::sim {

class ScenarioTarget final : public ShrinkTarget {
 public:
  // `scenario` is not owned. A run of more than `step_limit` tasks is cut off there, and then not interesting
  // unless it has failed before; what is smaller rarely takes longer, and must not take forever.
  ScenarioTarget(const Scenario* scenario, std::string failure_class, std::uint64_t step_limit);

  ShrinkAttempt Run(const std::vector<Deviation>& asked) override;
  std::vector<MadeDraw> Draws(const std::vector<Deviation>& asked) override;

 private:
  const Scenario* scenario_;
  std::string failure_class_;
  std::uint64_t step_limit_;
};

}  // namespace fencepost::sim
