// A transaction across groups, as plain data that is fixed before anything of it is sent.
//
// Which groups take part, under which epochs, and where the commit record is kept are all part of the
// transaction. Nothing is routed again after the first prepare: a range that moves in between refuses, by its
// epoch, and the transaction starts over as a new one. Requests are values; nobody changes one that is on its
// way.
//
// Everything here is a value or a pure function; thread-safe.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/fence/claims.h"
#include "fencepost/fence/ownership_entry.h"

namespace fencepost {

// A key that the transaction read: from whom, under which epoch, and what version it saw. What a version is,
// is the store's business; it is compared for equality, and only ever within one epoch.
struct KeyRead {
  GroupId group;
  std::string key;
  OwnershipEpoch epoch;
  std::uint64_t version = 0;  // 0: there was no such key

  friend bool operator==(const KeyRead&, const KeyRead&) = default;
};

struct KeyWrite {
  GroupId group;
  std::string key;
  OwnershipEpoch epoch;
  std::string payload;  // opaque: what the store does with the key when the transaction commits

  friend bool operator==(const KeyWrite&, const KeyWrite&) = default;
};

// What one group is asked to let in.
struct Participant {
  GroupId group;
  std::vector<KeyRead> reads;    // strictly ascending by key
  std::vector<KeyWrite> writes;  // strictly ascending by key

  friend bool operator==(const Participant&, const Participant&) = default;
};

struct TransactionPlan {
  TransactionId id;  // never used twice, by a retry neither
  GroupId home;  // keeps the commit record, in its replicated state; a group and not a key, so it never moves
  Timestamp earliest_commit;              // drawn before the first prepare; it does not commit below
  std::vector<Participant> participants;  // ascending by group, not empty; the home is one of them

  friend bool operator==(const TransactionPlan&, const TransactionPlan&) = default;
};

// Fixes participants and home (the first group that writes, else the first). Reads and writes come in any
// order; a read that is there twice is one read. O(n log n). Errors:
//   InvalidTransaction  an id, group, epoch or earliest_commit of 0, no key at all, a key written twice
//   OwnershipMoved      a key under two groups or two epochs: its range moved between two looks at it
//   WriteConflict       a key read at two versions: it was written between the two reads
// The last two are retryable: read again, as a new transaction.
absl::StatusOr<TransactionPlan> PlanTransaction(TransactionId id, Timestamp earliest_commit,
                                                std::vector<KeyRead> reads, std::vector<KeyWrite> writes);

// How a transaction ended; kept by its home from the first decision on.
struct TransactionRecord {
  TransactionId id;
  TransactionOutcome outcome = TransactionOutcome::kAborted;
  Timestamp commit_ts;  // 0 for an abort

  friend bool operator==(const TransactionRecord&, const TransactionRecord&) = default;
};

TransactionRecord CommittedRecord(TransactionId id, Timestamp commit_ts);
TransactionRecord AbortedRecord(TransactionId id);

// The rule by which a home decides: the first decision stands for ever, whoever made it; a later one is
// answered with it. To be called by the home's state machine when it applies a decision, with the record that
// it keeps under the proposed id. What is answered is what the home keeps from then on.
TransactionRecord DecideOnce(const std::optional<TransactionRecord>& existing,
                             const TransactionRecord& proposed);

// Who holds the lock that stands in the way.
struct LockHolder {
  TransactionId id;
  GroupId home;  // where its outcome is decided, wherever its keys have moved since

  friend bool operator==(const LockHolder&, const LockHolder&) = default;
};

// A KeyLocked error that carries the holder, in a payload of its own: whoever takes a status through a
// process boundary takes all its payloads along.
absl::Status KeyLocked(const std::string& key, LockHolder holder);

// The holder that a KeyLocked error carries; nothing when it carries none that can be read, and for every
// other status.
std::optional<LockHolder> LockHolderOf(const absl::Status& status);

}  // namespace fencepost
