#include "fencepost/txn/resolver.h"

#include <string>
#include <utility>

#include "fencepost/base/error.h"
#include "fencepost/base/internal/cancellation.h"
#include "fencepost/base/internal/user_call.h"
#include "fencepost/txn/internal/attempts.h"
#include "fencepost/txn/internal/guarded_transaction_transport.h"
#include "fencepost/txn/internal/steps.h"

namespace fencepost {
namespace {

Attempts AttemptsOfStep(Runtime* runtime, const ResolverOptions& options) {
  return Attempts(runtime, options.attempts_per_step, options.first_backoff, options.max_backoff);
}

}  // namespace

TransactionResolver::TransactionResolver(TransactionTransport* groups, Runtime* runtime,
                                         ResolverOptions options)
    : groups_(groups), runtime_(runtime), options_(options) {}

Awaitable<absl::StatusOr<TransactionRecord>> TransactionResolver::End(GroupId group, LockHolder holder) {
  co_return co_await WithoutCancellationThrow(RunEnd(group, holder));
}

Awaitable<absl::StatusOr<TransactionRecord>> TransactionResolver::Settle(LockHolder holder) {
  co_return co_await WithoutCancellationThrow(RunSettle(holder));
}

Awaitable<absl::StatusOr<TransactionRecord>> TransactionResolver::RunEnd(GroupId group, LockHolder holder) {
  if (group == GroupId(0)) {
    co_return MakeError(Error::kInvalidTransaction, NameOf(holder.id) + " was met at group 0, which is none");
  }
  if (options_.patience > std::chrono::milliseconds::zero()) {
    const absl::Status waited = co_await SleepUnlessCancelled(runtime_, options_.patience);
    if (!waited.ok()) co_return waited;
  }
  const absl::StatusOr<TransactionRecord> record = co_await RunSettle(holder);
  if (!record.ok()) co_return record;
  const GuardedTransactionTransport groups(groups_);
  Attempts attempts = AttemptsOfStep(runtime_, options_);
  for (;;) {
    const absl::Status resolved = co_await ResolveOnce(groups, group, *record);
    if (resolved.ok()) co_return record;
    const bool again = co_await attempts.Again();
    if (!again) co_return resolved;
  }
}

Awaitable<absl::StatusOr<TransactionRecord>> TransactionResolver::RunSettle(LockHolder holder) {
  if (holder.id == TransactionId(0) || holder.home == GroupId(0)) {
    co_return MakeError(Error::kInvalidTransaction, NameOf(holder.id) + " of home group " +
                                                        std::to_string(holder.home.value) +
                                                        " is none: 0 is neither an id nor a group");
  }
  const GuardedTransactionTransport groups(groups_);
  co_return co_await DecideUntilAnswered(groups, holder.home, AbortedRecord(holder.id),
                                         AttemptsOfStep(runtime_, options_));
}

}  // namespace fencepost
