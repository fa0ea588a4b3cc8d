#include "fencepost/move/initial_ownership.h"

#include <string>

#include "fencepost/base/error.h"

namespace fencepost {

absl::StatusOr<std::map<GroupId, std::vector<ActivateRange>>> InitialOwnership(
    const CatalogSnapshot& snapshot) {
  if (snapshot.version != Version(1)) {
    return MakeError(Error::kInvalidMove,
                     "groups are founded by version 1 of their catalog, not by version " +
                         std::to_string(snapshot.version.value));
  }
  std::map<GroupId, std::vector<ActivateRange>> founding;
  for (const RouteDescriptor& route : snapshot.routes) {
    founding[route.group_id].push_back(
        ActivateRange{route.range(), OwnershipEpoch(snapshot.version.value), Timestamp(0)});
  }
  return founding;
}

}  // namespace fencepost
