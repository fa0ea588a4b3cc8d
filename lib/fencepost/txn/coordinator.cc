#include "fencepost/txn/coordinator.h"

#include <string>
#include <utility>

#include "fencepost/base/error.h"
#include "fencepost/base/internal/cancellation.h"
#include "fencepost/base/internal/id_names.h"
#include "fencepost/txn/internal/attempts.h"
#include "fencepost/txn/internal/guarded_transaction_transport.h"
#include "fencepost/txn/internal/steps.h"

namespace fencepost {
namespace {

Attempts AttemptsOfStep(Runtime* runtime, const CoordinatorOptions& options) {
  return Attempts(runtime, options.attempts_per_step, options.first_backoff, options.max_backoff);
}

CommitAnswer Committed(Timestamp commit_ts) {
  CommitAnswer answer;
  answer.end = CommitEnd::kCommitted;
  answer.commit_ts = commit_ts;
  return answer;
}

CommitAnswer RefusedBy(GroupId group, const absl::Status& refusal) {
  CommitAnswer answer;
  answer.end = CommitEnd::kAborted;
  answer.reason = refusal;
  answer.refused_by = group;
  return answer;
}

// Aborted without any group's refusal. Whatever the cause was, another transaction may do better.
CommitAnswer Aborted(const TransactionPlan& plan, const std::string& why) {
  CommitAnswer answer;
  answer.end = CommitEnd::kAborted;
  answer.reason = MakeError(Error::kTransactionAborted, NameOf(plan.id) + ": " + why);
  return answer;
}

CommitAnswer Unknown(const TransactionPlan& plan, const std::string& why) {
  CommitAnswer answer;
  answer.end = CommitEnd::kUnknown;
  answer.reason = MakeError(Error::kCommitOutcomeUnknown, NameOf(plan.id) + " may or may not be committed; " +
                                                              NameOf(plan.home) +
                                                              " has not answered how it ended: " + why);
  return answer;
}

// How a transaction ended whose record is `decided`, when `otherwise` is how it ended if it did not commit.
CommitAnswer AsDecided(const TransactionRecord& decided, CommitAnswer otherwise) {
  if (decided.outcome == TransactionOutcome::kCommitted) return Committed(decided.commit_ts);
  return otherwise;
}

std::vector<GroupId> GroupsOf(const TransactionPlan& plan) {
  std::vector<GroupId> groups;
  for (const Participant& part : plan.participants) groups.push_back(part.group);
  return groups;
}

}  // namespace

TransactionCoordinator::TransactionCoordinator(TransactionTransport* groups, Runtime* runtime,
                                               CoordinatorOptions options)
    : groups_(groups), runtime_(runtime), options_(options) {}

Awaitable<CommitAnswer> TransactionCoordinator::Commit(TransactionPlan plan) {
  co_return co_await WithoutCancellationThrow(RunCommit(std::move(plan)));
}

Awaitable<CommitAnswer> TransactionCoordinator::Conclude(TransactionPlan plan) {
  co_return co_await WithoutCancellationThrow(RunConclude(std::move(plan)));
}

Awaitable<CommitAnswer> TransactionCoordinator::Finish(TransactionId id, CommitAnswer answer) {
  co_return co_await WithoutCancellationThrow(RunFinish(id, std::move(answer)));
}

// Behind one shield: between two, a cancelled caller's co_await would throw away an outcome that is known.
Awaitable<CommitAnswer> TransactionCoordinator::RunCommit(TransactionPlan plan) {
  const TransactionId id = plan.id;
  CommitAnswer answer = co_await RunConclude(std::move(plan));
  co_return co_await RunFinish(id, std::move(answer));
}

Awaitable<CommitAnswer> TransactionCoordinator::RunConclude(TransactionPlan plan) {
  if (plan.participants.empty()) {
    const absl::Status invalid =
        MakeError(Error::kInvalidTransaction, NameOf(plan.id) + " has no participant");
    co_return RefusedBy(GroupId(0), invalid);
  }
  if (plan.participants.size() == 1) co_return co_await CommitInOneGroup(plan);
  co_return co_await CommitAcrossGroups(plan);
}

Awaitable<CommitAnswer> TransactionCoordinator::CommitInOneGroup(const TransactionPlan& plan) {
  const absl::StatusOr<Timestamp> commit_ts = co_await CommitTimestamp(plan);
  if (!commit_ts.ok()) co_return Aborted(plan, commit_ts.status().ToString());
  CommitRequest request;
  request.id = plan.id;
  request.commit_ts = *commit_ts;
  request.part = plan.participants.front();
  const GuardedTransactionTransport groups(groups_);
  const absl::Status committed = co_await groups.CommitAtOnce(std::move(request));
  if (committed.ok()) co_return Committed(*commit_ts);
  if (IsRefusal(committed)) co_return RefusedBy(plan.home, committed);

  // The request may have been let in, may be on its way, or be lost. From here on only the record can say.
  const absl::StatusOr<TransactionRecord> decided = co_await DecideAtHome(plan, AbortedRecord(plan.id));
  if (!decided.ok()) co_return Unknown(plan, decided.status().ToString());
  CommitAnswer aborted = Aborted(plan, "its commit went unanswered: " + committed.ToString());
  co_return AsDecided(*decided, std::move(aborted));
}

Awaitable<CommitAnswer> TransactionCoordinator::CommitAcrossGroups(const TransactionPlan& plan) {
  std::vector<GroupId> asked;
  for (const Participant& part : plan.participants) {
    asked.push_back(part.group);
    const absl::Status prepared = co_await PrepareAt(plan, part);
    if (prepared.ok()) continue;
    CommitAnswer aborted =
        IsRefusal(prepared) ? RefusedBy(part.group, prepared)
                            : Aborted(plan, NameOf(part.group) + " has not answered: " + prepared.ToString());
    aborted.unresolved = std::move(asked);
    co_return co_await GiveUp(plan, std::move(aborted));
  }

  const absl::StatusOr<Timestamp> commit_ts = co_await CommitTimestamp(plan);
  if (!commit_ts.ok()) {
    CommitAnswer aborted = Aborted(plan, commit_ts.status().ToString());
    aborted.unresolved = std::move(asked);
    co_return co_await GiveUp(plan, std::move(aborted));
  }
  const absl::StatusOr<TransactionRecord> decided =
      co_await DecideAtHome(plan, CommittedRecord(plan.id, *commit_ts));
  CommitAnswer answer = Unknown(plan, decided.status().ToString());
  if (decided.ok()) {
    answer = AsDecided(*decided, Aborted(plan, NameOf(plan.home) + " was told first to abort it"));
  }
  answer.unresolved = std::move(asked);
  co_return answer;
}

// Nobody has proposed the commit, so it is an abort whether the home answers or not; it is told all the same,
// so that resolvers find the record. A part that was refused may still be let in, when the request is
// delivered once more; so every group that was asked stays in `unresolved`.
Awaitable<CommitAnswer> TransactionCoordinator::GiveUp(const TransactionPlan& plan, CommitAnswer aborted) {
  const absl::StatusOr<TransactionRecord> decided = co_await DecideAtHome(plan, AbortedRecord(plan.id));
  // Against REQUIRES, somebody ran this plan before. Even then nobody is told what is not so.
  if (decided.ok() && decided->outcome == TransactionOutcome::kCommitted) {
    CommitAnswer committed = Committed(decided->commit_ts);
    committed.unresolved = GroupsOf(plan);
    co_return committed;
  }
  co_return aborted;
}

Awaitable<CommitAnswer> TransactionCoordinator::RunFinish(TransactionId id, CommitAnswer answer) {
  TransactionRecord record;
  switch (answer.end) {
    case CommitEnd::kCommitted:
      record = CommittedRecord(id, answer.commit_ts);
      break;
    case CommitEnd::kAborted:
      record = AbortedRecord(id);
      break;
    case CommitEnd::kUnknown:
      co_return answer;
  }
  const GuardedTransactionTransport groups(groups_);
  // In rounds, so that a group that does not answer holds up no other.
  Attempts rounds = AttemptsOfStep(runtime_, options_);
  for (bool again = !answer.unresolved.empty(); again;) {
    std::vector<GroupId> left;
    for (const GroupId group : answer.unresolved) {
      const absl::Status resolved = co_await ResolveOnce(groups, group, record);
      if (!resolved.ok()) left.push_back(group);
    }
    answer.unresolved = std::move(left);
    if (answer.unresolved.empty()) break;
    again = co_await rounds.Again();
  }
  co_return answer;
}

Awaitable<absl::Status> TransactionCoordinator::PrepareAt(const TransactionPlan& plan,
                                                          const Participant& part) {
  const GuardedTransactionTransport groups(groups_);
  Attempts attempts = AttemptsOfStep(runtime_, options_);
  for (;;) {
    PrepareRequest request;
    request.id = plan.id;
    request.home = plan.home;
    request.earliest_commit = plan.earliest_commit;
    request.part = part;
    const absl::Status prepared = co_await groups.Prepare(std::move(request));
    if (prepared.ok() || IsRefusal(prepared)) co_return prepared;
    const bool again = co_await attempts.Again();
    if (!again) co_return prepared;
  }
}

Awaitable<absl::StatusOr<Timestamp>> TransactionCoordinator::CommitTimestamp(const TransactionPlan& plan) {
  const GuardedTransactionTransport groups(groups_);
  Attempts attempts = AttemptsOfStep(runtime_, options_);
  for (;;) {
    const absl::StatusOr<Timestamp> next = co_await groups.NextTimestamp();
    // A group refuses to end what it prepared below what it promised; so this must not get into a record.
    if (next.ok() && *next < plan.earliest_commit) {
      co_return MakeError(Error::kTransactionAborted, "the timestamps went back, from " +
                                                          std::to_string(plan.earliest_commit.value) +
                                                          " to " + std::to_string(next->value));
    }
    if (next.ok()) co_return next;
    const bool again = co_await attempts.Again();
    if (!again) co_return next;
  }
}

Awaitable<absl::StatusOr<TransactionRecord>> TransactionCoordinator::DecideAtHome(
    const TransactionPlan& plan, TransactionRecord proposed) {
  const GuardedTransactionTransport groups(groups_);
  co_return co_await DecideUntilAnswered(groups, plan.home, proposed, AttemptsOfStep(runtime_, options_));
}

}  // namespace fencepost
