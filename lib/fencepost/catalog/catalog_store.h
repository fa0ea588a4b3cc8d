// The durable, versioned set of routes, over any MvccStore.
//
// Invariant: each successful Save adds exactly one to the version, and the content of a version is what its
// one winner wrote. Two savers that started from the same version cannot both succeed; the loser is told so,
// and nothing of its batch landed.
//
// When the caller is cancelled, a read answers Cancelled, or what it read if the store did not heed it; what
// a save answers then is said there.
//
// The object is a stateless helper: any number of them over one store, in any number of processes, are
// equivalent. Thread-safe as far as its store is.
//
// What Compatibility::kReference changes here:
//   - Save does not refuse overlapping or misordered routes (RouteOverlap);
//   - an existing route with id 2^64-1 fails every Save, even the one that removes it;
//   - a catalog that lost its version record is saved over as if it were version 0;
//   - the snapshot a Save returns says read_ts 0;
//   - a read that was compacted away is reported at once, not retried.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <span>
#include <vector>

#include "fencepost/base/compatibility.h"
#include "fencepost/base/ids.h"
#include "fencepost/base/route.h"
#include "fencepost/base/runtime.h"
#include "fencepost/store/mvcc_store.h"

namespace fencepost {

struct CatalogStoreOptions {
  Compatibility compatibility = Compatibility::kNone;
  // How often a read whose timestamp was compacted away under it starts again at a fresh one.
  int max_read_attempts = 4;
  // Pairs per scan of the routes; at least 1.
  std::size_t page_size = 256;
};

// A successful save.
struct SaveResult {
  CatalogSnapshot snapshot;  // what is durable now; read_ts is the commit timestamp, each route has its epoch
  bool no_op = false;        // the routes were already exactly these; the version went up all the same
  // The catalog had been saved before but had no next-route-id record. The save has written one again, above
  // every id it saw, the deleted ones included.
  bool next_route_id_was_missing = false;
};

// The next route id as it could be determined.
struct NextRouteIdAnswer {
  RouteId next;
  // Computed from the live routes, because a catalog that is not empty has lost its record: ids that were
  // deleted may come back. The next save writes the record again.
  bool record_missing = false;
};

// A version, and a timestamp at which it was the durable one.
struct VersionReading {
  Version version;
  Timestamp read_ts;
};

// The smallest id above all of `routes` (1 for none), or CatalogRouteIdOverflow. Does not validate the
// routes.
absl::StatusOr<RouteId> NextRouteIdFloor(std::span<const RouteDescriptor> routes);

class CatalogStore {
 public:
  // `store` is not owned and must outlive this object. With a null store every operation answers
  // CatalogStoreRequired.
  explicit CatalogStore(MvccStore* store, CatalogStoreOptions options = {});

  // Version and routes at one timestamp, the newest; routes in catalog order. An absent version record means
  // version 0. One bad record fails the whole read, naming its key. A timestamp that is compacted away in
  // between is retried at a fresh one, at most `max_read_attempts` times.
  Awaitable<absl::StatusOr<CatalogSnapshot>> Snapshot();

  // The same at a timestamp of the caller's choice; ReadTimestampCompacted is the caller's to handle.
  Awaitable<absl::StatusOr<CatalogSnapshot>> SnapshotAt(Timestamp ts);

  // Only the version, at the newest timestamp; SnapshotAt(read_ts) then answers the routes of this very
  // version.
  Awaitable<absl::StatusOr<VersionReading>> ReadVersion();
  // The same without the timestamp.
  Awaitable<absl::StatusOr<Version>> DurableVersion();

  // The next route id at the newest timestamp, or at `ts`. Falls back to NextRouteIdFloor of the stored
  // routes when the record is absent.
  Awaitable<absl::StatusOr<NextRouteIdAnswer>> NextRouteId();
  Awaitable<absl::StatusOr<NextRouteIdAnswer>> NextRouteIdAt(Timestamp ts);

  // Replaces the whole set of routes, provided that the stored version is `expected`. O(stored + given
  // routes).
  //
  // On any error but CommitOutcomeUnknown nothing landed:
  //   the errors of ValidateRouteDescriptor, and CatalogDuplicateRouteId: route by route in the given order
  //   RouteOverlap: once every route is valid on its own
  //   CatalogVersionMismatch: the stored version is another, or somebody committed first
  //   CatalogVersionOverflow, CatalogRouteIdOverflow
  //   a corrupt-record error: the catalog has to be repaired before it can be saved
  //   Cancelled: the caller was cancelled before the commit
  //   Unavailable and the like: the store failed, or threw, before the commit
  // CommitOutcomeUnknown: the store could not say whether the commit landed and reading back did not settle
  // it. It still may land. OK after an unknown outcome means these very routes are durable at `expected` + 1,
  // and these very riders. A commit that was cancelled, or that threw, is one of unknown outcome and read
  // back.
  //
  // `riders` are writes of other records that must land with the routes or not at all, such as the decision
  // that the routes follow from. Their keys must be distinct and none of the catalog's own
  // (IsCatalogsOwnKey), else CatalogInvalidRider; and nobody may write them but saves, else an unknown
  // outcome cannot be resolved.
  Awaitable<absl::StatusOr<SaveResult>> Save(Version expected, std::vector<RouteDescriptor> routes,
                                             std::vector<Mutation> riders = {});

  // The records that rode on saves and lie in `range`, in key order, at the newest timestamp, or at `ts`
  // (that of a snapshot, to have both of one moment). Undecoded: they are their writers' business. Errors as
  // those of Snapshot and SnapshotAt, but for records that do not parse.
  Awaitable<absl::StatusOr<std::vector<KeyValue>>> Riders(KeyRange range);
  Awaitable<absl::StatusOr<std::vector<KeyValue>>> RidersAt(KeyRange range, Timestamp ts);

  bool has_store() const { return store_ != nullptr; }
  // How often a read is attempted before ReadTimestampCompacted is reported; at least 1.
  int read_attempts() const;
  const CatalogStoreOptions& options() const { return options_; }

 private:
  MvccStore* store_;
  CatalogStoreOptions options_;
};

}  // namespace fencepost
