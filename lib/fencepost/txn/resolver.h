// The transaction resolver: brings a transaction that somebody left behind to its end, for whoever is in its
// way.
//
// It decides at the home that the lock itself names, and nowhere else. Where the locked key lives by now, or
// ever lived, says nothing about the outcome: a resolver that asks the key's new owner finds no record there
// and takes back what was committed. It proposes nothing but an abort; if the transaction was committed, the
// record that stands says so, and only then is it committed here too. So a resolver and a coordinator, or two
// resolvers, may race: the first decision wins, and all of them carry out that one.
//
// Threading: stateless; any number of calls at once, each from its own coroutine on the runtime's executor.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <chrono>

#include "fencepost/base/runtime.h"
#include "fencepost/txn/transaction.h"
#include "fencepost/txn/transaction_transport.h"

namespace fencepost {

struct ResolverOptions {
  // How long the holder is left alone once it was met, for it is most likely just about to end. Longer than a
  // commit across groups takes when nothing fails; 0 for whoever has waited already.
  std::chrono::milliseconds patience{100};
  int attempts_per_step = 4;                    // at least 1
  std::chrono::milliseconds first_backoff{5};   // doubled per attempt
  std::chrono::milliseconds max_backoff{1000};  // but no longer than this
};

class TransactionResolver {
 public:
  // Neither is owned; both must outlive every call.
  TransactionResolver(TransactionTransport* groups, Runtime* runtime, ResolverOptions options = {});

  // Ends the part of `holder` that was met at `group`: waits out the patience, decides at the home, resolves
  // at `group` by the record. The record, once the part is ended, whoever ended it. Otherwise the transaction
  // may still be there, and the caller may try again: the last error of the step that gave up, Cancelled, or
  // InvalidTransaction for an id or group of 0. When the caller was cancelled, or the transport threw, that
  // is no different: the transaction may have been ended, as its record has it, or not.
  Awaitable<absl::StatusOr<TransactionRecord>> End(GroupId group, LockHolder holder);

  // Decides at the home, at once: aborted unless it was decided before. How a client whose commit ended
  // unknown finds out, with the id and the home of its plan. Errors as of End.
  Awaitable<absl::StatusOr<TransactionRecord>> Settle(LockHolder holder);

 private:
  Awaitable<absl::StatusOr<TransactionRecord>> RunEnd(GroupId group, LockHolder holder);
  Awaitable<absl::StatusOr<TransactionRecord>> RunSettle(LockHolder holder);

  TransactionTransport* groups_;
  Runtime* runtime_;
  ResolverOptions options_;
};

}  // namespace fencepost
