// What stands in a group's log, in this world: entries about ownership (production code), and a small
// transactional key-value store's own.
//
// Values. An entry is made by its proposer and never changed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/base/key_range.h"
#include "fencepost/fence/claims.h"
#include "fencepost/fence/owner_fence.h"
#include "fencepost/fence/ownership_entry.h"
#include "fencepost/txn/transaction.h"
#include "fencepost/txn/transaction_transport.h"

namespace fencepost::sim {

// What a write does with its key; KeyWrite::payload is one of these as text: "append 7", "put 5".
struct Operation {
  enum class Kind : std::uint8_t { kAppend, kPut };
  Kind kind = Kind::kAppend;
  std::int64_t element = 0;
};
std::string FormatOperation(const Operation& operation);
// REQUIRES: made by FormatOperation. A payload never leaves the simulated world.
Operation ParseOperation(std::string_view payload);

// The revision of a value that has been copied in and not written since (under the logged fence). One number
// will do: versions are compared within one epoch only, and a range is copied before its epoch begins. So a
// store whose versions begin again in each tenure is right, and it is wrong as soon as the claimed epoch is
// not looked at. (Index 1 never writes: it activates.)
inline constexpr LogIndex kCopiedRevision = LogIndex(1);

// A key's value: a list, or a register, which is a list of at most one.
struct StoredValue {
  std::vector<std::int64_t> elements;
  Timestamp written_at;  // the commit timestamp of the last write; only grows
  LogIndex revision;  // a key's version: where in this group's log the last write stands; see kCopiedRevision

  friend bool operator==(const StoredValue&, const StoredValue&) = default;
};
using StoredValues = std::map<std::string, StoredValue>;

struct CommitEntry {
  CommitRequest request;
  ObservedVersion pin = ObservedVersion::Unpinned();  // what the observed and published fences judge by
};
struct PrepareEntry {
  PrepareRequest request;
  ObservedVersion pin = ObservedVersion::Unpinned();
};
struct DecideEntry {
  TransactionRecord proposed;
};
// `part` is sent along only where the kUnfencedResolver mistake is staged.
struct ResolveEntry {
  TransactionRecord record;
  Participant part;
};
// A chunk replaces everything in its range.
struct CopyEntry {
  KeyRange range;
  OwnershipEpoch epoch;
  StoredValues values;
};
// Forgets what was copied in under `epoch`, or an earlier one, and never became owned.
struct DropEntry {
  KeyRange range;
  OwnershipEpoch epoch;
};
struct NoOpEntry {};

using Entry = std::variant<NoOpEntry, OwnershipEntry, CommitEntry, PrepareEntry, DecideEntry, ResolveEntry,
                           CopyEntry, DropEntry>;

// Whose entry it is: that of a commit, a prepare, a decision or a resolve.
std::optional<TransactionId> TransactionOf(const Entry& entry);

// The keys that it names, each once: what a transaction writes and reads, what a copy brings, where a range
// starts.
std::vector<std::string> KeysOf(const Entry& entry);

// For people, e.g.: commit transaction 17 (append 3 to "k002" under epoch 4).
std::string DescribeEntry(const Entry& entry);

}  // namespace fencepost::sim
