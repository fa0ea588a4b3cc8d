// Told of what happens in the logs of a world's groups, as it happens.
#pragma once

#include <cstddef>

#include "fencepost/base/ids.h"
#include "fencepost/fence/ownership_entry.h"
#include "sim/world/groups/entry.h"
#include "sim/world/groups/group_state.h"

namespace fencepost::sim {

class ClusterObserver {
 public:
  virtual ~ClusterObserver() = default;

  // `entry` has been agreed on. From here on its effect is decided (under the logged fence).
  virtual void OnAppended(GroupId group, LogIndex index, const Entry& entry) = 0;

  // The replica on `node` has applied it, for the first time or again after a restart. A replica that takes
  // another one's snapshot skips what that has applied.
  virtual void OnApplied(GroupId group, std::size_t node, LogIndex index, const Entry& entry,
                         const Applied& applied, const GroupState& state) = 0;
};

}  // namespace fencepost::sim
