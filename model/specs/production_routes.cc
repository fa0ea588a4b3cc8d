#include "model/specs/production_routes.h"

#include <utility>

namespace fencepost::model {
namespace {

constexpr std::uint64_t kKeys = 1;
constexpr std::uint64_t kGroups = 2;

// Version by version the one key changes its group, so that no two neighbours are alike.
std::vector<KeyOwners> HistoryUpTo(std::uint64_t version) {
  std::vector<KeyOwners> history;
  for (std::uint64_t at = 1; at <= version; ++at) history.push_back(KeyOwners{at % kGroups});
  return history;
}

}  // namespace

template <class State>
ProductionRoutes<State>::ProductionRoutes(const RoutesBounds& bounds) : RoutesMachine<State>(bounds) {
  for (std::uint64_t version = 0; version <= bounds.max_versions; ++version) {
    absl::StatusOr<std::unique_ptr<ProductionCatalog>> made =
        ProductionCatalog::Create(kKeys, HistoryUpTo(version));
    if (!made.ok()) break;  // then no proposal leads to this version
    catalogs_.push_back(*std::move(made));
  }
}

template <class State>
std::optional<std::uint64_t> ProductionRoutes<State>::Propose(std::uint64_t catalog) const {
  absl::StatusOr<std::unique_ptr<ProductionCatalog>> made =
      ProductionCatalog::Create(kKeys, HistoryUpTo(catalog + 1));
  if (!made.ok()) return std::nullopt;
  return (*made)->durable().version;
}

template <class State>
std::optional<std::uint64_t> ProductionRoutes<State>::Apply(std::uint64_t engine, std::uint64_t /*seen*/,
                                                            std::uint64_t version) const {
  return catalogs_.back()->Apply(engine, version);
}

template <class State>
std::optional<std::uint64_t> ProductionRoutes<State>::Poll(std::uint64_t engine,
                                                           std::uint64_t catalog) const {
  return catalogs_[catalog]->Poll(engine);
}

template class ProductionRoutes<PackedState<1>>;
template class ProductionRoutes<PackedState<2>>;
template class ProductionRoutes<PackedState<4>>;
template class ProductionRoutes<PackedState<kMaxStateWords>>;

}  // namespace fencepost::model
