#include "sim/world/scenario/repaired.h"

namespace fencepost::sim {

Scenario Repaired(Scenario scenario) {
  if (scenario.fence.has_value()) scenario.fence = FenceRules{};
  scenario.operators_save = Compatibility::kNone;
  scenario.split_policies = {SplitPolicy::kLoadHalving};
  scenario.expect.clear();
  scenario.invariants.clear();
  for (const InvariantKind* const invariant : scenario.vocabulary->invariants.all()) {
    scenario.invariants.emplace_back(invariant->name);
  }
  return scenario;
}

}  // namespace fencepost::sim
