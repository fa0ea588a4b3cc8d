// Every way an operation of this library can be refused, as one enum carried inside absl::Status.
//
// A status made here has a canonical code, which tells a caller what to do about it in general (see the
// comment behind each value), a payload that tells exactly which row this is, and a message that names the
// offending key, id or version. A status without the payload came from elsewhere: a store's own transport, a
// cancelled wait.
//
// Thread-safe: everything here is a pure function.
#pragma once

#include <absl/status/status.h>
#include <absl/strings/string_view.h>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fencepost {

enum class Error : std::uint8_t {
  // Misuse: the caller passed nothing to work on.            FailedPrecondition: permanent, fix the caller.
  kCatalogStoreRequired,  // a catalog operation without a catalog or with a catalog that has no store
  kEngineRequired,        // bootstrap or watcher without an engine

  // Optimistic concurrency.                                  Aborted: read again, then retry.
  kCatalogVersionMismatch,  // `Save` expected another version, or lost the commit race
  kWriteConflict,  // a store refused a batch: a key it names has a version newer than the batch's read

  // The end of a number range.                               ResourceExhausted: permanent.
  kCatalogVersionOverflow,  // the next version, or the next commit timestamp, would wrap
  kCatalogRouteIdOverflow,  // route id 2^64-1 is in use, so no next id exists

  // Routes that were never valid.                            InvalidArgument: permanent, fix the argument.
  kCatalogRouteIdRequired,      // route id 0
  kCatalogGroupIdRequired,      // group id 0
  kCatalogDuplicateRouteId,     // two routes share an id
  kCatalogInvalidRouteRange,    // start >= end with an end present
  kCatalogInvalidRouteState,    // a state byte above 3
  kRouteOverlap,                // `Save` was given routes that no engine could apply
  kEngineSnapshotDuplicateId,   // a snapshot repeats an id
  kEngineSnapshotRouteOverlap,  // a route ends after the next one starts
  kEngineSnapshotRouteOrder,    // equal starts, or an unbounded route that is not last
  kHistoryDepthRequired,        // a history ring of depth 0
  kCatalogInvalidRider,         // `Save` was to carry a write of the catalog's own records, or one key twice

  // Records that do not parse.                               DataLoss: an operator has to repair the catalog.
  kCatalogInvalidVersionRecord,
  kCatalogInvalidNextRouteId,  // also when the id is 0
  kCatalogInvalidRouteRecord,
  kCatalogInvalidRouteKey,     // a key under the route prefix that is not prefix + 8 bytes
  kCatalogRouteKeyIdMismatch,  // the key's id and the record's id differ

  // Staleness.
  kEngineSnapshotVersionStale,  // a snapshot older than the engine.  FailedPrecondition: take a newer one.
  kEngineAlreadyBootstrapped,   // an ephemeral route after the first snapshot. FailedPrecondition: use Save.
  kReadTimestampCompacted,      // the store dropped that timestamp.  OutOfRange: read at a newer one.

  // Unknown outcome.                                         Unknown: neither success nor failure; read back.
  kCommitOutcomeUnknown,  // also of an operation of a user's interface that threw, if it has an effect

  // The owner fence.                                         Aborted: take a new pin, then retry.
  kOwnershipMoved,
  kObservedVersionEvicted,

  // The logged fence: entries of a group's log, and its records.
  kOwnershipEntryStale,     // the range went on without it.  FailedPrecondition: permanent, a new epoch.
  kOwnershipNotDrained,     // prepared transactions are left. Aborted: resolve them, then propose again.
  kTransactionNotPrepared,  // a commit without its prepare.  FailedPrecondition: permanent.
  kInvalidOwnershipEntry,   // no replica can ever apply it.  InvalidArgument: permanent, fix the proposer.
  kInvalidOwnershipRecord,  // bytes that are no entry or no snapshot. DataLoss: an operator has to repair it.

  // Transactions across groups.
  kKeyLocked,  // another transaction holds the key. Aborted: let it end (txn/resolver.h), then retry.
  kTransactionAborted,  // this id was decided aborted.       Aborted: start over as a new transaction.
  kInvalidTransaction,  // it was never valid.                InvalidArgument: permanent, fix the caller.

  // Moves of ranges between groups.
  kMoveInProgress,     // an open move overlaps the range. Aborted: drive it to its end, then retry.
  kInvalidMove,        // nothing to move, split or merge there. InvalidArgument: permanent, fix the argument.
  kMoveSuperseded,     // the move was undone.  FailedPrecondition: permanent, drive the one that undoes it.
  kInvalidMoveRecord,  // bytes that are no record of a move. DataLoss: an operator has to repair the catalog.
};

// All values of `Error`, in declaration order; for tests, tables and decoders of a wire format.
inline constexpr int kErrorCount = static_cast<int>(Error::kInvalidMoveRecord) + 1;

// The name as it is written in this enum without the k, e.g. "CatalogVersionMismatch".
std::string_view ErrorName(Error error);

// The error named `name`, or nothing. The inverse of ErrorName.
std::optional<Error> ErrorFromName(std::string_view name);

// The canonical code that statuses made of this error carry.
absl::StatusCode CanonicalCode(Error error);

// A status of this error. `message` is a sentence without the error's name (that is prefixed) and names the
// offending key, id or version.
absl::Status MakeError(Error error, std::string_view message);

// The same for `status.message()`. Abseil may be built with a string_view of its own, as Debian's is, and
// that one does not convert to std::string_view.
template <std::same_as<absl::string_view> View>
  requires(!std::same_as<View, std::string_view>)
absl::Status MakeError(Error error, View message) {
  return MakeError(error, std::string_view(message.data(), message.size()));
}

// The error that a status carries, or nothing when it is OK or came from elsewhere.
std::optional<Error> ErrorOf(const absl::Status& status);

// Whether `status` carries exactly this error.
bool IsError(const absl::Status& status, Error error);

// Whether trying the same operation again, from a fresh read, may succeed: conflicts, stale views, fence
// refusals and unavailable stores. False for OK, permanent errors, corrupt records and unknown outcomes
// (which must be resolved, not repeated).
bool IsRetryable(const absl::Status& status);

}  // namespace fencepost
