// A user's transaction transport behind the seam: the same operations, which throw nothing
// (base/internal/user_call.h). One that puts something into a log and threw answers CommitOutcomeUnknown,
// which is no refusal (IsRefusal); NextTimestamp Unavailable, or Cancelled.
//
// A value; as thread-safe as the transport.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "fencepost/txn/transaction_transport.h"

namespace fencepost {

class GuardedTransactionTransport {
 public:
  // `groups` is neither null nor owned.
  explicit GuardedTransactionTransport(TransactionTransport* groups) : groups_(groups) {}

  Awaitable<absl::StatusOr<Timestamp>> NextTimestamp() const;
  Awaitable<absl::Status> Prepare(PrepareRequest request) const;
  Awaitable<absl::Status> CommitAtOnce(CommitRequest request) const;
  Awaitable<absl::StatusOr<TransactionRecord>> Decide(GroupId home, TransactionRecord proposed) const;
  Awaitable<absl::Status> Resolve(GroupId group, TransactionRecord record) const;

 private:
  TransactionTransport* groups_;
};

}  // namespace fencepost
