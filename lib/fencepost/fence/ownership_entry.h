// The entries of a group's log that concern what the group owns. Whoever moves a range or runs a transaction
// proposes them; every replica applies them in log order (ownership.h says what each does).
//
// There is no entry for a split or a merge of routes within a group: claims are judged per key, so a boundary
// between two ranges of one epoch means nothing here, and neither making nor removing one may refuse a
// transaction. An entry may cover any part of what the group owns, or several owned ranges at once.
//
// There is no abort of a move either: it is a move back, under an epoch of its own (PROTOCOL.md).
//
// Entries are values. They are made from outside data: nothing is assumed of them until ValidateEntry.
#pragma once

#include <absl/status/status.h>

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/base/key_range.h"
#include "fencepost/fence/claims.h"

namespace fencepost {

// The position of an entry in its group's log, counted from 1; 0 is before all entries.
using LogIndex = NamedNumber<struct LogIndexTag>;

// From here on this group lets nothing in for the range, and refuses every entry for it at or below `epoch`.
// In the log of the owner it begins a move, and its index is the cut-off. In the log of any other group it
// only keeps late entries of earlier moves out.
struct FenceRange {
  KeyRange range;
  OwnershipEpoch epoch;

  friend bool operator==(const FenceRange&, const FenceRange&) = default;
};

// From here on this group owns the range, under `epoch`.
struct ActivateRange {
  KeyRange range;
  OwnershipEpoch epoch;
  // Writes must commit above it. At or above every copied write, and every timestamp at which an earlier
  // owner served a read: a write below would change what that reader has seen.
  Timestamp floor;

  friend bool operator==(const ActivateRange&, const ActivateRange&) = default;
};

// This group holds the range no longer: it was fenced by exactly `epoch`, and another group owns it by now.
struct ReleaseRange {
  KeyRange range;
  OwnershipEpoch epoch;

  friend bool operator==(const ReleaseRange&, const ReleaseRange&) = default;
};

// Lets a transaction in that will commit later, or not. What it claims is judged here, and stays pinned until
// its ResolveTransaction. Make it by MakePrepare.
struct PrepareTransaction {
  TransactionId id;
  Timestamp earliest_commit;       // it will not commit below; above the floor of every key it writes
  std::vector<WriteClaim> writes;  // strictly ascending
  std::vector<ReadClaim> reads;    // strictly ascending in ReadClaimOrder

  friend bool operator==(const PrepareTransaction&, const PrepareTransaction&) = default;
};

enum class TransactionOutcome : std::uint8_t { kAborted = 0, kCommitted = 1 };

// The outcome of a prepared transaction, once it is decided.
struct ResolveTransaction {
  TransactionId id;
  TransactionOutcome outcome = TransactionOutcome::kAborted;
  Timestamp commit_ts;  // 0 for an abort

  friend bool operator==(const ResolveTransaction&, const ResolveTransaction&) = default;
};

using OwnershipEntry =
    std::variant<FenceRange, ActivateRange, ReleaseRange, PrepareTransaction, ResolveTransaction>;

// With the claims sorted and free of repetitions. O(claims * log claims).
PrepareTransaction MakePrepare(TransactionId id, Timestamp earliest_commit, std::vector<WriteClaim> writes,
                               std::vector<ReadClaim> reads);

// Whether a replica can apply the entry at all: InvalidOwnershipEntry for an empty range, an epoch or id of
// 0, claims that are missing or not ascending, an unknown outcome, an abort with a commit timestamp. (A claim
// of epoch 0 is judged as every other claim: it is refused.) O(size of the entry).
absl::Status ValidateEntry(const OwnershipEntry& entry);

// The entry for people, e.g.: fence ["a", "m") epoch 7.
std::string FormatEntry(const OwnershipEntry& entry);

}  // namespace fencepost
