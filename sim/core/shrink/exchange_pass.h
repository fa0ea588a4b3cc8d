// The passes that give two things of a kind each other's names, and one actor's work to another: of all runs
// that are the same but for who is who, one is to be left.
#pragma once

#include "sim/core/shrink/search.h"

namespace fencepost::sim {

// Plan items, with all that is drawn for them, go to the first actor of their kind with which it fails as
// well: two clients of which one waits for the other become one that does one thing after the other.
void MoveItemsToFirstActors(ShrinkSearch* search);

// Two actors of a kind, or two things that the vocabulary calls interchangeable, take each other's names, in
// all streams and values. O(k^2) runs for k of a kind.
void ExchangeNames(ShrinkSearch* search);

// What happens at one draw of a running stream (a late message, a slow replica) happens at another one of its
// kind instead, where that makes a smaller list: in a stream with an earlier name, or later in its own. What
// was drawn right behind it comes along. A bounded number of runs per deviation.
void MoveStrikes(ShrinkSearch* search);

}  // namespace fencepost::sim
