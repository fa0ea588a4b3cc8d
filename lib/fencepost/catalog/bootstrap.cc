#include "fencepost/catalog/bootstrap.h"

#include <string>
#include <utility>
#include <vector>

#include "fencepost/base/error.h"
#include "fencepost/base/internal/cancellation.h"

namespace fencepost {
namespace {

// The engine's routes as a first catalog: ids 1, 2, ... in table order.
std::vector<RouteDescriptor> RoutesToSeed(const Engine& engine) {
  std::vector<RouteDescriptor> seeds;
  for (Route& route : engine.Stats()) {
    RouteDescriptor seed;
    seed.route_id = RouteId(seeds.size() + 1);
    seed.start = std::move(route.start);
    seed.end = std::move(route.end);
    seed.group_id = route.group_id;
    seed.state = route.state;
    seeds.push_back(std::move(seed));
  }
  return seeds;
}

// Nobody ever saved such a catalog, and no engine can take it: version 0 is what every engine starts with.
absl::Status RoutesWithoutVersion(const CatalogSnapshot& snapshot) {
  return MakeError(Error::kCatalogInvalidVersionRecord,
                   "the catalog is at version 0 but holds " + std::to_string(snapshot.routes.size()) +
                       " routes, the first of them " + FormatRoute(snapshot.routes.front()) +
                       "; its version record is lost");
}

Awaitable<absl::StatusOr<CatalogSnapshot>> SeedOrAdopt(CatalogStore& catalog, const Engine& engine) {
  absl::StatusOr<SaveResult> saved = co_await catalog.Save(Version(0), RoutesToSeed(engine));
  if (saved.ok()) co_return std::move(saved->snapshot);
  if (!IsError(saved.status(), Error::kCatalogVersionMismatch)) co_return saved.status();
  // Another process was faster. What it saved is the catalog now.
  absl::StatusOr<CatalogSnapshot> winner = co_await catalog.Snapshot();
  if (winner.ok() && winner->version == Version(0)) co_return saved.status();
  co_return winner;
}

Awaitable<absl::StatusOr<CatalogSnapshot>> DurableSnapshot(CatalogStore& catalog, const Engine& engine) {
  absl::StatusOr<CatalogSnapshot> stored = co_await catalog.Snapshot();
  if (!stored.ok() || stored->version != Version(0)) co_return stored;
  if (stored->routes.empty()) co_return co_await SeedOrAdopt(catalog, engine);
  switch (catalog.options().compatibility) {
    case Compatibility::kNone:
      co_return RoutesWithoutVersion(*stored);
    case Compatibility::kReference:
      break;
  }
  co_return stored;
}

}  // namespace

Awaitable<absl::StatusOr<CatalogSnapshot>> EnsureCatalogSnapshot(CatalogStore* catalog, Engine* engine) {
  if (catalog == nullptr || !catalog->has_store()) {
    co_return MakeError(Error::kCatalogStoreRequired, "there is no catalog to start from");
  }
  if (engine == nullptr) co_return MakeError(Error::kEngineRequired, "there is no engine to start");
  absl::StatusOr<CatalogSnapshot> snapshot =
      co_await WithoutCancellationThrow(DurableSnapshot(*catalog, *engine));
  if (!snapshot.ok()) co_return snapshot.status();
  const absl::StatusOr<ApplyOutcome> applied = engine->ApplySnapshot(*snapshot);
  if (!applied.ok()) co_return applied.status();
  co_return snapshot;
}

}  // namespace fencepost
