#include "fencepost/move/internal/move_decisions.h"

#include <algorithm>
#include <utility>

#include "fencepost/base/error.h"
#include "fencepost/catalog/codec.h"
#include "fencepost/move/internal/route_edits.h"

namespace fencepost {
namespace {

Mutation Put(const MoveRecord& record) { return Mutation{MoveKey(record.epoch), EncodeMoveRecord(record)}; }

Mutation Remove(OwnershipEpoch epoch) { return Mutation{MoveKey(epoch), std::nullopt}; }

absl::Status InProgress(const MoveRecord& open) {
  return MakeError(Error::kMoveInProgress, FormatMove(open) + " is not over");
}

absl::StatusOr<std::vector<MoveRecord>> DecodeMoves(const std::vector<KeyValue>& pairs) {
  std::vector<MoveRecord> moves;
  for (const KeyValue& pair : pairs) {
    absl::StatusOr<MoveRecord> move = DecodeStoredMove(pair.key, pair.value);
    if (!move.ok()) return move.status();
    moves.push_back(*std::move(move));
  }
  return moves;  // the keys' order is that of the epochs
}

// The epoch of what the next save decides: the version that it makes. A catalog that has lost its version
// record, or was put back to an older state, would issue epochs a second time.
absl::StatusOr<OwnershipEpoch> NextEpoch(const MovesSnapshot& now) {
  const CatalogSnapshot& catalog = now.catalog;
  const bool lost = catalog.version == Version(0) && !catalog.routes.empty();
  const bool went_back = !now.open.empty() && now.open.back().epoch.value > catalog.version.value;
  if (lost || went_back) {
    return MakeError(Error::kCatalogInvalidVersionRecord,
                     "the catalog says version " + std::to_string(catalog.version.value) + " but holds " +
                         (went_back ? FormatMove(now.open.back()) : std::string("routes")) +
                         ": restore its version record before moving anything");
  }
  if (catalog.version == Version::Max()) {
    return MakeError(Error::kCatalogVersionOverflow,
                     "no version is left above " + std::to_string(catalog.version.value));
  }
  return OwnershipEpoch(catalog.version.value + 1);
}

absl::StatusOr<MoveRecord> DecideMove(const MovesSnapshot& now, const std::string& key, GroupId target) {
  const std::vector<RouteDescriptor>& routes = now.catalog.routes;
  if (target == GroupId(0)) return MakeError(Error::kInvalidMove, "group 0 is none");
  const std::optional<std::size_t> position = PositionOf(routes, key);
  if (!position.has_value()) {
    return MakeError(Error::kInvalidMove, "no route covers key " + QuoteKey(key));
  }
  const RouteDescriptor& route = routes[*position];
  if (const MoveRecord* open = FindOverlapping(now.open, route.range())) return InProgress(*open);
  if (route.group_id == target) {
    return MakeError(Error::kInvalidMove, FormatRoute(route) + " has no need to move");
  }
  const absl::StatusOr<OwnershipEpoch> epoch = NextEpoch(now);
  if (!epoch.ok()) return epoch.status();
  MoveRecord decided;
  decided.range = route.range();
  decided.source = route.group_id;
  decided.target = target;
  decided.epoch = *epoch;
  return decided;
}

absl::StatusOr<MoveRecord> DecideUndo(const MovesSnapshot& now, OwnershipEpoch epoch) {
  const std::string number = std::to_string(epoch.value);
  const MoveRecord* undone = FindMove(now.open, epoch);
  if (undone == nullptr) {
    const MoveRecord* by = FindUndoOf(now.open, epoch);
    return MakeError(Error::kInvalidMove, "move " + number + " is not open" +
                                              (by == nullptr ? "" : "; it is undone by " + FormatMove(*by)));
  }
  if (undone->stage != MoveStage::kMoving || undone->undoes != OwnershipEpoch(0)) {
    return MakeError(Error::kInvalidMove, FormatMove(*undone) + ", cannot be undone: move the range again");
  }
  const absl::StatusOr<OwnershipEpoch> undo_epoch = NextEpoch(now);
  if (!undo_epoch.ok()) return undo_epoch.status();
  MoveRecord decided = *undone;
  std::swap(decided.source, decided.target);
  decided.epoch = *undo_epoch;
  decided.undoes = epoch;
  return decided;
}

// Whether `after` may be saved over `before`, as far as new ids go. Without its record, the next id is
// guessed from the routes that are left, and may be one that was retired: a late message about the old route
// would be taken for the new.
absl::Status CheckNewIds(const NextRouteIdAnswer& next_id, const std::vector<RouteDescriptor>& before,
                         const std::vector<RouteDescriptor>& after) {
  if (!next_id.record_missing || after.size() <= before.size()) return absl::OkStatus();
  return MakeError(
      Error::kCatalogInvalidNextRouteId,
      "the record of " + QuoteKey(CatalogNextRouteIdKey()) +
          " is missing, and a new route needs an id: restore it; or any save without new routes writes "
          "it again");
}

// Saves over exactly what `now` was read at.
Awaitable<absl::StatusOr<SaveResult>> SaveOver(CatalogStore& catalog, const MovesSnapshot& now,
                                               std::vector<RouteDescriptor> routes,
                                               std::vector<Mutation> records) {
  return catalog.Save(now.catalog.version, std::move(routes), std::move(records));
}

}  // namespace

const MoveRecord* FindMove(const std::vector<MoveRecord>& open, OwnershipEpoch epoch) {
  const auto found = std::ranges::find(open, epoch, &MoveRecord::epoch);
  return found == open.end() ? nullptr : &*found;
}

const MoveRecord* FindUndoOf(const std::vector<MoveRecord>& open, OwnershipEpoch epoch) {
  if (epoch == OwnershipEpoch(0)) return nullptr;  // what undoes nothing says 0
  const auto found = std::ranges::find(open, epoch, &MoveRecord::undoes);
  return found == open.end() ? nullptr : &*found;
}

const MoveRecord* FindOverlapping(const std::vector<MoveRecord>& open, const KeyRange& range) {
  const auto found =
      std::ranges::find_if(open, [&](const MoveRecord& move) { return Intersects(move.range, range); });
  return found == open.end() ? nullptr : &*found;
}

Awaitable<absl::StatusOr<MovesSnapshot>> ReadMovesSnapshot(CatalogStore& catalog) {
  for (int attempts = catalog.read_attempts();; --attempts) {
    absl::StatusOr<CatalogSnapshot> snapshot = co_await catalog.Snapshot();
    if (!snapshot.ok()) co_return snapshot.status();
    const absl::StatusOr<std::vector<KeyValue>> pairs =
        co_await catalog.RidersAt(MoveKeyRange(), snapshot->read_ts);
    const bool compacted = IsError(pairs.status(), Error::kReadTimestampCompacted);
    if (compacted && attempts > 1) continue;
    if (!pairs.ok()) co_return pairs.status();
    absl::StatusOr<std::vector<MoveRecord>> open = DecodeMoves(*pairs);
    if (!open.ok()) co_return open.status();
    co_return MovesSnapshot{*std::move(snapshot), *std::move(open)};
  }
}

Awaitable<absl::StatusOr<std::vector<MoveRecord>>> ReadOpenMoves(CatalogStore& catalog) {
  const absl::StatusOr<std::vector<KeyValue>> pairs = co_await catalog.Riders(MoveKeyRange());
  if (!pairs.ok()) co_return pairs.status();
  co_return DecodeMoves(*pairs);
}

Awaitable<absl::StatusOr<MoveRecord>> BeginMove(CatalogStore& catalog, const std::string& key,
                                                GroupId target) {
  const absl::StatusOr<MovesSnapshot> now = co_await ReadMovesSnapshot(catalog);
  if (!now.ok()) co_return now.status();
  absl::StatusOr<MoveRecord> decided = DecideMove(*now, key, target);
  if (!decided.ok()) co_return decided;
  std::vector<RouteDescriptor> routes = MarkMoving(now->catalog.routes, decided->range);
  std::vector<Mutation> records;
  records.push_back(Put(*decided));
  const absl::StatusOr<SaveResult> saved =
      co_await SaveOver(catalog, *now, std::move(routes), std::move(records));
  if (!saved.ok()) co_return saved.status();
  co_return decided;
}

Awaitable<absl::StatusOr<MoveRecord>> UndoMove(CatalogStore& catalog, OwnershipEpoch epoch) {
  const absl::StatusOr<MovesSnapshot> now = co_await ReadMovesSnapshot(catalog);
  if (!now.ok()) co_return now.status();
  absl::StatusOr<MoveRecord> decided = DecideUndo(*now, epoch);
  if (!decided.ok()) co_return decided;
  std::vector<RouteDescriptor> routes = MarkMoving(now->catalog.routes, decided->range);
  std::vector<Mutation> records;
  records.push_back(Remove(epoch));
  records.push_back(Put(*decided));
  const absl::StatusOr<SaveResult> saved =
      co_await SaveOver(catalog, *now, std::move(routes), std::move(records));
  if (!saved.ok()) co_return saved.status();
  co_return decided;
}

Awaitable<absl::StatusOr<SaveResult>> SplitRoute(CatalogStore& catalog, const std::string& key) {
  const absl::StatusOr<MovesSnapshot> now = co_await ReadMovesSnapshot(catalog);
  if (!now.ok()) co_return now.status();
  const absl::StatusOr<NextRouteIdAnswer> next_id = co_await catalog.NextRouteIdAt(now->catalog.read_ts);
  if (!next_id.ok()) co_return next_id.status();
  absl::StatusOr<std::vector<RouteDescriptor>> routes = SplitAt(now->catalog.routes, key, next_id->next);
  if (!routes.ok()) co_return routes.status();
  if (absl::Status ids = CheckNewIds(*next_id, now->catalog.routes, *routes); !ids.ok()) co_return ids;
  std::vector<Mutation> no_records;
  co_return co_await SaveOver(catalog, *now, *std::move(routes), std::move(no_records));
}

Awaitable<absl::StatusOr<SaveResult>> MergeRoute(CatalogStore& catalog, const std::string& key) {
  const absl::StatusOr<MovesSnapshot> now = co_await ReadMovesSnapshot(catalog);
  if (!now.ok()) co_return now.status();
  absl::StatusOr<std::vector<RouteDescriptor>> routes = MergeRight(now->catalog.routes, key);
  // Asked first of what would be merged: while a range moves, its state differs from its neighbour's, and to
  // call the merge invalid for good would be wrong.
  if (const std::optional<std::size_t> left = PositionOf(now->catalog.routes, key)) {
    KeyRange both = now->catalog.routes[*left].range();
    const std::optional<std::size_t> right =
        both.end.has_value() ? PositionOf(now->catalog.routes, *both.end) : std::nullopt;
    if (right.has_value()) both.end = now->catalog.routes[*right].end;
    if (const MoveRecord* open = FindOverlapping(now->open, both)) co_return InProgress(*open);
  }
  if (!routes.ok()) co_return routes.status();
  std::vector<Mutation> no_records;
  co_return co_await SaveOver(catalog, *now, *std::move(routes), std::move(no_records));
}

Awaitable<absl::Status> HandMoveOver(CatalogStore& catalog, OwnershipEpoch epoch) {
  const absl::StatusOr<MovesSnapshot> now = co_await ReadMovesSnapshot(catalog);
  if (!now.ok()) co_return now.status();
  const MoveRecord* open = FindMove(now->open, epoch);
  if (open == nullptr || open->stage == MoveStage::kHandedOver) co_return absl::OkStatus();
  const absl::StatusOr<NextRouteIdAnswer> next_id = co_await catalog.NextRouteIdAt(now->catalog.read_ts);
  if (!next_id.ok()) co_return next_id.status();
  std::vector<RouteDescriptor> routes =
      HandOverTo(now->catalog.routes, open->range, open->target, next_id->next);
  if (absl::Status ids = CheckNewIds(*next_id, now->catalog.routes, routes); !ids.ok()) co_return ids;
  MoveRecord handed_over = *open;
  handed_over.stage = MoveStage::kHandedOver;
  std::vector<Mutation> records;
  records.push_back(Put(handed_over));
  const absl::StatusOr<SaveResult> saved =
      co_await SaveOver(catalog, *now, std::move(routes), std::move(records));
  co_return saved.status();
}

Awaitable<absl::Status> CloseMove(CatalogStore& catalog, OwnershipEpoch epoch) {
  const absl::StatusOr<MovesSnapshot> now = co_await ReadMovesSnapshot(catalog);
  if (!now.ok()) co_return now.status();
  if (FindMove(now->open, epoch) == nullptr) co_return absl::OkStatus();
  std::vector<RouteDescriptor> routes = now->catalog.routes;
  std::vector<Mutation> records;
  records.push_back(Remove(epoch));
  const absl::StatusOr<SaveResult> saved =
      co_await SaveOver(catalog, *now, std::move(routes), std::move(records));
  co_return saved.status();
}

}  // namespace fencepost
