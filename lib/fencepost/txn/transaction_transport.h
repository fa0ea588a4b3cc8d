// What a store gives the transaction coordinator: a way to its groups' logs. Implemented by the user.
//
// Each call puts one entry in the log of a group and answers what applying it said, judged there and only there.
// Errors that came from applying (OwnershipMoved, WriteConflict, KeyLocked, TransactionNotPrepared,
// TransactionAborted, ...) are definite. Every other error is of the transport, and says nothing about whether the entry was
// applied, or will be. Calls may be delivered twice and late; all are idempotent.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "fencepost/base/ids.h"
#include "fencepost/base/runtime.h"
#include "fencepost/fence/ownership_entry.h"
#include "fencepost/txn/transaction.h"

namespace fencepost {

// A part of a transaction that is to be locked in one group.
struct PrepareRequest {
  TransactionId id;
  GroupId home;
  Timestamp earliest_commit;
  Participant part;
};

// A whole transaction that lies in one group.
struct CommitRequest {
  TransactionId id;
  Timestamp commit_ts;
  Participant part;
};

class TransactionTransport {
 public:
  virtual ~TransactionTransport() = default;

  // A timestamp above all that were handed out before, to anybody.
  virtual Awaitable<absl::StatusOr<Timestamp>> NextTimestamp() = 0;

  // The group is part.group. OK: prepared, now or before.
  virtual Awaitable<absl::Status> Prepare(PrepareRequest request) = 0;

  // Commits in one step, and records the outcome, the refusal too, as Decide would. OK: committed, now or before.
  virtual Awaitable<absl::Status> CommitAtOnce(CommitRequest request) = 0;

  // Decides at the transaction's home (DecideOnce), and answers what stands.
  virtual Awaitable<absl::StatusOr<TransactionRecord>> Decide(GroupId home, TransactionRecord proposed) = 0;

  // Ends a prepared part according to the record. OK: ended, now or before. TransactionNotPrepared: a commit of what is not prepared there.
  virtual Awaitable<absl::Status> Resolve(GroupId group, TransactionRecord record) = 0;
};

}  // namespace fencepost
