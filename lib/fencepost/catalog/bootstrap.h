// What a process does once at start-up: make the durable catalog and its engine agree.
#pragma once

#include <absl/status/statusor.h>

#include "fencepost/base/compatibility.h"
#include "fencepost/base/route.h"
#include "fencepost/base/runtime.h"
#include "fencepost/catalog/catalog_store.h"
#include "fencepost/engine/engine.h"

namespace fencepost {

// If the catalog is empty (version 0 and no routes), saves the engine's routes as version 1 with ids 1, 2,
// ...; then applies the durable snapshot to the engine and returns it. When several processes do this at
// once, one wins and the others adopt what it saved.
//
// Errors: CatalogStoreRequired, EngineRequired; CatalogInvalidVersionRecord when routes are stored without a
// version record (a corrupt catalog: it can be neither seeded nor applied); those of Snapshot, Save and
// Engine::ApplySnapshot. After an error the engine is as it was. So it is after a cancellation: Cancelled, or
// CommitOutcomeUnknown when version 1 may have been saved. To call it again is right after either.
//
// With a catalog in Compatibility::kReference: routes without a version record are accepted as version 0.
Awaitable<absl::StatusOr<CatalogSnapshot>> EnsureCatalogSnapshot(CatalogStore* catalog, Engine* engine);

}  // namespace fencepost
