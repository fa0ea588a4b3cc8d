// Start-up and one poll of a watcher as plain functions: what EnsureCatalogSnapshot and
// CatalogWatcher::SyncOnce must come to when nobody interferes.
//
// Null arguments answer CatalogStoreRequired, then EngineRequired, as the originals do.
#pragma once

#include <absl/status/statusor.h>

#include "fencepost/base/route.h"
#include "fencepost/catalog/watcher.h"
#include "model/reference/naive_catalog.h"
#include "model/reference/naive_engine.h"

namespace fencepost::model {

absl::StatusOr<CatalogSnapshot> NaiveEnsureCatalogSnapshot(NaiveCatalog* catalog, NaiveEngine* engine);

// The poll of a watcher that has not polled before: one that has may put off rescanning a catalog that cannot
// be applied.
absl::StatusOr<SyncOutcome> NaiveSyncOnce(NaiveCatalog* catalog, NaiveEngine* engine);

}  // namespace fencepost::model
