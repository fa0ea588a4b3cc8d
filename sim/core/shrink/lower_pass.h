// The passes that lower values, towards the default 0.
#pragma once

#include "sim/core/shrink/search.h"

namespace fencepost::sim {

// Each value alone: to 1, else as far down as a binary search finds, then through the few that are left.
// O(log value) runs per deviation.
void LowerValues(ShrinkSearch* search);

// Values with one label together, by the same amount: for each value v, all that are at least v. This moves
// what comes later in time closer as a whole, renames two uses of a key at once, and keeps a difference that
// matters. O(log value) runs per label and distinct value.
void LowerTogether(ShrinkSearch* search);

}  // namespace fencepost::sim
