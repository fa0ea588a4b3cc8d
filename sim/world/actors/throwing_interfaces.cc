#include "sim/world/actors/throwing_interfaces.h"

#include <string_view>
#include <utility>

#include "sim/world/fault_kinds.h"

namespace fencepost::sim {
namespace {

template <class Answer>
Awaitable<Answer> ThrowAround(ThrowPoint* throws, std::string_view operation, Awaitable<Answer> call) {
  throws->Pass(operation);
  Answer answer = co_await std::move(call);
  throws->Pass(operation);
  co_return answer;
}

}  // namespace

bool InterfacesThrow(Stage* stage) { return stage->faults().odds(faults::kInterfaceThrows).numerator != 0; }

ThrowPlan ThrowsOf(Stage* stage, std::function<Errand*()> errand) {
  return [injector = &stage->faults(), errand = std::move(errand)](std::uint64_t) {
    Stream stream = errand()->Of("throws");
    return injector->Fires(faults::kInterfaceThrows, stream);
  };
}

Awaitable<absl::StatusOr<Timestamp>> ThrowingStore::LastCommitTs() {
  return ThrowAround(&throws_, "LastCommitTs", store_->LastCommitTs());
}

Awaitable<absl::StatusOr<std::optional<std::string>>> ThrowingStore::GetAt(std::string key, Timestamp ts) {
  return ThrowAround(&throws_, "GetAt", store_->GetAt(std::move(key), ts));
}

Awaitable<absl::StatusOr<std::vector<KeyValue>>> ThrowingStore::ScanAt(KeyRange range, std::size_t limit,
                                                                       Timestamp ts) {
  return ThrowAround(&throws_, "ScanAt", store_->ScanAt(std::move(range), limit, ts));
}

Awaitable<absl::StatusOr<Timestamp>> ThrowingStore::Commit(WriteBatch batch) {
  return ThrowAround(&throws_, "Commit", store_->Commit(std::move(batch)));
}

Awaitable<absl::StatusOr<Timestamp>> ThrowingTransactions::NextTimestamp() {
  return ThrowAround(&throws_, "NextTimestamp", groups_->NextTimestamp());
}

Awaitable<absl::Status> ThrowingTransactions::Prepare(PrepareRequest request) {
  return ThrowAround(&throws_, "Prepare", groups_->Prepare(std::move(request)));
}

Awaitable<absl::Status> ThrowingTransactions::CommitAtOnce(CommitRequest request) {
  return ThrowAround(&throws_, "CommitAtOnce", groups_->CommitAtOnce(std::move(request)));
}

Awaitable<absl::StatusOr<TransactionRecord>> ThrowingTransactions::Decide(GroupId home,
                                                                          TransactionRecord proposed) {
  return ThrowAround(&throws_, "Decide", groups_->Decide(home, proposed));
}

Awaitable<absl::Status> ThrowingTransactions::Resolve(GroupId group, TransactionRecord record) {
  return ThrowAround(&throws_, "Resolve", groups_->Resolve(group, record));
}

Awaitable<absl::Status> ThrowingMoves::Propose(GroupId group, OwnershipEntry entry) {
  return ThrowAround(&throws_, "Propose", groups_->Propose(group, std::move(entry)));
}

Awaitable<absl::StatusOr<std::vector<RangeTenure>>> ThrowingMoves::TenuresOf(GroupId group, KeyRange range) {
  return ThrowAround(&throws_, "TenuresOf", groups_->TenuresOf(group, std::move(range)));
}

Awaitable<absl::StatusOr<Drain>> ThrowingMoves::DrainOf(GroupId group, KeyRange range, OwnershipEpoch epoch) {
  return ThrowAround(&throws_, "DrainOf", groups_->DrainOf(group, std::move(range), epoch));
}

Awaitable<absl::StatusOr<std::vector<ReplicaReads>>> ThrowingMoves::ReadsOf(GroupId group) {
  return ThrowAround(&throws_, "ReadsOf", groups_->ReadsOf(group));
}

Awaitable<absl::Status> ThrowingMoves::ResolvePrepared(GroupId group, TransactionId id) {
  return ThrowAround(&throws_, "ResolvePrepared", groups_->ResolvePrepared(group, id));
}

Awaitable<absl::StatusOr<Timestamp>> ThrowingMoves::Copy(CopyJob job) {
  return ThrowAround(&throws_, "Copy", groups_->Copy(std::move(job)));
}

Awaitable<absl::Status> ThrowingMoves::DropCopied(GroupId group, KeyRange range, OwnershipEpoch epoch) {
  return ThrowAround(&throws_, "DropCopied", groups_->DropCopied(group, std::move(range), epoch));
}

Awaitable<absl::Status> ThrowingMoves::ReadersDrained(GroupId group, KeyRange range, OwnershipEpoch epoch) {
  return ThrowAround(&throws_, "ReadersDrained", groups_->ReadersDrained(group, std::move(range), epoch));
}

}  // namespace fencepost::sim
