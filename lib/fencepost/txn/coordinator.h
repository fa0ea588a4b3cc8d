// The transaction coordinator: takes a fixed plan through prepare, decision and resolution, and says honestly
// how it ended.
//
//     one group        CommitAtOnce                              its answer, or the record that it left
//     several groups   Prepare, group by group, ascending        a refusal anywhere: abort
//                      Decide at the home                        the first decision stands: here it commits
//                      Resolve in every group                    locks go, writes appear
//
// Committed is answered on positive evidence only: the home's record, or the group's own answer to a
// one-group commit. Aborted is answered only when the transaction can never commit any more: the record says
// so, or nobody has proposed the commit, which only its coordinator ever does. Everything else is unknown,
// and stays so until somebody asks the home (TransactionResolver::Settle). The coordinator may die at any
// point: whoever meets one of its locks brings it to an end (resolver.h). fence/PROTOCOL.md, "Prepared
// transactions", shows why moves of ranges do not disturb this.
//
// Groups prepare one after the other, in an order that is the same for everybody. So of two transactions that
// want the same keys, the one that gets the first of their common locks gets past the other; in parallel,
// each could hold what the other wants, and both would be refused, again and again. It costs a round trip per
// group.
//
// Threading: stateless; any number of calls at once, each from its own coroutine on the runtime's executor.
//
// When the awaiting coroutine is cancelled, steps are no longer repeated, those that are left are taken once,
// and the answer is as honest as ever: kCommitted or kAborted if that is known, with the groups that were not
// told in `unresolved`, and kUnknown if only the home knows. An exception out of the transport is a lost
// answer.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <chrono>
#include <cstdint>
#include <vector>

#include "fencepost/base/runtime.h"
#include "fencepost/txn/transaction.h"
#include "fencepost/txn/transaction_transport.h"

namespace fencepost {

enum class CommitEnd : std::uint8_t { kCommitted, kAborted, kUnknown };

struct CommitAnswer {
  CommitEnd end = CommitEnd::kUnknown;
  Timestamp commit_ts;  // of kCommitted; else 0
  // Why not; OK for kCommitted. For kAborted it is the refusal as the group made it, or TransactionAborted;
  // IsRetryable tells whether a new transaction may do better. For kUnknown it is CommitOutcomeUnknown.
  absl::Status reason;
  GroupId refused_by;  // whose log the refusal is of: where LockHolderOf(reason) was met; 0: nobody refused
  std::vector<GroupId> unresolved;  // where parts of it may still hold locks; ascending
};

struct CoordinatorOptions {
  int attempts_per_step = 4;                    // at least 1
  std::chrono::milliseconds first_backoff{5};   // doubled per attempt
  std::chrono::milliseconds max_backoff{1000};  // but no longer than this
};

class TransactionCoordinator {
 public:
  // Neither is owned; both must outlive every call.
  TransactionCoordinator(TransactionTransport* groups, Runtime* runtime, CoordinatorOptions options = {});

  // Conclude, then Finish. The outcome stands before Finish, so a caller that would rather answer sooner
  // makes the two calls himself; this one waits, because nobody else is sure to come for the locks soon. A
  // caller that makes the two calls, and is cancelled during the first, has Asio throw out of its own
  // co_await of the second: it should turn that off, or keep the first answer. REQUIRES: the plan was made by
  // PlanTransaction, and no plan with its id was given to any coordinator.
  Awaitable<CommitAnswer> Commit(TransactionPlan plan);

  // Up to the outcome. `unresolved` names the groups to Finish. REQUIRES: as Commit.
  Awaitable<CommitAnswer> Conclude(TransactionPlan plan);

  // Ends the parts in `unresolved` as the answer has it, and answers with the groups that could not be told:
  // who meets the locks there ends them. Does nothing to a transaction of unknown outcome.
  Awaitable<CommitAnswer> Finish(TransactionId id, CommitAnswer answer);

 private:
  Awaitable<CommitAnswer> RunCommit(TransactionPlan plan);
  Awaitable<CommitAnswer> RunConclude(TransactionPlan plan);
  Awaitable<CommitAnswer> RunFinish(TransactionId id, CommitAnswer answer);
  Awaitable<CommitAnswer> CommitInOneGroup(const TransactionPlan& plan);
  Awaitable<CommitAnswer> CommitAcrossGroups(const TransactionPlan& plan);
  Awaitable<CommitAnswer> GiveUp(const TransactionPlan& plan, CommitAnswer aborted);

  Awaitable<absl::Status> PrepareAt(const TransactionPlan& plan, const Participant& part);
  Awaitable<absl::StatusOr<Timestamp>> CommitTimestamp(const TransactionPlan& plan);
  Awaitable<absl::StatusOr<TransactionRecord>> DecideAtHome(const TransactionPlan& plan,
                                                            TransactionRecord proposed);

  TransactionTransport* groups_;
  Runtime* runtime_;
  CoordinatorOptions options_;
};

}  // namespace fencepost
