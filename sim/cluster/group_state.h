// One replica's state machine: values, locks, commit records and, under the logged fence, the group's ownership
// (production code).
//
// This is the store around the library: what a user of the logged fence writes himself. Its state is a function of
// the log up to applied(), and of nothing else, as long as the fence mode is kLogged and no gap is staged; under the
// published modes the verdict asks the replica's own process, which is what is wrong with them.
//
// Isolation is its own business: a transaction is validated where it commits (each key it read is of the version it
// saw, unlocked, under the same epoch), prepared parts hold locks, and every outcome is recorded, refusals too, so that an entry
// delivered twice gives one answer.
#pragma once

#include <absl/status/status.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "fencepost/fence/logged_fence.h"
#include "fencepost/fence/ownership.h"
#include "sim/cluster/entry.h"
#include "sim/scenario/fence_mode.h"

namespace fencepost::sim {

// What the applying process's route cache says to a write under the published modes (and for kVerdictFromCache). Empty under kLogged.
using CacheVerdict = std::function<absl::Status(ObservedVersion pin, std::span<const std::string> written_keys)>;

struct FenceRules {
  FenceMode mode = FenceMode::kLogged;
  Gap gap = Gap::kNoGap;
};

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
  absl::Status status;                       // the answer to the proposer
  std::optional<TransactionRecord> record;   // of DecideEntry: what stands
  std::vector<EffectiveWrite> writes;
  std::uint64_t digest = 0;  // of all effects so far, this one included: equal at equal positions, or replicas have diverged
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

  // The keys, or OwnershipMoved naming the first that this group does not own here and now (under the logged fence).
  absl::StatusOr<std::vector<KeyView>> Read(std::span<const std::string> keys) const;

  // Everything in the range, for a copy.
  StoredValues ValuesIn(const KeyRange& range) const;

  LogIndex applied() const { return applied_; }
  const GroupOwnership& ownership() const { return ownership_; }
  const StoredValues& values() const { return values_; }
  std::uint64_t digest() const { return digest_; }

  // A snapshot, and a replica made of it: ownership goes through its production bytes. Restore of what Save made gives an equal state.
  std::string Save() const;
  static absl::StatusOr<GroupState> Restore(GroupId group, FenceRules rules, std::string_view snapshot);

  friend bool operator==(const GroupState&, const GroupState&) = default;

 private:
  // (the implementer's: ownership_, values_, prepared parts, read and write locks, records, applied_, digest_)
};

}  // namespace fencepost::sim
