// How a range moves in a store whose groups are fenced by cached routes, as the published design has it: the
// catalog says write-fenced, the data is copied, the catalog hands over. Nothing of it enters any group's
// log, which is what is wrong with it.
#pragma once

#include <string>

#include "fencepost/catalog/catalog_store.h"
#include "sim/core/runtime/sim_runtime.h"
#include "sim/world/groups/group_client.h"

namespace fencepost::sim {

// Moves the route of `key` to `target`; tries each step until it succeeds. Nothing when it is there already.
Awaitable<void> MoveAsPublished(CatalogStore* catalog, GroupClient* groups, SimRuntime* runtime,
                                std::string key, GroupId target);

}  // namespace fencepost::sim
