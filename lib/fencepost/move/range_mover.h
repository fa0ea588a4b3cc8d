// The range mover: runs moves of ranges between groups, as fence/PROTOCOL.md lays them out, one durable and
// idempotent step after the other.
//
// A mover holds no state. Everything is in the record beside the routes and in the groups' logs; so a mover
// may die between any two steps, and another, in any process, takes the record over from the beginning. Two
// at once do no harm: they repeat each other's entries and lose each other's saves.
//
// What it keeps: at most one group lets writes of a key in; the target holds all that the source
// acknowledged; routes follow ownership and never lead it; an epoch is never used again, after an undone move
// neither.
//
// When the caller is cancelled, or an interface throws, the answers below mean what they always do. So
// Cancelled, as every error but CommitOutcomeUnknown, says of a decision (Begin, Undo, Split, Merge) that it
// was not made and will not be.
//
// Threading: any number of calls at once, each a coroutine of its own; a call holds all of its state itself.
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
  int attempts_per_step = 8;                    // in one call, before it answers the step's error; at least 1
  std::chrono::milliseconds first_backoff{10};  // between attempts; doubled with each
  std::chrono::milliseconds max_backoff{500};
};

class RangeMover {
 public:
  // None may be null. Nothing is owned; all must outlive the mover.
  RangeMover(CatalogStore* catalog, MoveTransport* groups, Runtime* runtime, RangeMoverOptions options = {});

  // Step 1 alone: decides that the route of `key` moves to `target`, durably, and marks it. The route's state
  // becomes write-fenced, so that clients hold back. Nothing has happened in any group yet. Errors:
  //   MoveInProgress          an open record overlaps the route
  //   InvalidMove             no route covers `key`, it is `target`'s already, or `target` is 0
  //   those of CatalogStore::Save; CommitOutcomeUnknown: look at OpenMoves
  // A save that was lost to somebody else's, and a store that does not answer, are tried again first, as in
  // everything below.
  Awaitable<absl::StatusOr<MoveRecord>> Begin(std::string key, GroupId target);

  // Runs the open move of that epoch, from wherever it is, to its end. OK when no record of it is open any
  // more, whoever closed it (so also when it has been undone, and that is over as well). Else
  //   MoveSuperseded   it is being taken back: drive the move that undoes it
  //   InvalidMove      no save has made that version yet, so it is no move's
  //   Cancelled        the caller was; whether the step it names took effect is open, as after any failure
  //   the error of the step that gave up, whose number and name the message ends with: drive it again, here
  //   or elsewhere
  Awaitable<absl::Status> Drive(OwnershipEpoch epoch);

  // Decides that the open move of that epoch is taken back, under a new epoch: the answer is the record to
  // drive. InvalidMove when it is not open, was handed over already, or itself undoes another; else as Begin.
  Awaitable<absl::StatusOr<MoveRecord>> Undo(OwnershipEpoch epoch);

  // All open moves, ascending by epoch.
  Awaitable<absl::StatusOr<std::vector<MoveRecord>>> OpenMoves();

  // Cuts the route of `key` in two at `key`. Ownership does not change, so no group is told and no
  // transaction refused. A move in progress over the route goes on over both halves. InvalidMove when the key
  // is a boundary already; CatalogInvalidNextRouteId while the record of the next id is missing.
  Awaitable<absl::StatusOr<SaveResult>> Split(std::string key);

  // Joins the route of `key` with its right neighbour, when both are of one group and state and no open move
  // touches either; else InvalidMove or MoveInProgress.
  Awaitable<absl::StatusOr<SaveResult>> Merge(std::string key);

 private:
  CatalogStore* catalog_;
  MoveTransport* groups_;
  Runtime* runtime_;
  RangeMoverOptions options_;
};

}  // namespace fencepost
