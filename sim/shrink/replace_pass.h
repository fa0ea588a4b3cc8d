// The passes that take several things away and put something else in their place, where the sum is less: they
// jump out of what is only locally small. They cost most runs and come last.
#pragma once

#include "sim/shrink/search.h"

namespace fencepost::sim {

// One plan item goes, and what was drawn while running on its behalf strikes on behalf of another.
void HandOverItems(ShrinkSearch* search);

// A deviation, or all of one label while running, goes while one plan item gets another time: what had to be
// held up by a fault may as well begin later. Then every item gets the earliest time at which it fails.
void DropAndRetime(ShrinkSearch* search);

// All deviations of one label, or of one stream, go for a single one elsewhere: a fault for many small
// delays, a read for two operations on a register.
void ReplaceManyByOne(ShrinkSearch* search);

}  // namespace fencepost::sim
