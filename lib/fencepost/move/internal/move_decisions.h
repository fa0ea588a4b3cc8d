// The catalog's side of a move: reading which moves are open, and the decisions about them, each one
// compare-and-set on the catalog's version.
//
// Each function makes one attempt. A CatalogVersionMismatch means that nothing was decided, and what the
// decision rested on may be different now: ask again, from the beginning. Threading: as CatalogStore.
#pragma once

#include <absl/status/statusor.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fencepost/base/runtime.h"
#include "fencepost/catalog/catalog_store.h"
#include "fencepost/move/move_record.h"

namespace fencepost {

// Routes and open moves of one moment.
struct MovesSnapshot {
  CatalogSnapshot catalog;
  std::vector<MoveRecord> open;  // ascending by epoch
};

Awaitable<absl::StatusOr<MovesSnapshot>> ReadMovesSnapshot(CatalogStore& catalog);

// The open moves alone, ascending by epoch. One bad record fails the whole read, naming its key.
Awaitable<absl::StatusOr<std::vector<MoveRecord>>> ReadOpenMoves(CatalogStore& catalog);

// The open move of that epoch; the open one that undoes it; one that overlaps the range. Or null.
const MoveRecord* FindMove(const std::vector<MoveRecord>& open, OwnershipEpoch epoch);
const MoveRecord* FindUndoOf(const std::vector<MoveRecord>& open, OwnershipEpoch epoch);
const MoveRecord* FindOverlapping(const std::vector<MoveRecord>& open, const KeyRange& range);

// One attempt at what RangeMover promises under the same name.
Awaitable<absl::StatusOr<MoveRecord>> BeginMove(CatalogStore& catalog, const std::string& key,
                                                GroupId target);
Awaitable<absl::StatusOr<MoveRecord>> UndoMove(CatalogStore& catalog, OwnershipEpoch epoch);
Awaitable<absl::StatusOr<SaveResult>> SplitRoute(CatalogStore& catalog, const std::string& key);
Awaitable<absl::StatusOr<SaveResult>> MergeRoute(CatalogStore& catalog, const std::string& key);

// Gives the routes of the move to its target and records that; OK also when it is recorded already, or when
// the move is no longer open. REQUIRES: the move's ACTIVATE is in effect.
Awaitable<absl::Status> HandMoveOver(CatalogStore& catalog, OwnershipEpoch epoch);

// Takes the record away; OK also when it is gone. REQUIRES: the move's RELEASE is in effect.
Awaitable<absl::Status> CloseMove(CatalogStore& catalog, OwnershipEpoch epoch);

}  // namespace fencepost
