// The transaction coordinator: takes a fixed plan through prepare, decision and resolution, and says honestly how it
// ended.
//
// Committed is answered on positive evidence only: the home's record, or the group's own answer to a one-group commit. Aborted is answered
// only when the transaction can never commit any more. Everything else is unknown, and stays so until somebody
// asks the home. The coordinator may die at any point: whoever meets one of its locks brings it to an end (resolver.h).
//
// Threading: stateless; any number of calls at once, each from its own coroutine on the runtime's executor.
#pragma once

#include <absl/status/status.h>

#include <chrono>

#include "fencepost/base/runtime.h"
#include "fencepost/txn/transaction.h"
#include "fencepost/txn/transaction_transport.h"

namespace fencepost {

enum class CommitEnd : std::uint8_t { kCommitted, kAborted, kUnknown };

struct CommitAnswer {
  CommitEnd end = CommitEnd::kUnknown;
  Timestamp commit_ts;  // of kCommitted
  absl::Status reason;  // why not; for kAborted IsRetryable tells whether a new transaction may do better
};

struct CoordinatorOptions {
  int attempts_per_step = 4;
  std::chrono::milliseconds first_backoff{5};  // doubled per attempt
};

class TransactionCoordinator {
 public:
  // Neither is owned.
  TransactionCoordinator(TransactionTransport* groups, Runtime* runtime, CoordinatorOptions options = {});

  Awaitable<CommitAnswer> Commit(TransactionPlan plan);

 private:
  TransactionTransport* groups_;
  Runtime* runtime_;
  CoordinatorOptions options_;
};

}  // namespace fencepost
