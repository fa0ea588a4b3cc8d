// The passes that change two things at once: what no single change can do because each alone loses the
// failure. They cost a number of runs that grows with the square of what is left, so they come last, and only
// when little is.
#pragma once

#include "sim/core/shrink/search.h"

namespace fencepost::sim {

// Every two deviations are dropped together.
void DropPairs(ShrinkSearch* search);

// Every deviation is dropped while another one takes another value: where both were right only together.
void DropOneAndChangeAnother(ShrinkSearch* search);

}  // namespace fencepost::sim
