#include "model/reference/naive_bootstrap.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "fencepost/base/error.h"

namespace fencepost::model {
namespace {

std::vector<RouteDescriptor> NumberedFromOne(const std::vector<Route>& routes) {
  std::vector<RouteDescriptor> numbered;
  for (const Route& route : routes) {
    RouteDescriptor descriptor;
    descriptor.route_id = RouteId(numbered.size() + 1);
    descriptor.start = route.start;
    descriptor.end = route.end;
    descriptor.group_id = route.group_id;
    descriptor.state = route.state;
    numbered.push_back(descriptor);
  }
  return numbered;
}

absl::Status RequireBoth(const NaiveCatalog* catalog, const NaiveEngine* engine) {
  if (catalog == nullptr) return MakeError(Error::kCatalogStoreRequired, "there is no catalog");
  // A catalog without a store says so itself, and before a missing engine is noticed.
  if (const auto version = catalog->DurableVersion();
      IsError(version.status(), Error::kCatalogStoreRequired)) {
    return version.status();
  }
  if (engine == nullptr) return MakeError(Error::kEngineRequired, "there is no engine");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CatalogSnapshot> NaiveEnsureCatalogSnapshot(NaiveCatalog* catalog, NaiveEngine* engine) {
  if (absl::Status both = RequireBoth(catalog, engine); !both.ok()) return both;
  absl::StatusOr<CatalogSnapshot> snapshot = catalog->Snapshot();
  if (!snapshot.ok()) return snapshot;
  if (snapshot->version.value == 0 && snapshot->routes.empty()) {
    absl::StatusOr<SaveResult> saved = catalog->Save(Version(0), NumberedFromOne(engine->Stats()));
    if (!saved.ok()) return saved.status();
    snapshot = std::move(saved->snapshot);
  } else if (snapshot->version.value == 0 && catalog->compatibility() == Compatibility::kNone) {
    return MakeError(Error::kCatalogInvalidVersionRecord,
                     fmt::format("{} routes are stored without a version", snapshot->routes.size()));
  }
  const absl::StatusOr<ApplyOutcome> applied = engine->ApplySnapshot(*snapshot);
  if (!applied.ok()) return applied.status();
  return snapshot;
}

absl::StatusOr<SyncOutcome> NaiveSyncOnce(NaiveCatalog* catalog, NaiveEngine* engine) {
  if (absl::Status both = RequireBoth(catalog, engine); !both.ok()) return both;
  const absl::StatusOr<Version> durable = catalog->DurableVersion();
  if (!durable.ok()) return durable.status();
  if (*durable == engine->CurrentVersion()) return SyncOutcome::kUpToDate;
  if (*durable < engine->CurrentVersion()) return SyncOutcome::kCatalogWentBack;
  const absl::StatusOr<CatalogSnapshot> snapshot = catalog->Snapshot();
  if (!snapshot.ok()) return snapshot.status();
  const absl::StatusOr<ApplyOutcome> applied = engine->ApplySnapshot(*snapshot);
  if (!applied.ok()) return applied.status();
  return SyncOutcome::kApplied;
}

}  // namespace fencepost::model
