// The model `routes` with the library's own catalog, engine and watcher making its transitions.
//
// A save is CatalogStore::Save, an engine handed a version is Engine::ApplySnapshot, catching up is
// CatalogWatcher::SyncOnce; where an engine ends up is what it says itself. What the library refuses does not
// happen, so a library that behaves otherwise than the model reaches other states. Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "model/specs/production_catalog.h"
#include "model/specs/routes_machine.h"

namespace fencepost::model {

template <class State>
class ProductionRoutes final : public RoutesMachine<State> {
 public:
  explicit ProductionRoutes(const RoutesBounds& bounds);

 protected:
  std::optional<std::uint64_t> Propose(std::uint64_t catalog) const override;
  std::optional<std::uint64_t> Apply(std::uint64_t engine, std::uint64_t seen,
                                     std::uint64_t version) const override;
  std::optional<std::uint64_t> Poll(std::uint64_t engine, std::uint64_t catalog) const override;

 private:
  std::vector<std::unique_ptr<ProductionCatalog>> catalogs_;  // by durable version
};

}  // namespace fencepost::model
