#include "model/specs/production_composed.h"

#include <string>
#include <utility>

namespace fencepost::model {
namespace {

// Each takes some 10 KB.
constexpr std::size_t kMostCatalogs = 2'000;

}  // namespace

template <class State>
typename ProductionComposed<State>::History ProductionComposed<State>::HistoryOf(
    const State& state, std::uint64_t version) const {
  const ComposedLayout& layout = this->layout();
  History history(version);
  for (std::uint64_t i = 0; i < history.size(); ++i) {
    for (std::uint64_t key = 0; key < layout.keys; ++key) {
      history[i].push_back(Get(state, layout.route(i + 1, key)));
    }
  }
  return history;
}

template <class State>
std::shared_ptr<ProductionCatalog> ProductionComposed<State>::CatalogWith(const History& history) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto known = catalogs_.find(history);
  if (known != catalogs_.end()) return known->second;
  if (catalogs_.size() == kMostCatalogs) catalogs_.clear();
  absl::StatusOr<std::unique_ptr<ProductionCatalog>> made =
      ProductionCatalog::Create(this->layout().keys, history);
  std::shared_ptr<ProductionCatalog>& place = catalogs_[history];
  if (made.ok()) place = *std::move(made);
  return place;
}

template <class State>
bool ProductionComposed<State>::Propose(State& state, std::uint64_t key, std::uint64_t group) const {
  const ComposedLayout& layout = this->layout();
  const std::uint64_t version = Get(state, layout.version);
  History history = HistoryOf(state, version);
  history.push_back(history.empty() ? KeyOwners(layout.keys, 0) : history.back());
  history.back()[key] = group;
  const std::shared_ptr<const ProductionCatalog> catalog = CatalogWith(history);
  if (catalog == nullptr || catalog->durable().version > this->bounds().max_versions) return false;
  for (std::uint64_t other = 0; other < layout.keys; ++other) {
    Set(state, layout.route(version + 1, other), catalog->durable().owners[other]);
  }
  Set(state, layout.version, catalog->durable().version);
  return true;
}

template <class State>
std::optional<std::uint64_t> ProductionComposed<State>::Poll(const State& state, std::uint64_t group) const {
  const ComposedLayout& layout = this->layout();
  const std::shared_ptr<ProductionCatalog> catalog =
      CatalogWith(HistoryOf(state, Get(state, layout.version)));
  if (catalog == nullptr) return std::nullopt;
  return catalog->Poll(Get(state, layout.polled[group]));
}

template <class State>
bool ProductionComposed<State>::MayCommit(const State& state, std::size_t txn, std::uint64_t group) const {
  const ComposedLayout& layout = this->layout();
  const std::uint64_t pin = Get(state, layout.txns[txn].observed);
  const ObservedVersion observed =
      this->bounds().observed_check ? ObservedVersion::At(Version(pin)) : ObservedVersion::Unpinned();
  if (!this->bounds().lagging) return LetsIn(state, Get(state, layout.version), txn, group, observed);
  return LetsIn(state, pin, txn, group, observed) &&
         LetsIn(state, Get(state, layout.polled[group]), txn, group, ObservedVersion::Unpinned());
}

template <class State>
bool ProductionComposed<State>::LetsIn(const State& state, std::uint64_t version, std::size_t txn,
                                       std::uint64_t group, ObservedVersion observed) const {
  const ComposedLayout& layout = this->layout();
  const std::shared_ptr<const ProductionCatalog> catalog = CatalogWith(HistoryOf(state, version));
  if (catalog == nullptr) return false;
  std::vector<std::string> written_keys;
  const std::uint64_t writes = Get(state, layout.txns[txn].writes);
  for (std::uint64_t key = 0; key < layout.keys; ++key) {
    if (((writes >> key) & 1) != 0) written_keys.push_back(KeyName(key));
  }
  return CheckOwnerFence(catalog->engine().History(), GroupId(group + 1), observed, written_keys).ok();
}

template <class State>
std::uint64_t ProductionComposed<State>::NextTimestamp(const State& state) const {
  const std::unique_ptr<Engine> engine = fencepost::NewEngine();
  for (std::uint64_t taken = 0; taken < Get(state, this->layout().ts); ++taken) engine->NextTimestamp();
  return engine->NextTimestamp();
}

template class ProductionComposed<PackedState<1>>;
template class ProductionComposed<PackedState<2>>;
template class ProductionComposed<PackedState<4>>;
template class ProductionComposed<PackedState<kMaxStateWords>>;

}  // namespace fencepost::model
