// What the groups of a new catalog own before anything has moved.
#pragma once

#include <absl/status/statusor.h>

#include <map>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/base/route.h"
#include "fencepost/fence/ownership_entry.h"

namespace fencepost {

// The entries that found each group: one ACTIVATE per route of version 1, under epoch 1, in key order. Every
// process may propose them, at every start: whatever a group did with a range since, it did under a higher
// epoch, and refuses the founding entry (OwnershipEntryStale, as good as OK) for ever. Begin no move before
// all of them have been proposed once: an entry is refused as a whole, for a part that has moved too.
//
// InvalidMove for a snapshot of any other version: its epoch would be above that of a move that took the
// range away, and the group that has lost it would become an owner again. So found the groups with the
// snapshot that the bootstrap saved, or with SnapshotAt a timestamp at which version 1 was current. Pure;
// O(routes).
absl::StatusOr<std::map<GroupId, std::vector<ActivateRange>>> InitialOwnership(
    const CatalogSnapshot& snapshot);

}  // namespace fencepost
