// The logged fence: may this group let a write in, serve a read, or take a copy? Asked by every replica at
// the same position of the group's log, and answered from replicated state only.
//
// Each verdict is a pure function of what the request claims and of the group's ownership at that position.
// It knows no engine, no route history, no watcher and no clock: one replica's cache may hold a version that
// another has not polled yet, and two replicas that judge one entry differently have diverged for good. After
// a restart a snapshot and the log give the same verdicts again. The published fence (owner_fence.h) remains
// what routes, and what refuses early, before anything is proposed.
//
// PROTOCOL.md shows how a range moves under this fence, and why no write is lost on the way.
//
// Everything here is a pure function; thread-safe as long as nobody applies an entry to the same ownership.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <span>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/base/key_range.h"
#include "fencepost/fence/claims.h"
#include "fencepost/fence/ownership.h"

namespace fencepost {

// Whether a transaction, or a part of one, takes effect with the log entry that is being applied: every key
// it writes and everything it has read lies in an active range of exactly the claimed epoch, and `commit_ts`
// is above the floors of its writes. Else OwnershipMoved, naming the first key that fails, the epochs and the
// phase. Retryable: route again, take a new epoch or timestamp, and run the transaction again.
//
// A request without any claim is refused: it is a write that nobody fenced. So is a claim of epoch 0.
// An abort is never asked about, and neither is the commit of a prepared transaction.
// O(claims * log ranges).
absl::Status CheckCommit(const GroupOwnership& ownership, Timestamp commit_ts,
                         std::span<const WriteClaim> writes, std::span<const ReadClaim> reads);

// Whether this replica may serve the read: the whole range is active, under exactly the claimed epoch. Else
// OwnershipMoved. The answer is good for the position that `ownership` is at, so the data must be of that
// position too: read both from one snapshot of the state machine.
//
// A replica that lags behind a FENCE does not know of it. What makes its answer right is its lease; see
// ReadsHaveStopped.
absl::Status CheckRead(const GroupOwnership& ownership, const ReadClaim& read);

// Whether the entry being applied may copy data of `range` into this group, for an ACTIVATE under `epoch` to
// come: OK as long as that ACTIVATE would take effect and the whole range is absent. Else
// OwnershipEntryStale, or InvalidOwnershipEntry for an empty range or epoch 0.
//
// Without it, a chunk that was delayed would overwrite what was written since the ACTIVATE. And a copy into a
// range that is still held, if only fenced, would fall victim to its pending RELEASE.
absl::Status CheckCopy(const GroupOwnership& ownership, const KeyRange& range, OwnershipEpoch epoch);

// What stands between a FENCE and the copy of its range.
struct Drain {
  LogIndex cut_off;                       // nothing was let in after it; 0: this group held none of the range
  std::vector<TransactionId> must_drain;  // let in before it and unresolved; ascending

  friend bool operator==(const Drain&, const Drain&) = default;
};

// How far the FENCE of `range` under exactly `epoch` has come, at the position of `ownership`. Once
// must_drain is empty, the data that a replica has at this position is final: copy it from there.
// OwnershipEntryStale unless the fence stands: an acknowledgement of another move's fence is worth nothing.
// InvalidOwnershipEntry for an empty range or epoch 0.
absl::StatusOr<Drain> CheckDrain(const GroupOwnership& ownership, const KeyRange& range,
                                 OwnershipEpoch epoch);

// What one replica of the group has shown about the reads it serves.
struct ReplicaReads {
  LogIndex applied;         // it has applied all of the log up to here
  bool lease_over = false;  // no lease to read under which it might still act, by whatever clock; it gets the
                            // next one only at or above the group's commit index of then
};

// Whether no replica serves reads any more of a range that was fenced at `cut_off`: each has applied the
// FENCE, or has no lease left. `replicas` are all that the group had at any time since the fence; without any
// there is nothing shown, and the answer is no.
bool ReadsHaveStopped(LogIndex cut_off, std::span<const ReplicaReads> replicas);

}  // namespace fencepost
