// A user's move transport behind the seam: the same operations, which throw nothing
// (base/internal/user_call.h). One that puts something into a group and threw answers CommitOutcomeUnknown;
// one that only asks Unavailable, or Cancelled.
//
// A value; as thread-safe as the transport.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <vector>

#include "fencepost/move/move_transport.h"

namespace fencepost {

class GuardedMoveTransport {
 public:
  // `groups` is neither null nor owned.
  explicit GuardedMoveTransport(MoveTransport* groups) : groups_(groups) {}

  Awaitable<absl::Status> Propose(GroupId group, OwnershipEntry entry) const;
  Awaitable<absl::StatusOr<std::vector<RangeTenure>>> TenuresOf(GroupId group, KeyRange range) const;
  Awaitable<absl::StatusOr<Drain>> DrainOf(GroupId group, KeyRange range, OwnershipEpoch epoch) const;
  Awaitable<absl::StatusOr<std::vector<ReplicaReads>>> ReadsOf(GroupId group) const;
  Awaitable<absl::Status> ResolvePrepared(GroupId group, TransactionId id) const;
  Awaitable<absl::StatusOr<Timestamp>> Copy(CopyJob job) const;
  Awaitable<absl::Status> DropCopied(GroupId group, KeyRange range, OwnershipEpoch epoch) const;
  Awaitable<absl::Status> ReadersDrained(GroupId group, KeyRange range, OwnershipEpoch epoch) const;

 private:
  MoveTransport* groups_;
};

}  // namespace fencepost
