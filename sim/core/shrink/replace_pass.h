// The passes that take several things away and put something else in their place, where the sum is less: they
// jump out of what is only locally small. They cost most runs and come last.
#pragma once

#include "sim/core/shrink/search.h"

namespace fencepost::sim {

// One plan item goes, and what was drawn while running on its behalf strikes on behalf of another.
void HandOverItems(ShrinkSearch* search);

// All deviations of one label, or of one stream, go while one plan item gets another time: what many small
// delays held up may as well begin later.
void DropGroupsAndRetime(ShrinkSearch* search);

// The same for single deviations. Then every item gets the earliest time at which it fails.
void DropSinglesAndRetime(ShrinkSearch* search);

// All deviations of one label, or of one stream, go for a single one elsewhere: a fault for many small
// delays, a read for two operations on a register.
void ReplaceManyByOne(ShrinkSearch* search);

}  // namespace fencepost::sim
