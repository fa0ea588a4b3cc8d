// The range mover: runs moves of ranges between groups, as fence/PROTOCOL.md lays them out, one durable and
// idempotent step after the other.
//
// A mover holds no state. Everything is in the record beside the routes and in the groups' logs; so a mover may
// die between any two steps, and another, in any process, takes the record over from the beginning. Two at once
// do no harm: they repeat each other's entries and lose each other's saves.
//
// What it keeps: at most one group lets writes of a key in; the taker holds all that the giver acknowledged; routes
// follow ownership and never lead it; an epoch is never used again, after an undone move neither.
//
// Threading: one call of a mover at a time; any number of movers.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <chrono>
#include <string>
#include <vector>

#include "fencepost/base/runtime.h"
#include "fencepost/catalog/catalog_store.h"
#include "fencepost/move/move_record.h"
#include "fencepost/move/move_transport.h"

namespace fencepost {

struct RangeMoverOptions {
  int attempts_per_step = 8;                          // before a step gives up and Drive answers its error
  std::chrono::milliseconds first_backoff{10};        // doubled per attempt
  std::chrono::milliseconds max_backoff{500};
};

class RangeMover {
 public:
  // Nothing is owned; all must outlive the mover.
  RangeMover(CatalogStore* catalog, MoveTransport* groups, Runtime* runtime, RangeMoverOptions options = {});

  // Step 1 alone: decides that the route of `key` moves to `target`, durably, and marks it. The route's state
  // becomes write-fenced, so that clients hold back. Nothing has happened in any group yet. Errors:
  //   MoveInProgress          an open record overlaps the route
  //   InvalidMove             no route covers `key`, it is `target`'s already, or `target` is 0
  //   those of CatalogStore::Save; CommitOutcomeUnknown: look at OpenMoves
  Awaitable<absl::StatusOr<MoveRecord>> Begin(std::string key, GroupId target);

  // Runs the open move of that epoch, from wherever it is, to its end. OK when its record is closed, by whom ever.
  // MoveSuperseded when it has been undone in the meantime (drive the one that undoes it). Else the error of the step that gave
  // up, its number and name in the message: drive it again, here or elsewhere.
  Awaitable<absl::Status> Drive(OwnershipEpoch epoch);

  // Decides that the open move of that epoch is taken back, under a new epoch: the answer is the record to drive.
  // InvalidMove when it is not open, was handed over already, or itself undoes another.
  Awaitable<absl::StatusOr<MoveRecord>> Undo(OwnershipEpoch epoch);

  // All open moves, ascending by epoch.
  Awaitable<absl::StatusOr<std::vector<MoveRecord>>> OpenMoves();

  // Cuts the route of `key` in two at `key`. Ownership does not change, so no group is told and no transaction refused.
  // A move in progress over the route goes on over both halves. InvalidMove when the key is a boundary already.
  Awaitable<absl::StatusOr<SaveResult>> Split(std::string key);

  // Joins the route of `key` with its right neighbour, when both are of one group and state and no open move touches either;
  // else InvalidMove or MoveInProgress.
  Awaitable<absl::StatusOr<SaveResult>> Merge(std::string key);

 private:
  CatalogStore* catalog_;
  MoveTransport* groups_;
  Runtime* runtime_;
  RangeMoverOptions options_;
};

}  // namespace fencepost
