#include "model/specs/production_catalog.h"

#include <fmt/format.h>

#include <utility>

#include "fencepost/catalog/watcher.h"
#include "fencepost/engine/route_table.h"
#include "model/run_now.h"

namespace fencepost::model {
namespace {

constexpr std::uint64_t kFirstGroup = 1;
constexpr std::uint64_t kFirstRouteId = 1;

// One route for each key, together covering everything.
std::vector<RouteDescriptor> RoutesOf(const KeyOwners& owners) {
  std::vector<RouteDescriptor> routes;
  for (std::uint64_t key = 0; key < owners.size(); ++key) {
    RouteDescriptor route;
    route.route_id = RouteId(kFirstRouteId + key);
    if (key > 0) route.start = KeyName(key);
    if (key + 1 < owners.size()) route.end = KeyName(key + 1);
    route.group_id = GroupId(kFirstGroup + owners[key]);
    routes.push_back(std::move(route));
  }
  return routes;
}

// As a process has it before it reads any catalog, with room for `versions`.
absl::StatusOr<std::unique_ptr<Engine>> NewEngine(std::size_t versions) {
  EngineOptions options;
  options.history_depth = versions;
  return NewEngineWithDefaultRoute(std::move(options));
}

}  // namespace

std::string KeyName(std::uint64_t key) { return fmt::format("k{:02}", key); }

absl::StatusOr<std::unique_ptr<ProductionCatalog>> ProductionCatalog::Create(
    std::uint64_t keys, std::span<const KeyOwners> history) {
  std::unique_ptr<ProductionCatalog> made(new ProductionCatalog);
  absl::StatusOr<std::unique_ptr<Engine>> engine = NewEngine(history.size() + 1);
  if (!engine.ok()) return engine.status();
  made->engine_ = *std::move(engine);
  made->snapshots_.push_back(CatalogSnapshot{Version(0), RoutesOf(KeyOwners(1, 0)), Timestamp(0)});
  for (const KeyOwners& owners : history) {
    if (absl::Status status = made->SaveNext(owners); !status.ok()) return status;
  }
  if (absl::Status status = made->ReadBack(keys); !status.ok()) return status;
  return made;
}

std::unique_ptr<Engine> ProductionCatalog::EngineAt(std::uint64_t version) const {
  absl::StatusOr<std::unique_ptr<Engine>> engine = NewEngine(snapshots_.size());
  if (!engine.ok() || !(*engine)->ApplySnapshot(snapshots_[version]).ok()) return nullptr;
  return *std::move(engine);
}

std::optional<std::uint64_t> ProductionCatalog::Apply(std::uint64_t engine, std::uint64_t version) const {
  const std::unique_ptr<Engine> at = EngineAt(engine);
  if (at == nullptr || !at->ApplySnapshot(snapshots_[version]).ok()) return std::nullopt;
  return at->CurrentVersion().value;
}

std::optional<std::uint64_t> ProductionCatalog::Poll(std::uint64_t engine) {
  const std::unique_ptr<Engine> at = EngineAt(engine);
  if (at == nullptr) return std::nullopt;
  CatalogWatcher watcher(&catalog_, at.get());
  const absl::StatusOr<SyncOutcome> outcome = RunNow(watcher.SyncOnce());
  if (!outcome.ok() || *outcome != SyncOutcome::kApplied) return std::nullopt;
  return at->CurrentVersion().value;
}

absl::Status ProductionCatalog::SaveNext(const KeyOwners& owners) {
  const Version expected = snapshots_.back().version;
  absl::StatusOr<SaveResult> saved = RunNow(catalog_.Save(expected, RoutesOf(owners)));
  if (!saved.ok()) return saved.status();
  snapshots_.push_back(std::move(saved->snapshot));
  return engine_->ApplySnapshot(snapshots_.back()).status();
}

absl::Status ProductionCatalog::ReadBack(std::uint64_t keys) {
  absl::StatusOr<CatalogSnapshot> read = RunNow(catalog_.Snapshot());
  if (!read.ok()) return read.status();
  durable_.version = read->version.value;
  absl::StatusOr<RouteTable> table = RouteTable::FromRoutes(read->routes);
  if (!table.ok()) return table.status();
  for (std::uint64_t key = 0; key < keys; ++key) {
    const std::optional<GroupId> owner = table->OwnerOf(KeyName(key));
    // At version 0 the catalog is empty: the engine's own route owns everything.
    durable_.owners.push_back(owner.has_value() ? owner->value - kFirstGroup : 0);
  }
  return absl::OkStatus();
}

}  // namespace fencepost::model
