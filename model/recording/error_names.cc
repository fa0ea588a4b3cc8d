#include "model/recording/error_names.h"

#include <fmt/format.h>

namespace fencepost::model::recording {

std::optional<std::string_view> GoldenErrorName(Error error) {
  switch (error) {
    case Error::kCatalogStoreRequired:
      return "ErrCatalogStoreRequired";
    case Error::kEngineRequired:
      return "ErrEngineRequired";
    case Error::kCatalogVersionMismatch:
      return "ErrCatalogVersionMismatch";
    case Error::kWriteConflict:
      return "ErrWriteConflict";
    case Error::kCatalogVersionOverflow:
      return "ErrCatalogVersionOverflow";
    case Error::kCatalogRouteIdOverflow:
      return "ErrCatalogRouteIDOverflow";
    case Error::kCatalogRouteIdRequired:
      return "ErrCatalogRouteIDRequired";
    case Error::kCatalogGroupIdRequired:
      return "ErrCatalogGroupIDRequired";
    case Error::kCatalogDuplicateRouteId:
      return "ErrCatalogDuplicateRouteID";
    case Error::kCatalogInvalidRouteRange:
      return "ErrCatalogInvalidRouteRange";
    case Error::kCatalogInvalidRouteState:
      return "ErrCatalogInvalidRouteState";
    case Error::kEngineSnapshotDuplicateId:
      return "ErrEngineSnapshotDuplicateID";
    case Error::kEngineSnapshotRouteOverlap:
      return "ErrEngineSnapshotRouteOverlap";
    case Error::kEngineSnapshotRouteOrder:
      return "ErrEngineSnapshotRouteOrder";
    case Error::kCatalogInvalidVersionRecord:
      return "ErrCatalogInvalidVersionRecord";
    case Error::kCatalogInvalidNextRouteId:
      return "ErrCatalogInvalidNextRouteID";
    case Error::kCatalogInvalidRouteRecord:
      return "ErrCatalogInvalidRouteRecord";
    case Error::kCatalogInvalidRouteKey:
      return "ErrCatalogInvalidRouteKey";
    case Error::kCatalogRouteKeyIdMismatch:
      return "ErrCatalogRouteKeyIDMismatch";
    case Error::kEngineSnapshotVersionStale:
      return "ErrEngineSnapshotVersionStale";
    case Error::kReadTimestampCompacted:
      return "ErrReadTSCompacted";
    case Error::kRouteOverlap:
    case Error::kHistoryDepthRequired:
    case Error::kCatalogInvalidRider:
    case Error::kEngineAlreadyBootstrapped:
    case Error::kCommitOutcomeUnknown:
    case Error::kOwnershipMoved:
    case Error::kObservedVersionEvicted:
    case Error::kOwnershipEntryStale:
    case Error::kOwnershipNotDrained:
    case Error::kTransactionNotPrepared:
    case Error::kInvalidOwnershipEntry:
    case Error::kInvalidOwnershipRecord:
    case Error::kKeyLocked:
    case Error::kTransactionAborted:
    case Error::kInvalidTransaction:
    case Error::kMoveInProgress:
    case Error::kInvalidMove:
    case Error::kMoveSuperseded:
    case Error::kInvalidMoveRecord:
      return std::nullopt;
  }
  return std::nullopt;
}

std::string GoldenErrorName(const absl::Status& status) {
  const std::optional<Error> error = ErrorOf(status);
  if (!error.has_value()) {
    return fmt::format("an error without a name: {}", absl::StatusCodeToString(status.code()));
  }
  if (const auto name = GoldenErrorName(*error)) {
    return std::string(*name);
  }
  return fmt::format("an error the reference does not have: {}", ErrorName(*error));
}

bool ConfirmsGoldenError(std::string_view recorded, std::string_view replayed) {
  if (recorded == kGoldenOther) {
    return replayed == GoldenErrorName(Error::kCatalogInvalidRouteRecord);
  }
  return recorded == replayed;
}

}  // namespace fencepost::model::recording
