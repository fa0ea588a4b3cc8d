// Whether a save whose commit was neither confirmed nor refused is durable after all.
//
// The batch names the version record, so it can land only while the version is still the expected one; once
// somebody's expected + 1 is durable, the batch has landed there or never will. That makes the question
// decidable from reads alone, as long as the store still keeps the moment at which expected + 1 was current.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "fencepost/base/compatibility.h"
#include "fencepost/base/ids.h"
#include "fencepost/base/runtime.h"
#include "fencepost/catalog/catalog_store.h"
#include "fencepost/catalog/internal/catalog_reader.h"
#include "fencepost/catalog/internal/save_plan.h"

namespace fencepost {

// Whether a status of MvccStore::Commit leaves open what happened (see there).
bool LeavesOutcomeOpen(const absl::Status& commit_status);

// Reads back. The save's own answer when its routes and riders are durable at their version;
// CatalogVersionMismatch when somebody else's are (the same routes with other riders are somebody else's, as
// long as only saves write them); CommitOutcomeUnknown when the version is still the old one (the batch may
// yet land), and when the reads fail or are compacted away. At most one read of the version per bit of the
// timestamps between the save's read and now, one of the routes, and one of each rider.
Awaitable<absl::StatusOr<SaveResult>> ResolveUnknownOutcome(CatalogReader reader, SavePlan plan,
                                                            Timestamp read_ts, absl::Status commit_status,
                                                            Compatibility compatibility);

}  // namespace fencepost
