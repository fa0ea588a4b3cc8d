// The same world without its mistake.
#pragma once

#include "sim/world/scenario/scenario.h"

namespace fencepost::sim {

// `scenario` as it should have been built: the logged fence, no mistake, saves that are checked, splits that
// halve the load; every invariant judged, and expected to hold. Worlds, plans and faults are the same: what
// only a mistaken world can do (moves that the groups are not told of) is done right.
Scenario Repaired(Scenario scenario);

}  // namespace fencepost::sim
