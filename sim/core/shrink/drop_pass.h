// The passes that leave things out: the shape of a run first, its details last.
#pragma once

#include <absl/functional/function_ref.h>

#include <optional>
#include <string>

#include "sim/core/choices/choices.h"
#include "sim/core/shrink/search.h"

namespace fencepost::sim {

// Names the unit that a deviation is a part of, or nothing for one that is not to be dropped here.
using UnitOf = absl::FunctionRef<std::optional<std::string>(const Deviation&)>;

// Drops units: all at once, else halves, quarters and so on down to one by one, later ones first. O(units)
// runs when nothing can be dropped, O(k log units) when all but k can.
void DropUnits(ShrinkSearch* search, UnitOf unit_of);

// In this order, from what changes most to what changes least:
void DropPlanItems(ShrinkSearch* search);
void DropFaults(ShrinkSearch* search);       // every deviation of one label while running; then of one stream
void DropActors(ShrinkSearch* search);       // plan and running draws of one actor
void DropConfig(ShrinkSearch* search);       // draws about what is in the world
void DropSchedule(ShrinkSearch* search);     // decisions of the scheduler, in chunks
void DropSingleDraws(ShrinkSearch* search);  // whatever is left

}  // namespace fencepost::sim
