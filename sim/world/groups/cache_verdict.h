// What the route cache of a replica's process says to a write: the verdict of the observed and published
// fences.
//
// It depends on what that process happens to know, and replicas of one group need not agree: that is what is
// wrong with it.
#pragma once

#include "fencepost/base/ids.h"
#include "fencepost/engine/engine.h"
#include "sim/world/groups/group_state.h"
#include "sim/world/scenario/fence_mode.h"

namespace fencepost::sim {

// By `engine`, which is not owned and outlives the verdict. Empty where the rules never ask a cache.
CacheVerdict MakeCacheVerdict(const FenceRules& rules, GroupId group, const Engine* engine);

}  // namespace fencepost::sim
