#include "fencepost/txn/internal/guarded_transaction_transport.h"

#include <utility>

#include "fencepost/base/internal/user_call.h"

namespace fencepost {

Awaitable<absl::StatusOr<Timestamp>> GuardedTransactionTransport::NextTimestamp() const {
  // A timestamp that was drawn and lost is one that nobody uses: no effect.
  return CallUser<absl::StatusOr<Timestamp>>("the transaction transport's NextTimestamp", UserEffect::kNone,
                                             [groups = groups_] { return groups->NextTimestamp(); });
}

Awaitable<absl::Status> GuardedTransactionTransport::Prepare(PrepareRequest request) const {
  return CallUser<absl::Status>("the transaction transport's Prepare", UserEffect::kPossible,
                                [groups = groups_, request = std::move(request)]() mutable {
                                  return groups->Prepare(std::move(request));
                                });
}

Awaitable<absl::Status> GuardedTransactionTransport::CommitAtOnce(CommitRequest request) const {
  return CallUser<absl::Status>("the transaction transport's CommitAtOnce", UserEffect::kPossible,
                                [groups = groups_, request = std::move(request)]() mutable {
                                  return groups->CommitAtOnce(std::move(request));
                                });
}

Awaitable<absl::StatusOr<TransactionRecord>> GuardedTransactionTransport::Decide(
    GroupId home, TransactionRecord proposed) const {
  return CallUser<absl::StatusOr<TransactionRecord>>(
      "the transaction transport's Decide", UserEffect::kPossible,
      [groups = groups_, home, proposed] { return groups->Decide(home, proposed); });
}

Awaitable<absl::Status> GuardedTransactionTransport::Resolve(GroupId group, TransactionRecord record) const {
  return CallUser<absl::Status>("the transaction transport's Resolve", UserEffect::kPossible,
                                [groups = groups_, group, record] { return groups->Resolve(group, record); });
}

}  // namespace fencepost
