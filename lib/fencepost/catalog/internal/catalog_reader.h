// The catalog's records as they stand in the store at one timestamp: read, decoded, and named when they are
// bad.
//
// Nothing here chooses a timestamp or retries; that is its callers' business. A stateless value; thread-safe
// as far as its store is.
#pragma once

#include <absl/status/statusor.h>

#include <cstddef>
#include <optional>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/base/route.h"
#include "fencepost/base/runtime.h"
#include "fencepost/store/internal/guarded_store.h"
#include "fencepost/store/mvcc_store.h"

namespace fencepost {

// The version in force at some timestamp, and the commit that put it there; 0 and 0 when there was none.
struct VersionStamp {
  Version version;
  Timestamp written_at;
};

class CatalogReader {
 public:
  // `store` is neither null nor owned. `page_size` pairs are asked for at a time, at least 1.
  CatalogReader(MvccStore* store, std::size_t page_size);

  Awaitable<absl::StatusOr<Version>> VersionAt(Timestamp ts) const;
  Awaitable<absl::StatusOr<VersionStamp>> VersionStampAt(Timestamp ts) const;
  Awaitable<absl::StatusOr<std::optional<RouteId>>> NextRouteIdRecordAt(Timestamp ts) const;

  // Every route, ascending by id, each with the timestamp of its record as its epoch. One bad record fails
  // the whole read; the message names its key.
  Awaitable<absl::StatusOr<std::vector<RouteDescriptor>>> RoutesAt(Timestamp ts) const;

  // Every pair of the range, in key order, undecoded.
  Awaitable<absl::StatusOr<std::vector<KeyValue>>> PairsAt(KeyRange range, Timestamp ts) const;

  const GuardedStore& store() const { return store_; }

 private:
  GuardedStore store_;
  std::size_t page_size_;
};

}  // namespace fencepost
