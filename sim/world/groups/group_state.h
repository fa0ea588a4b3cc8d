// One replica's state machine: values, locks, commit records and, under the logged fence, the group's
// ownership (production code).
//
// This is the store around the library: what a user of the logged fence writes himself. Its state is a
// function of the log up to applied(), and of nothing else, as long as the fence mode is kLogged and no
// mistake is staged; under the published modes the verdict asks the replica's own process, which is what is
// wrong with them.
//
// Isolation is its own business: a transaction is validated where it commits (each key it read is of the
// version it saw, unlocked, under the same epoch), prepared parts hold locks, and every outcome is recorded,
// refusals too, so that an entry delivered twice gives one answer.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fencepost/fence/logged_fence.h"
#include "fencepost/fence/ownership.h"
#include "sim/world/groups/effect_digest.h"
#include "sim/world/groups/entry.h"
#include "sim/world/groups/key_locks.h"
#include "sim/world/scenario/fence_mode.h"

namespace fencepost::sim {

// What the applying process's route cache says to a write under the published modes (and for
// kVerdictFromCache). Empty under kLogged.
using CacheVerdict =
    std::function<absl::Status(ObservedVersion pin, std::span<const std::string> written_keys)>;

// A write that took effect, for the judge.
struct EffectiveWrite {
  std::string key;
  Operation operation;
  OwnershipEpoch epoch;  // as claimed
  ObservedVersion pin = ObservedVersion::Unpinned();
  TransactionId transaction;
  bool was_prepared = false;  // let in earlier, by its prepare
};

// What applying an entry said and did.
struct Applied {
  absl::Status status;                      // the answer to the proposer
  std::optional<TransactionRecord> record;  // of DecideEntry: what stands
  std::vector<EffectiveWrite> writes;
  // Of all effects so far, this one included: equal at equal positions, or the replicas have diverged.
  std::uint64_t digest = 0;
};

// A key as a read finds it.
struct KeyView {
  std::string key;
  OwnershipEpoch epoch;  // under the logged fence: of the active tenure; else 0
  std::uint64_t version = 0;
  std::vector<std::int64_t> elements;
  std::optional<LockHolder> write_locked_by;
};

class GroupState {
 public:
  GroupState(GroupId group, FenceRules rules);

  // Applies the entry at index applied() + 1. Total: no entry fails to have an outcome.
  Applied Apply(const Entry& entry, const CacheVerdict& cache);

  // What Apply would answer to the claims of a commit or a prepare now; for kVerdictAtProposal.
  absl::Status CheckClaims(const Entry& entry, const CacheVerdict& cache) const;

  // The keys, or OwnershipMoved naming the first that this group does not own here and now (under the logged
  // fence).
  absl::StatusOr<std::vector<KeyView>> Read(std::span<const std::string> keys) const;

  // Everything in the range, for a copy.
  StoredValues ValuesIn(const KeyRange& range) const;

  // Who has this transaction's part here locked, with the home that its prepare named; nothing when it is not
  // prepared here.
  std::optional<LockHolder> PreparedHolder(TransactionId id) const;

  LogIndex applied() const { return applied_; }
  const GroupOwnership& ownership() const { return ownership_; }
  const StoredValues& values() const { return values_; }
  std::uint64_t digest() const { return digest_.value(); }

  // A snapshot, and a replica made of it: ownership goes through its production bytes. Restore of what Save
  // made gives an equal state.
  std::string Save() const;
  static absl::StatusOr<GroupState> Restore(GroupId group, FenceRules rules, std::string_view snapshot);

  friend bool operator==(const GroupState&, const GroupState&) = default;

 private:
  // A part of a transaction that has been let in and waits for its outcome.
  struct PreparedPart {
    GroupId home;
    Timestamp earliest_commit;
    Participant part;
    std::optional<Version> pin;
    bool pinned_claims =
        false;  // ownership_ has its claims: always, under the logged fence without a mistake

    friend bool operator==(const PreparedPart&, const PreparedPart&) = default;
  };

  // What a request claims of the group's ownership.
  struct Claims {
    std::vector<WriteClaim> writes;
    std::vector<ReadClaim> reads;

    bool empty() const { return writes.empty() && reads.empty(); }
  };

  // Each answers the entry's status, and adds what it did to the answer and to the digest.
  absl::Status ApplyOne(const NoOpEntry& entry, const CacheVerdict& cache, Applied* done);
  absl::Status ApplyOne(const OwnershipEntry& entry, const CacheVerdict& cache, Applied* done);
  absl::Status ApplyOne(const CommitEntry& entry, const CacheVerdict& cache, Applied* done);
  absl::Status ApplyOne(const PrepareEntry& entry, const CacheVerdict& cache, Applied* done);
  absl::Status ApplyOne(const DecideEntry& entry, const CacheVerdict& cache, Applied* done);
  absl::Status ApplyOne(const ResolveEntry& entry, const CacheVerdict& cache, Applied* done);
  absl::Status ApplyOne(const CopyEntry& entry, const CacheVerdict& cache, Applied* done);
  absl::Status ApplyOne(const DropEntry& entry, const CacheVerdict& cache, Applied* done);

  // The fence's word (fence_verdict.cc).
  bool Logged() const { return rules_.mode == FenceMode::kLogged; }
  bool Has(Mistake mistake) const { return rules_.mistake == mistake; }
  bool AppliesUnfenced() const;
  bool IsUnfencedPlainWrite(const Participant& part) const;
  absl::Status AskCache(const Participant& part, const ObservedVersion& pin, const CacheVerdict& cache) const;
  absl::Status AskFence(const Participant& part, Timestamp commit_ts, const ObservedVersion& pin,
                        const CacheVerdict& cache) const;
  Claims ClaimsOf(const Participant& part) const;

  // Isolation, and the writes themselves (apply_commit.cc).
  absl::Status CommitNow(const CommitEntry& entry, const CacheVerdict& cache, Applied* done);
  absl::Status CheckIsolation(TransactionId id, const Participant& part, Timestamp commit_ts) const;
  absl::Status CheckWritable(TransactionId id, const std::string& key, Timestamp commit_ts) const;
  absl::Status CheckUnchanged(TransactionId id, const KeyRead& read) const;
  absl::Status LockedBy(const std::string& key, TransactionId holder) const;
  absl::Status AnswerOf(const TransactionRecord& record) const;
  void Keep(const TransactionRecord& record);  // unless there is one
  EffectiveWrite Write(const KeyWrite& write, Timestamp commit_ts);

  absl::Status LetIn(const PrepareEntry& entry, const CacheVerdict& cache, PreparedPart* part);
  absl::Status RefuseEnded(const TransactionRecord& record) const;
  absl::Status ResolveUnprepared(const ResolveEntry& entry, Applied* done);
  void EraseValues(const KeyRange& range);

  GroupId group_;
  FenceRules rules_;
  LogIndex applied_;
  GroupOwnership ownership_;
  StoredValues values_;
  std::map<TransactionId, PreparedPart> prepared_;
  KeyLocks locks_;  // those of prepared_
  // Under each id, how it ended, as far as this group was told: at its home, the decision; elsewhere, what a
  // resolve brought.
  std::map<TransactionId, TransactionRecord> records_;
  std::set<TransactionId> ended_;  // was prepared here, and has been resolved
  // The move that each key was copied in for, until its ACTIVATE: keeps a late drop off the copy of a later
  // move.
  std::map<std::string, OwnershipEpoch> copied_for_;
  EffectDigest digest_;
};

}  // namespace fencepost::sim
