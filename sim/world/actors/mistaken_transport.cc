#include "sim/world/actors/mistaken_transport.h"

#include <utility>

#include "fencepost/base/error.h"

namespace fencepost::sim {

MistakenTransport::MistakenTransport(TransactionTransport* groups, Mistake mistake, Lookup lookup)
    : groups_(groups), mistake_(mistake), lookup_(std::move(lookup)) {}

GroupId MistakenTransport::Elsewhere(GroupId group) const { return lookup_(primary_key_).value_or(group); }

Awaitable<absl::StatusOr<Timestamp>> MistakenTransport::NextTimestamp() { return groups_->NextTimestamp(); }

Awaitable<absl::Status> MistakenTransport::Prepare(PrepareRequest request) {
  return groups_->Prepare(std::move(request));
}

Awaitable<absl::Status> MistakenTransport::CommitAtOnce(CommitRequest request) {
  absl::Status status = co_await groups_->CommitAtOnce(std::move(request));
  if (!status.ok() && !ErrorOf(status).has_value()) answer_was_lost_ = true;
  // A layer in between retries, loses the type of what it was told, and reports that it is through.
  if (mistake_ == Mistake::kSwallowedRefusal && IsError(status, Error::kOwnershipMoved))
    co_return absl::OkStatus();
  co_return status;
}

Awaitable<absl::StatusOr<TransactionRecord>> MistakenTransport::Decide(GroupId home,
                                                                       TransactionRecord proposed) {
  GroupId where = home;
  // The primary key is looked up again, in a cache that may lag, and the owner that it names keeps the
  // record.
  if (mistake_ == Mistake::kRerouteAtCommit && proposed.outcome == TransactionOutcome::kCommitted)
    where = Elsewhere(home);
  // A resolver asks the key's owner, by such a cache, for a record that was left elsewhere.
  if (mistake_ == Mistake::kRecordAtNewOwner && proposed.outcome == TransactionOutcome::kAborted)
    where = Elsewhere(home);
  return groups_->Decide(where, proposed);
}

Awaitable<absl::Status> MistakenTransport::Resolve(GroupId group, TransactionRecord record) {
  GroupId where = group;
  if (mistake_ == Mistake::kUnfencedResolver && record.outcome == TransactionOutcome::kCommitted)
    where = Elsewhere(group);
  return groups_->Resolve(where, record);
}

}  // namespace fencepost::sim
