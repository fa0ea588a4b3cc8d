// How a replica serves a read, and the mistakes that can be staged in it.
#pragma once

#include <absl/status/statusor.h>

#include <span>
#include <string>
#include <vector>

#include "sim/world/groups/group_state.h"
#include "sim/world/groups/replica.h"
#include "sim/world/scenario/fence_mode.h"

namespace fencepost::sim {

// Whether the replica may answer as it is, without asking how far its group is: never, but for a mistake.
bool ReadsWithoutWaiting(Mistake mistake, bool leads);

// The answer of a replica that is up, from the state it is at. As GroupState::Read, but for a mistake.
absl::StatusOr<std::vector<KeyView>> ServeRead(Mistake mistake, const Replica& replica,
                                               std::span<const std::string> keys);

}  // namespace fencepost::sim
