// A catalog over a hooked store, with its operations run to their end.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "fencepost/catalog/catalog_store.h"
#include "fencepost/catalog/codec.h"
#include "tests/support/hooked_store.h"
#include "tests/support/run_awaitable.h"

namespace fencepost {

class CatalogHarness {
 public:
  explicit CatalogHarness(CatalogStoreOptions options = {}) : catalog_(&store_, options) {}

  HookedStore& store() { return store_; }
  MemoryStore& memory() { return store_.memory(); }
  CatalogStore& catalog() { return catalog_; }

  absl::StatusOr<SaveResult> Save(std::uint64_t expected, std::vector<RouteDescriptor> routes) {
    return RunAwaitable(catalog_.Save(Version(expected), std::move(routes)));
  }
  absl::StatusOr<CatalogSnapshot> Snapshot() { return RunAwaitable(catalog_.Snapshot()); }
  absl::StatusOr<Version> DurableVersion() { return RunAwaitable(catalog_.DurableVersion()); }
  absl::StatusOr<NextRouteIdAnswer> NextRouteId() { return RunAwaitable(catalog_.NextRouteId()); }

  // How often somebody began to read all routes.
  int FullScans() const {
    return static_cast<int>(std::ranges::count(store_.scanned, CatalogRouteKeyRange()));
  }

  // A record written behind the catalog's back, at the next timestamp.
  void Overwrite(std::string key, std::string value) {
    memory().PutAt(std::move(key), std::move(value), NextTs());
  }
  void Erase(std::string key) { memory().DeleteAt(std::move(key), NextTs()); }

  // What is stored for `key` now.
  std::optional<std::string> Stored(const std::string& key) {
    return memory().Get(key, Timestamp::Max()).value();
  }

 private:
  Timestamp NextTs() { return Timestamp(memory().LastCommitTsNow().value + 1); }

  HookedStore store_;
  CatalogStore catalog_;
};

inline CatalogStoreOptions ReferenceCatalog() {
  CatalogStoreOptions options;
  options.compatibility = Compatibility::kReference;
  return options;
}

}  // namespace fencepost
