// A user's store and groups at the far end of a Line: every operation of another double, whose coroutines
// must not wait, becomes one that waits and may be struck.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fencepost/move/move_transport.h"
#include "fencepost/store/mvcc_store.h"
#include "fencepost/txn/transaction_transport.h"
#include "tests/support/run_awaitable.h"
#include "tests/unit/lib/interruption/line.h"

namespace fencepost {

class SuspendingStore final : public MvccStore {
 public:
  // Neither is owned.
  SuspendingStore(MvccStore* store, Line* line) : store_(*store), line_(*line) {}

  Awaitable<absl::StatusOr<Timestamp>> LastCommitTs() override {
    return line_.Do<absl::StatusOr<Timestamp>>("LastCommitTs", OperationKind::kRead,
                                               [this] { return RunAwaitable(store_.LastCommitTs()); });
  }
  Awaitable<absl::StatusOr<std::optional<std::string>>> GetAt(std::string key, Timestamp ts) override {
    return line_.Do<absl::StatusOr<std::optional<std::string>>>(
        "GetAt", OperationKind::kRead,
        [this, key = std::move(key), ts] { return RunAwaitable(store_.GetAt(key, ts)); });
  }
  Awaitable<absl::StatusOr<std::vector<KeyValue>>> ScanAt(KeyRange range, std::size_t limit,
                                                          Timestamp ts) override {
    return line_.Do<absl::StatusOr<std::vector<KeyValue>>>(
        "ScanAt", OperationKind::kRead, [this, range = std::move(range), limit, ts] {
          return RunAwaitable(store_.ScanAt(range, limit, ts));
        });
  }
  Awaitable<absl::StatusOr<Timestamp>> Commit(WriteBatch batch) override {
    return line_.Do<absl::StatusOr<Timestamp>>(
        "Commit", OperationKind::kHasEffect,
        [this, batch = std::move(batch)] { return RunAwaitable(store_.Commit(batch)); });
  }

 private:
  MvccStore& store_;
  Line& line_;
};

class SuspendingGroups final : public MoveTransport {
 public:
  SuspendingGroups(MoveTransport* groups, Line* line) : groups_(*groups), line_(*line) {}

  Awaitable<absl::Status> Propose(GroupId group, OwnershipEntry entry) override {
    return line_.Do<absl::Status>(
        "Propose", OperationKind::kHasEffect,
        [this, group, entry = std::move(entry)] { return RunAwaitable(groups_.Propose(group, entry)); });
  }
  Awaitable<absl::StatusOr<std::vector<RangeTenure>>> TenuresOf(GroupId group, KeyRange range) override {
    return line_.Do<absl::StatusOr<std::vector<RangeTenure>>>(
        "TenuresOf", OperationKind::kRead,
        [this, group, range = std::move(range)] { return RunAwaitable(groups_.TenuresOf(group, range)); });
  }
  Awaitable<absl::StatusOr<Drain>> DrainOf(GroupId group, KeyRange range, OwnershipEpoch epoch) override {
    return line_.Do<absl::StatusOr<Drain>>("DrainOf", OperationKind::kRead,
                                           [this, group, range = std::move(range), epoch] {
                                             return RunAwaitable(groups_.DrainOf(group, range, epoch));
                                           });
  }
  Awaitable<absl::StatusOr<std::vector<ReplicaReads>>> ReadsOf(GroupId group) override {
    return line_.Do<absl::StatusOr<std::vector<ReplicaReads>>>(
        "ReadsOf", OperationKind::kRead, [this, group] { return RunAwaitable(groups_.ReadsOf(group)); });
  }
  Awaitable<absl::Status> ResolvePrepared(GroupId group, TransactionId id) override {
    return line_.Do<absl::Status>("ResolvePrepared", OperationKind::kHasEffect, [this, group, id] {
      return RunAwaitable(groups_.ResolvePrepared(group, id));
    });
  }
  Awaitable<absl::StatusOr<Timestamp>> Copy(CopyJob job) override {
    return line_.Do<absl::StatusOr<Timestamp>>(
        "Copy", OperationKind::kHasEffect,
        [this, job = std::move(job)] { return RunAwaitable(groups_.Copy(job)); });
  }
  Awaitable<absl::Status> DropCopied(GroupId group, KeyRange range, OwnershipEpoch epoch) override {
    return line_.Do<absl::Status>("DropCopied", OperationKind::kHasEffect,
                                  [this, group, range = std::move(range), epoch] {
                                    return RunAwaitable(groups_.DropCopied(group, range, epoch));
                                  });
  }
  Awaitable<absl::Status> ReadersDrained(GroupId group, KeyRange range, OwnershipEpoch epoch) override {
    return line_.Do<absl::Status>("ReadersDrained", OperationKind::kRead,
                                  [this, group, range = std::move(range), epoch] {
                                    return RunAwaitable(groups_.ReadersDrained(group, range, epoch));
                                  });
  }

 private:
  MoveTransport& groups_;
  Line& line_;
};

class SuspendingTransactionTransport final : public TransactionTransport {
 public:
  SuspendingTransactionTransport(TransactionTransport* groups, Line* line) : groups_(*groups), line_(*line) {}

  Awaitable<absl::StatusOr<Timestamp>> NextTimestamp() override {
    return line_.Do<absl::StatusOr<Timestamp>>("NextTimestamp", OperationKind::kRead,
                                               [this] { return RunAwaitable(groups_.NextTimestamp()); });
  }
  Awaitable<absl::Status> Prepare(PrepareRequest request) override {
    return line_.Do<absl::Status>("Prepare", OperationKind::kHasEffect, [this, request = std::move(request)] {
      return RunAwaitable(groups_.Prepare(request));
    });
  }
  Awaitable<absl::Status> CommitAtOnce(CommitRequest request) override {
    return line_.Do<absl::Status>(
        "CommitAtOnce", OperationKind::kHasEffect,
        [this, request = std::move(request)] { return RunAwaitable(groups_.CommitAtOnce(request)); });
  }
  Awaitable<absl::StatusOr<TransactionRecord>> Decide(GroupId home, TransactionRecord proposed) override {
    return line_.Do<absl::StatusOr<TransactionRecord>>(
        "Decide", OperationKind::kHasEffect,
        [this, home, proposed] { return RunAwaitable(groups_.Decide(home, proposed)); });
  }
  Awaitable<absl::Status> Resolve(GroupId group, TransactionRecord record) override {
    return line_.Do<absl::Status>("Resolve", OperationKind::kHasEffect, [this, group, record] {
      return RunAwaitable(groups_.Resolve(group, record));
    });
  }

 private:
  TransactionTransport& groups_;
  Line& line_;
};

}  // namespace fencepost
