// The runs of a scenario as a space to explore: either all of them, or those of one config and one plan.
//
// With a base, the draws of the streams "config/..." and "plan/..." are answered as in the base and held
// fixed, all others start from the default. So what is explored is how one given piece of work may be
// scheduled, delayed and hit by faults.
#pragma once

#include <absl/status/status.h>

#include <optional>
#include <vector>

#include "sim/core/explore/explorer.h"
#include "sim/world/scenario/scenario.h"

namespace fencepost::sim {

// Those of `deviations` that are about what is in the world and what is planned.
std::vector<Deviation> PlannedPart(const std::vector<Deviation>& deviations);

class ScenarioSpace final : public ExploreSpace {
 public:
  // `scenario` is not owned. Of `base` the planned part is kept; nothing: config and plan may deviate too.
  ScenarioSpace(const Scenario* scenario, std::optional<std::vector<Deviation>> base);

  // FailedPrecondition, naming the first, when some of the base's deviations do not fit the scenario: its
  // plan would be another one.
  absl::Status CheckBase();

  ExploredRun Run(const std::vector<Deviation>& deviations) override;

  // All deviations of a run, the base's included.
  std::vector<Deviation> Whole(const std::vector<Deviation>& deviations) const;

 private:
  const Scenario* scenario_;
  bool planned_is_fixed_;
  std::vector<Deviation> base_;
};

}  // namespace fencepost::sim
