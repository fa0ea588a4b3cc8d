#include "fencepost/txn/internal/steps.h"

#include <string>
#include <utility>

#include "fencepost/base/error.h"

namespace fencepost {
namespace {

// An answer that is not about the transaction, or says neither yes nor no, is evidence of nothing.
absl::Status CheckAnswer(const TransactionRecord& answered, const TransactionRecord& proposed, GroupId home) {
  const bool known =
      answered.outcome == TransactionOutcome::kCommitted || answered.outcome == TransactionOutcome::kAborted;
  if (known && answered.id == proposed.id) return absl::OkStatus();
  std::string message = "group " + std::to_string(home.value) + " was asked about " + NameOf(proposed.id) +
                        " and answered with a record of " + NameOf(answered.id) + ", outcome " +
                        std::to_string(static_cast<int>(answered.outcome));
  return absl::InternalError(absl::string_view(message.data(), message.size()));
}

}  // namespace

Awaitable<absl::StatusOr<TransactionRecord>> DecideUntilAnswered(GuardedTransactionTransport groups,
                                                                 GroupId home, TransactionRecord proposed,
                                                                 Attempts attempts) {
  absl::Status last;
  for (;;) {
    const absl::StatusOr<TransactionRecord> decided = co_await groups.Decide(home, proposed);
    last = decided.ok() ? CheckAnswer(*decided, proposed, home) : decided.status();
    if (last.ok()) co_return *decided;
    const bool again = co_await attempts.Again();
    if (!again) co_return last;
  }
}

Awaitable<absl::Status> ResolveOnce(GuardedTransactionTransport groups, GroupId group,
                                    TransactionRecord record) {
  const absl::Status resolved = co_await groups.Resolve(group, record);
  // What was prepared and is not any more was ended, by a resolver that was faster.
  if (IsError(resolved, Error::kTransactionNotPrepared)) co_return absl::OkStatus();
  co_return resolved;
}

}  // namespace fencepost
