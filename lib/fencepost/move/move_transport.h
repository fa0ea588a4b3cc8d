// What a store gives the mover: a way to its groups' logs, and the copying of data. Implemented by the user.
//
// Any call may fail, be delivered twice, or take effect although it was reported failed, then or later: the
// mover repeats what it is not sure of, and every entry is idempotent. A failed call says nothing about
// whether it took effect; one that throws, or answers Cancelled, is a failed call. examples/move_transport.cc
// is a whole program, with the group behind the calls; what that group owes is at the end of
// fence/PROTOCOL.md.
//
// Cancellation and threading: as MvccStore; started from the mover's executor, resumed on it.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/base/key_range.h"
#include "fencepost/base/runtime.h"
#include "fencepost/fence/claims.h"
#include "fencepost/fence/logged_fence.h"
#include "fencepost/fence/ownership.h"
#include "fencepost/fence/ownership_entry.h"

namespace fencepost {

// One copy to be made.
struct CopyJob {
  KeyRange range;
  GroupId from;  // the source
  GroupId to;    // the target
  OwnershipEpoch
      epoch;  // of the ACTIVATE to come; each chunk carries it, and the target asks CheckCopy with it
};

class MoveTransport {
 public:
  virtual ~MoveTransport() = default;

  // Puts the entry in the group's log; answers when a replica has applied it. OK: it took effect, or had
  // before. Else what GroupOwnership::Apply refused it with (so both are EntryOutcome::refusal), or an error
  // of the transport: then nobody knows.
  virtual Awaitable<absl::Status> Propose(GroupId group, OwnershipEntry entry) = 0;

  // How the group stands to `range`, at a position of its log that is not before any entry acknowledged to
  // anybody when the call began: GroupOwnership::In.
  virtual Awaitable<absl::StatusOr<std::vector<RangeTenure>>> TenuresOf(GroupId group, KeyRange range) = 0;

  // CheckDrain at such a position.
  virtual Awaitable<absl::StatusOr<Drain>> DrainOf(GroupId group, KeyRange range, OwnershipEpoch epoch) = 0;

  // What each replica of the group has shown about its reads (see ReadsHaveStopped). Where replicas have no
  // leases, because each asks the group how far it is before it serves a read, one answer stands for all:
  // `lease_over`, and an `applied` at or after the group's commit index.
  virtual Awaitable<absl::StatusOr<std::vector<ReplicaReads>>> ReadsOf(GroupId group) = 0;

  // Brings a transaction that is prepared in the group to its end, if it can be: looks at its record, decides
  // it if nobody has, resolves it here. OK when there is nothing more to resolve under that id.
  virtual Awaitable<absl::Status> ResolvePrepared(GroupId group, TransactionId id) = 0;

  // Copies everything in the range, from a replica at a position where CheckDrain lists nothing, into the
  // target's log; each chunk is judged there by CheckCopy and replaces all that lies in its part of the
  // range, so the parts leave no hole between them. OK when all of it is applied. The answer is the floor: at
  // or above every copied write's commit timestamp, every timestamp at which the source served a read, and
  // the floor of every tenure that the source has in the range, which speaks for the owners before it.
  virtual Awaitable<absl::StatusOr<Timestamp>> Copy(CopyJob job) = 0;

  // Forgets what was copied into `group` for epochs up to `epoch`: a move was undone before its ACTIVATE.
  // Never called for a range that the group holds. It may arrive late, as everything may, and must then spare
  // what is copied for a later move; so the state machine has to remember for which epoch it took a chunk,
  // until the ACTIVATE. (To forget nothing is safe, too: what lies in an absent range is not served, and the
  // next copy replaces it.)
  virtual Awaitable<absl::Status> DropCopied(GroupId group, KeyRange range, OwnershipEpoch epoch) = 0;

  // Whether the source's readers have drained: the last of what may still read the fenced data. OK: RELEASE
  // may go out.
  virtual Awaitable<absl::Status> ReadersDrained(GroupId group, KeyRange range, OwnershipEpoch epoch) = 0;
};

}  // namespace fencepost
