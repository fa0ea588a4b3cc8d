// The death of a client or a mover between two of its steps, and its next life.
#pragma once

#include <functional>

#include "sim/core/choices/choices.h"
#include "sim/core/simulation/stage.h"

namespace fencepost::sim {

// The process of `actor` is gone: what it had under way elsewhere finds nobody to come back to. After a time
// drawn from `choices`, `start` begins its next life. May be called by the process itself, which then gets no
// further than its next suspension.
//
// Emits ActorDied before anything is gone.
void DieAndComeBack(Stage* stage, ActorId actor, Stream& choices, std::function<void()> start);

}  // namespace fencepost::sim
