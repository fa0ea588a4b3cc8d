#include "fencepost/move/internal/guarded_move_transport.h"

#include <utility>

#include "fencepost/base/internal/user_call.h"

namespace fencepost {

Awaitable<absl::Status> GuardedMoveTransport::Propose(GroupId group, OwnershipEntry entry) const {
  return CallUser<absl::Status>("the move transport's Propose", UserEffect::kPossible,
                                [groups = groups_, group, entry = std::move(entry)]() mutable {
                                  return groups->Propose(group, std::move(entry));
                                });
}

Awaitable<absl::StatusOr<std::vector<RangeTenure>>> GuardedMoveTransport::TenuresOf(GroupId group,
                                                                                    KeyRange range) const {
  return CallUser<absl::StatusOr<std::vector<RangeTenure>>>(
      "the move transport's TenuresOf", UserEffect::kNone,
      [groups = groups_, group, range = std::move(range)]() mutable {
        return groups->TenuresOf(group, std::move(range));
      });
}

Awaitable<absl::StatusOr<Drain>> GuardedMoveTransport::DrainOf(GroupId group, KeyRange range,
                                                               OwnershipEpoch epoch) const {
  return CallUser<absl::StatusOr<Drain>>(
      "the move transport's DrainOf", UserEffect::kNone,
      [groups = groups_, group, range = std::move(range), epoch]() mutable {
        return groups->DrainOf(group, std::move(range), epoch);
      });
}

Awaitable<absl::StatusOr<std::vector<ReplicaReads>>> GuardedMoveTransport::ReadsOf(GroupId group) const {
  return CallUser<absl::StatusOr<std::vector<ReplicaReads>>>(
      "the move transport's ReadsOf", UserEffect::kNone,
      [groups = groups_, group] { return groups->ReadsOf(group); });
}

Awaitable<absl::Status> GuardedMoveTransport::ResolvePrepared(GroupId group, TransactionId id) const {
  return CallUser<absl::Status>("the move transport's ResolvePrepared", UserEffect::kPossible,
                                [groups = groups_, group, id] { return groups->ResolvePrepared(group, id); });
}

Awaitable<absl::StatusOr<Timestamp>> GuardedMoveTransport::Copy(CopyJob job) const {
  return CallUser<absl::StatusOr<Timestamp>>(
      "the move transport's Copy", UserEffect::kPossible,
      [groups = groups_, job = std::move(job)]() mutable { return groups->Copy(std::move(job)); });
}

Awaitable<absl::Status> GuardedMoveTransport::DropCopied(GroupId group, KeyRange range,
                                                         OwnershipEpoch epoch) const {
  return CallUser<absl::Status>("the move transport's DropCopied", UserEffect::kPossible,
                                [groups = groups_, group, range = std::move(range), epoch]() mutable {
                                  return groups->DropCopied(group, std::move(range), epoch);
                                });
}

Awaitable<absl::Status> GuardedMoveTransport::ReadersDrained(GroupId group, KeyRange range,
                                                             OwnershipEpoch epoch) const {
  return CallUser<absl::Status>("the move transport's ReadersDrained", UserEffect::kNone,
                                [groups = groups_, group, range = std::move(range), epoch]() mutable {
                                  return groups->ReadersDrained(group, std::move(range), epoch);
                                });
}

}  // namespace fencepost
