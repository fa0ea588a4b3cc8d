#include "fencepost/base/error.h"

#include <absl/strings/cord.h>

#include <array>

namespace fencepost {
namespace {

// The payload holds the error's name, not its number: a status that crosses a process boundary keeps its
// meaning when the enum grows in between.
constexpr char kPayloadUrl[] = "fencepost/error";

struct Row {
  Error error;
  std::string_view name;
  absl::StatusCode code;
};

constexpr absl::StatusCode kPrecondition = absl::StatusCode::kFailedPrecondition;
constexpr absl::StatusCode kAborted = absl::StatusCode::kAborted;
constexpr absl::StatusCode kExhausted = absl::StatusCode::kResourceExhausted;
constexpr absl::StatusCode kArgument = absl::StatusCode::kInvalidArgument;
constexpr absl::StatusCode kDataLoss = absl::StatusCode::kDataLoss;

constexpr std::array kRows = {
    Row{Error::kCatalogStoreRequired, "CatalogStoreRequired", kPrecondition},
    Row{Error::kEngineRequired, "EngineRequired", kPrecondition},
    Row{Error::kCatalogVersionMismatch, "CatalogVersionMismatch", kAborted},
    Row{Error::kWriteConflict, "WriteConflict", kAborted},
    Row{Error::kCatalogVersionOverflow, "CatalogVersionOverflow", kExhausted},
    Row{Error::kCatalogRouteIdOverflow, "CatalogRouteIdOverflow", kExhausted},
    Row{Error::kCatalogRouteIdRequired, "CatalogRouteIdRequired", kArgument},
    Row{Error::kCatalogGroupIdRequired, "CatalogGroupIdRequired", kArgument},
    Row{Error::kCatalogDuplicateRouteId, "CatalogDuplicateRouteId", kArgument},
    Row{Error::kCatalogInvalidRouteRange, "CatalogInvalidRouteRange", kArgument},
    Row{Error::kCatalogInvalidRouteState, "CatalogInvalidRouteState", kArgument},
    Row{Error::kRouteOverlap, "RouteOverlap", kArgument},
    Row{Error::kEngineSnapshotDuplicateId, "EngineSnapshotDuplicateId", kArgument},
    Row{Error::kEngineSnapshotRouteOverlap, "EngineSnapshotRouteOverlap", kArgument},
    Row{Error::kEngineSnapshotRouteOrder, "EngineSnapshotRouteOrder", kArgument},
    Row{Error::kHistoryDepthRequired, "HistoryDepthRequired", kArgument},
    Row{Error::kCatalogInvalidRider, "CatalogInvalidRider", kArgument},
    Row{Error::kCatalogInvalidVersionRecord, "CatalogInvalidVersionRecord", kDataLoss},
    Row{Error::kCatalogInvalidNextRouteId, "CatalogInvalidNextRouteId", kDataLoss},
    Row{Error::kCatalogInvalidRouteRecord, "CatalogInvalidRouteRecord", kDataLoss},
    Row{Error::kCatalogInvalidRouteKey, "CatalogInvalidRouteKey", kDataLoss},
    Row{Error::kCatalogRouteKeyIdMismatch, "CatalogRouteKeyIdMismatch", kDataLoss},
    Row{Error::kEngineSnapshotVersionStale, "EngineSnapshotVersionStale", kPrecondition},
    Row{Error::kEngineAlreadyBootstrapped, "EngineAlreadyBootstrapped", kPrecondition},
    Row{Error::kReadTimestampCompacted, "ReadTimestampCompacted", absl::StatusCode::kOutOfRange},
    Row{Error::kCommitOutcomeUnknown, "CommitOutcomeUnknown", absl::StatusCode::kUnknown},
    Row{Error::kOwnershipMoved, "OwnershipMoved", kAborted},
    Row{Error::kObservedVersionEvicted, "ObservedVersionEvicted", kAborted},
    Row{Error::kOwnershipEntryStale, "OwnershipEntryStale", kPrecondition},
    Row{Error::kOwnershipNotDrained, "OwnershipNotDrained", kAborted},
    Row{Error::kTransactionNotPrepared, "TransactionNotPrepared", kPrecondition},
    Row{Error::kInvalidOwnershipEntry, "InvalidOwnershipEntry", kArgument},
    Row{Error::kInvalidOwnershipRecord, "InvalidOwnershipRecord", kDataLoss},
    Row{Error::kKeyLocked, "KeyLocked", kAborted},
    Row{Error::kTransactionAborted, "TransactionAborted", kAborted},
    Row{Error::kInvalidTransaction, "InvalidTransaction", kArgument},
    Row{Error::kMoveInProgress, "MoveInProgress", kAborted},
    Row{Error::kInvalidMove, "InvalidMove", kArgument},
    Row{Error::kMoveSuperseded, "MoveSuperseded", kPrecondition},
    Row{Error::kInvalidMoveRecord, "InvalidMoveRecord", kDataLoss},
};

constexpr bool EveryErrorHasItsRow() {
  if (kRows.size() != kErrorCount) return false;
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (static_cast<std::size_t>(kRows[i].error) != i) return false;
  }
  return true;
}
static_assert(EveryErrorHasItsRow(), "kRows must list every Error once, in declaration order");

const Row& RowOf(Error error) { return kRows[static_cast<std::size_t>(error)]; }

}  // namespace

std::string_view ErrorName(Error error) { return RowOf(error).name; }

std::optional<Error> ErrorFromName(std::string_view name) {
  for (const Row& row : kRows) {
    if (row.name == name) return row.error;
  }
  return std::nullopt;
}

absl::StatusCode CanonicalCode(Error error) { return RowOf(error).code; }

absl::Status MakeError(Error error, std::string_view message) {
  const Row& row = RowOf(error);
  std::string text(row.name);
  text.append(": ").append(message);
  absl::Status status(row.code, text);
  // Not from a std::string: Clang 19 and the GCC-built Abseil of Debian 12 mangle that constructor
  // differently.
  status.SetPayload(kPayloadUrl, absl::Cord(absl::string_view(row.name.data(), row.name.size())));
  return status;
}

std::optional<Error> ErrorOf(const absl::Status& status) {
  if (status.ok()) return std::nullopt;
  const auto payload = status.GetPayload(kPayloadUrl);
  if (!payload.has_value()) return std::nullopt;
  return ErrorFromName(std::string(*payload));
}

bool IsError(const absl::Status& status, Error error) { return ErrorOf(status) == error; }

bool IsRetryable(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return true;
    case absl::StatusCode::kFailedPrecondition:
      return IsError(status, Error::kEngineSnapshotVersionStale);
    case absl::StatusCode::kOutOfRange:
      return IsError(status, Error::kReadTimestampCompacted);
    case absl::StatusCode::kOk:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kUnimplemented:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kDoNotUseReservedForFutureExpansionUseDefaultInSwitchInstead_:
      return false;
  }
  return false;
}

}  // namespace fencepost
