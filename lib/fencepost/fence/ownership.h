// What a Raft group owns: the part of its replicated state that the logged fence judges by.
//
// Every key is in one tenure at a time. A tenure is changed by log entries and by nothing else:
//
//                 ACTIVATE                     FENCE                      RELEASE, nothing prepared
//     absent ---------------> active(epoch) -----------> fenced(epoch) -------------------------> absent
//                                   ^                         |
//                                   +--------- ACTIVATE ------+   (the move was undone)
//
// Invariants, for every key and every log:
//   * An entry takes effect only if its epoch is above the highest that any entry has named for the key. (A
//     RELEASE names the epoch of the FENCE before it.) So an identity never returns, and an entry that was
//     delayed, while a later move went on, is refused whatever it says.
//   * The epoch of a tenure is one that an ACTIVATE brought. FENCE never changes it; it ends it.
//   * The floor never goes down.
//   * A range with a prepared transaction in it is never released.
//   * The state is a function of the log up to applied_index(), with one representation: replicas at the same
//     position are equal, and so are their encoded bytes (ownership_codec.h).
//
// A value. Not thread-safe by itself: one thread applies, or any number read.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/base/key_range.h"
#include "fencepost/fence/claims.h"
#include "fencepost/fence/ownership_entry.h"

namespace fencepost {

// The numbers are durable.
enum class OwnershipPhase : std::uint8_t {
  kAbsent = 0,  // not held here; what is remembered keeps old entries out
  kActive = 1,  // owned: claims under its epoch are let in
  kFenced = 2,  // held but closed: only what was prepared before the fence still takes effect
};

// How a group stands to a key.
struct Tenure {
  OwnershipPhase phase = OwnershipPhase::kAbsent;
  OwnershipEpoch epoch;  // what claims must equal; 0 iff absent
  OwnershipEpoch
      highest_epoch;   // the highest any entry has named; equals `epoch` while active, above it after
  LogIndex fenced_at;  // the cut-off: the index of the FENCE that ended it; 0 unless fenced
  Timestamp floor;     // writes must commit above it

  friend bool operator==(const Tenure&, const Tenure&) = default;
};

// A range whose keys are all in the same tenure.
struct RangeTenure {
  KeyRange range;
  Tenure tenure;

  friend bool operator==(const RangeTenure&, const RangeTenure&) = default;
};

// What an entry did.
enum class EntryEffect {
  kTookEffect,
  kAlreadyInEffect,  // the same entry was applied before, at another index; nothing changed
  kRefused,          // nothing changed but the applied index
  kReplayed,  // an index at or below applied_index(): nothing changed, and its verdict is not given again. It
              // is in the state already, and who proposed it was answered when it was first applied.
};

struct EntryOutcome {
  EntryEffect effect;
  absl::Status refusal;  // why, if kRefused; else OK
};

class GroupOwnership {
 public:
  using PreparedTransactions = std::map<TransactionId, PrepareTransaction>;

  // Of a group that has applied nothing: every key absent.
  GroupOwnership() = default;

  // The state with exactly these parts, or InvalidOwnershipRecord if they break an invariant: the ranges must
  // be non-empty, ascending, disjoint, in a tenure that some log leads to, and joined where their tenures are
  // equal; and whatever a prepared transaction claims must be held. O(parts + claims * log ranges).
  static absl::StatusOr<GroupOwnership> Restore(LogIndex applied_index, std::vector<RangeTenure> ranges,
                                                PreparedTransactions prepared);

  // Applies the entry at `index`. Deterministic and total: no entry from a log fails to have an outcome.
  // Indices may skip those of entries that do not concern ownership. All or nothing; refused with
  //   InvalidOwnershipEntry   what ValidateEntry refuses; a commit below what its prepare allows
  //   OwnershipEntryStale     an epoch that is not above the highest named for some key of the range;
  //                           a RELEASE of what its epoch did not fence;
  //                           a prepare that differs from the one before
  //   OwnershipNotDrained     a RELEASE of a range in which transactions are prepared
  //   OwnershipMoved          a prepare whose claims do not hold
  //   TransactionNotPrepared  a commit of what is not prepared here (an abort has no need to be)
  // A transaction that was prepared is resolved whatever happened to the range since: it was let in before
  // the cut-off. A RELEASE is no permission to forget the data before its readers have drained. O(ranges) for
  // entries about ranges, plus O(claims prepared) for RELEASE; O(claims * log ranges) for prepare.
  EntryOutcome Apply(LogIndex index, const OwnershipEntry& entry);

  // The index of the last entry that was applied; 0 before the first.
  LogIndex applied_index() const { return applied_index_; }

  // O(log ranges).
  Tenure At(std::string_view key) const;

  // The whole of `range` in pieces of one tenure each, in key order. Nothing when the range is empty.
  std::vector<RangeTenure> In(const KeyRange& range) const;

  // The transactions prepared with a claim in `range`, ascending. O(claims prepared).
  std::vector<TransactionId> PreparedIn(const KeyRange& range) const;

  // Every range of which anything is known, in key order; adjacent ones differ in tenure.
  const std::vector<RangeTenure>& ranges() const { return ranges_; }
  const PreparedTransactions& prepared() const { return prepared_; }

  friend bool operator==(const GroupOwnership&, const GroupOwnership&) = default;

 private:
  EntryOutcome ApplyOne(LogIndex index, const FenceRange& fence);
  EntryOutcome ApplyOne(LogIndex index, const ActivateRange& activate);
  EntryOutcome ApplyOne(LogIndex index, const ReleaseRange& release);
  EntryOutcome ApplyOne(LogIndex index, const PrepareTransaction& prepare);
  EntryOutcome ApplyOne(LogIndex index, const ResolveTransaction& resolve);

  // Puts `pieces`, which cover one range without a gap, in the place of what is there.
  void Replace(const std::vector<RangeTenure>& pieces);

  LogIndex applied_index_;
  std::vector<RangeTenure> ranges_;
  PreparedTransactions prepared_;
};

// "absent", "active", "fenced", or "unknown(N)".
std::string OwnershipPhaseName(OwnershipPhase phase);

// The tenure for people, e.g.: fenced at log index 9, epoch 5, highest epoch 6.
std::string FormatTenure(const Tenure& tenure);

}  // namespace fencepost
