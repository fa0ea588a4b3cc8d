// The two steps that a coordinator and a resolver have in common, each with what its answers mean. Internal
// to txn/.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "fencepost/base/ids.h"
#include "fencepost/base/runtime.h"
#include "fencepost/txn/internal/attempts.h"
#include "fencepost/txn/internal/guarded_transaction_transport.h"
#include "fencepost/txn/transaction.h"

namespace fencepost {

// Proposes the decision until the home answers. What stands there, or the last error once `attempts` are used
// up: then nobody knows.
Awaitable<absl::StatusOr<TransactionRecord>> DecideUntilAnswered(GuardedTransactionTransport groups,
                                                                 GroupId home, TransactionRecord proposed,
                                                                 Attempts attempts);

// Tells the group once. OK when the part is ended there, whoever ended it. REQUIRES: the part was prepared at
// `group` at some time, or `record` is an abort.
Awaitable<absl::Status> ResolveOnce(GuardedTransactionTransport groups, GroupId group,
                                    TransactionRecord record);

}  // namespace fencepost
