// What a store gives the transaction coordinator: a way to its groups' logs. Implemented by the user.
//
// Each call puts one entry in the log of a group and answers what applying it said, judged there and only
// there. Such an answer is definite. It is either success or a status with an Error in it (OwnershipMoved,
// WriteConflict, KeyLocked, TransactionAborted, TransactionNotPrepared, ...), payloads intact. Every other
// status is of the transport: it says nothing about whether the entry was applied, or will be. A refusal by
// somebody who did not log the entry, a leader that looks ahead say, is no answer of the log, and must not
// look like one: report it as Unavailable.
//
// Calls may be delivered twice and late. What makes that harmless: a home keeps its records, and no group
// lets the writes of one transaction in twice. A group that keeps the record of what it resolved refuses a
// prepare that arrives afterwards. One that does not must refuse to prepare a write of a key that was written
// at or above `earliest_commit`, which it does for isolation anyway; what is left then is at most a lock, and
// a resolver clears it.
//
// What a group does with a part, in this order. It claims every key that the part writes and reads under the
// epoch given there (WriteClaim, PointRead), and asks the fence: CheckCommit. Then it asks its own isolation:
// locks, and the versions read. The fence comes first, since a group that has lost a range has no versions to
// compare. Last, for a prepare, GroupOwnership::Apply of MakePrepare, which pins the claims until the
// ResolveTransaction: what isolation refuses must pin nothing. examples/transaction_transport.cc is a whole
// program, with the group behind the calls.
//
// A call that throws, or answers Cancelled, has no answer of the log: it counts as one whose answer was
// lost. Cancellation as MvccStore.
//
// Threading: started from the coordinator's executor, resumed on it.
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

  // Locks what the part reads and writes, in the group part.group. OK: prepared, now or before. Refused, with
  // TransactionAborted, when the group keeps a record of the id. (One of a commit too: its coordinator has
  // all its answers by then, and this is an old request that was delivered again.)
  virtual Awaitable<absl::Status> Prepare(PrepareRequest request) = 0;

  // Commits in one step, and records the outcome, the refusal too, as Decide would. OK: committed, now or
  // before. Once it is decided, the record answers: TransactionAborted, or whatever the first refusal said.
  virtual Awaitable<absl::Status> CommitAtOnce(CommitRequest request) = 0;

  // Decides at the transaction's home (DecideOnce), and answers what stands.
  virtual Awaitable<absl::StatusOr<TransactionRecord>> Decide(GroupId home, TransactionRecord proposed) = 0;

  // Ends a prepared part according to the record. OK: ended, now or before; an abort of what was never
  // prepared as well. TransactionNotPrepared: a commit of what is not prepared there, or not any more.
  virtual Awaitable<absl::Status> Resolve(GroupId group, TransactionRecord record) = 0;
};

// Whether this is an answer of a group's log that refuses, and not an error of the transport.
bool IsRefusal(const absl::Status& status);

}  // namespace fencepost
