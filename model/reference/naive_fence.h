// The published owner fence, rule by rule, over a naive history. See fencepost/fence/owner_fence.h.
#pragma once

#include <absl/status/status.h>

#include <string>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/fence/owner_fence.h"
#include "model/reference/naive_engine.h"

namespace fencepost::model {

// The first refusal decides. Key by key, when a version is pinned:
//   1. the observed version is recorded, or fell into a gap that the key's record bridges untouched, else
//      ObservedVersionEvicted;
//   2. `group` owned the key then, else OwnershipMoved.
// Then, key by key:
//   3. `group` owns the key now, in a state that admits writes, else OwnershipMoved.
absl::Status NaiveCheckOwnerFence(const NaiveHistory& history, GroupId group, ObservedVersion observed,
                                  const std::vector<std::string>& written_keys);

}  // namespace fencepost::model
