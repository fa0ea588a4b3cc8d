// The published owner fence, rule by rule, over a naive history. See fencepost/fence/owner_fence.h.
#pragma once

#include <absl/status/status.h>

#include <string>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/fence/owner_fence.h"
#include "model/reference/naive_engine.h"

namespace fencepost::model {

// The first rule that refuses decides:
//   1. the observed version, when pinned, is recorded, or every key's route bridges the gap it fell into with
//      its record untouched, else ObservedVersionEvicted;
//   2. `group` owned every key then, else OwnershipMoved;
//   3. `group` owns every key now, in a state that admits writes, else OwnershipMoved.
absl::Status NaiveCheckOwnerFence(const NaiveHistory& history, GroupId group, ObservedVersion observed,
                                  const std::vector<std::string>& written_keys);

}  // namespace fencepost::model
