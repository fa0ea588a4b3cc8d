// The interfaces that a store gives the library, with the fault interface-throws: each operation may throw,
// on its way there, when nothing has happened yet, or on its way back, when it has.
//
// Single-threaded; for coroutines of the process's own executor.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "fencepost/move/move_transport.h"
#include "fencepost/store/mvcc_store.h"
#include "fencepost/txn/transaction_transport.h"
#include "sim/core/choices/errand.h"
#include "sim/core/interrupt/throw_point.h"
#include "sim/core/simulation/stage.h"

namespace fencepost::sim {

// Whether the fault is on in this run.
bool InterfacesThrow(Stage* stage);

// Where operations throw that are called for the errand that `errand` names at that time; drawn from the
// stream NAME/throws. Nothing is owned.
ThrowPlan ThrowsOf(Stage* stage, std::function<Errand*()> errand);

class ThrowingStore final : public MvccStore {
 public:
  // Not owned.
  ThrowingStore(MvccStore* store, ThrowPlan plan) : store_(store), throws_(std::move(plan)) {}

  Awaitable<absl::StatusOr<Timestamp>> LastCommitTs() override;
  Awaitable<absl::StatusOr<std::optional<std::string>>> GetAt(std::string key, Timestamp ts) override;
  Awaitable<absl::StatusOr<std::vector<KeyValue>>> ScanAt(KeyRange range, std::size_t limit,
                                                          Timestamp ts) override;
  Awaitable<absl::StatusOr<Timestamp>> Commit(WriteBatch batch) override;

 private:
  MvccStore* store_;
  ThrowPoint throws_;
};

class ThrowingTransactions final : public TransactionTransport {
 public:
  // Not owned.
  ThrowingTransactions(TransactionTransport* groups, ThrowPlan plan)
      : groups_(groups), throws_(std::move(plan)) {}

  Awaitable<absl::StatusOr<Timestamp>> NextTimestamp() override;
  Awaitable<absl::Status> Prepare(PrepareRequest request) override;
  Awaitable<absl::Status> CommitAtOnce(CommitRequest request) override;
  Awaitable<absl::StatusOr<TransactionRecord>> Decide(GroupId home, TransactionRecord proposed) override;
  Awaitable<absl::Status> Resolve(GroupId group, TransactionRecord record) override;

 private:
  TransactionTransport* groups_;
  ThrowPoint throws_;
};

class ThrowingMoves final : public MoveTransport {
 public:
  // Not owned.
  ThrowingMoves(MoveTransport* groups, ThrowPlan plan) : groups_(groups), throws_(std::move(plan)) {}

  Awaitable<absl::Status> Propose(GroupId group, OwnershipEntry entry) override;
  Awaitable<absl::StatusOr<std::vector<RangeTenure>>> TenuresOf(GroupId group, KeyRange range) override;
  Awaitable<absl::StatusOr<Drain>> DrainOf(GroupId group, KeyRange range, OwnershipEpoch epoch) override;
  Awaitable<absl::StatusOr<std::vector<ReplicaReads>>> ReadsOf(GroupId group) override;
  Awaitable<absl::Status> ResolvePrepared(GroupId group, TransactionId id) override;
  Awaitable<absl::StatusOr<Timestamp>> Copy(CopyJob job) override;
  Awaitable<absl::Status> DropCopied(GroupId group, KeyRange range, OwnershipEpoch epoch) override;
  Awaitable<absl::Status> ReadersDrained(GroupId group, KeyRange range, OwnershipEpoch epoch) override;

 private:
  MoveTransport* groups_;
  ThrowPoint throws_;
};

}  // namespace fencepost::sim
