// One process's way to the groups, as the library wants it: what a store gives its transaction coordinator
// and its mover.
//
// The same calls serve the movers of the published modes, which know of no ownership: CopyAsPublished copies
// whatever it finds, and asks nobody.
//
// Single-threaded; for coroutines of the process's own executor.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fencepost/move/move_transport.h"
#include "fencepost/txn/transaction_transport.h"
#include "sim/core/simulation/stage.h"
#include "sim/world/groups/cluster.h"
#include "sim/world/groups/group_calls.h"
#include "sim/world/library_runtime.h"

namespace fencepost::sim {

// The source of transaction ids and commit timestamps: a black box that never goes back and never fails.
class TimestampOracle {
 public:
  Timestamp NextTimestamp() { return Timestamp(++last_timestamp_); }
  TransactionId NextTransactionId() { return TransactionId(++last_id_); }

 private:
  std::uint64_t last_timestamp_ = 0;
  std::uint64_t last_id_ = 0;
};

class GroupClient final : public TransactionTransport, public MoveTransport {
 public:
  // Nothing is owned. `runtime` is the life's own: a new one, and a new GroupClient, after every crash.
  GroupClient(Stage* stage, Cluster* cluster, TimestampOracle* oracle, ActorId actor,
              LibraryRuntime* runtime);

  // Under the observed and published fences every commit and prepare carries this pin.
  void set_pin(ObservedVersion pin) { pin_ = pin; }

  // What is done from now on is done for this errand. Not owned; REQUIRED before anything is.
  void set_errand(Errand* errand) {
    errand_ = errand;
    calls_.set_errand(errand);
  }

  // Called before and after each request; the process may be killed in it, and then gets no further.
  void set_before_each_step(std::function<void()> hook) { calls_.set_before_each_step(std::move(hook)); }

  // Reads at the leader, or, with `follower_node`, at that node's replica. Errors as of GroupState::Read;
  // DeadlineExceeded.
  Awaitable<absl::StatusOr<std::vector<KeyView>>> Read(GroupId group, std::vector<std::string> keys,
                                                       std::optional<std::size_t> follower_node);

  // TransactionTransport
  Awaitable<absl::StatusOr<Timestamp>> NextTimestamp() override;
  Awaitable<absl::Status> Prepare(PrepareRequest request) override;
  Awaitable<absl::Status> CommitAtOnce(CommitRequest request) override;
  Awaitable<absl::StatusOr<TransactionRecord>> Decide(GroupId home, TransactionRecord proposed) override;
  Awaitable<absl::Status> Resolve(GroupId group, TransactionRecord record) override;

  // MoveTransport. Copy refuses with FailedPrecondition as long as anything has to drain.
  Awaitable<absl::Status> Propose(GroupId group, OwnershipEntry entry) override;
  Awaitable<absl::StatusOr<std::vector<RangeTenure>>> TenuresOf(GroupId group, KeyRange range) override;
  Awaitable<absl::StatusOr<Drain>> DrainOf(GroupId group, KeyRange range, OwnershipEpoch epoch) override;
  Awaitable<absl::StatusOr<std::vector<ReplicaReads>>> ReadsOf(GroupId group) override;
  Awaitable<absl::Status> ResolvePrepared(GroupId group, TransactionId id) override;
  Awaitable<absl::StatusOr<Timestamp>> Copy(CopyJob job) override;
  Awaitable<absl::Status> DropCopied(GroupId group, KeyRange range, OwnershipEpoch epoch) override;
  Awaitable<absl::Status> ReadersDrained(GroupId group, KeyRange range, OwnershipEpoch epoch) override;

  // As Copy, of whatever the source's leader has applied.
  Awaitable<absl::StatusOr<Timestamp>> CopyAsPublished(CopyJob job);

 private:
  // What a copy is made of, as one replica showed it at one position.
  struct Source {
    absl::Status status;
    StoredValues values;
    Timestamp floor;
  };
  static Source SourceOf(const GroupState& state, const CopyJob& job, bool must_have_drained);

  Awaitable<absl::Status> ProposeAny(GroupId group, Entry entry);
  Awaitable<absl::StatusOr<Timestamp>> CopyFrom(CopyJob job, LookFrom from, bool must_have_drained);
  std::vector<CopyEntry> PagesOf(const CopyJob& job, const StoredValues& values);

  // The mistakes kUnfencedResolver and kBarrierForN.
  void RememberPart(const Participant& part, TransactionId id);
  Participant RememberedPart(GroupId group, TransactionId id) const;
  struct Barrier {
    bool fenced = false;
    std::optional<Drain> drain;
  };
  Barrier* RememberedBarrier(GroupId group, const KeyRange& range);

  Marks* marks_;
  LibraryRuntime* runtime_;
  TimestampOracle* oracle_;
  Mistake mistake_;
  GroupCalls calls_;
  Errand* errand_ = nullptr;
  ObservedVersion pin_ = ObservedVersion::Unpinned();
  std::map<std::pair<GroupId, TransactionId>, Participant> parts_;
  std::map<std::pair<GroupId, std::string>, Barrier> barriers_;
};

}  // namespace fencepost::sim
