// The passes that make two runs of one bug look the same without making them do less: what is left gets the
// first names, the first slots, and its values in order.
#pragma once

#include "sim/core/shrink/search.h"

namespace fencepost::sim {

// Actors take the lowest free number of their kind: transactor-3 becomes transactor-1 where there is none.
void RenumberActors(ShrinkSearch* search);

// Plan items take the lowest free slots of their actor, with all that is drawn for them: all actors' at once,
// else item by item.
void RenumberPlanItems(ShrinkSearch* search);

// Neighbouring plan items of one actor change places, with all that is drawn for them, or only in one draw,
// if that puts the smaller answer first.
void SortPlanItems(ShrinkSearch* search);

// Of two neighbouring values with one label the first becomes 0 or 1 and the second takes what it gave up.
void PushValuesBack(ShrinkSearch* search);

}  // namespace fencepost::sim
