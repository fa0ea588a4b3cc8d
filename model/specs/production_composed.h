// The models `composed` and `composed_lagging` with the library's own catalog, engine, watcher and owner
// fence making their transitions.
//
// A proposal is CatalogStore::Save, a poll CatalogWatcher::SyncOnce, a timestamp Engine::NextTimestamp, and a
// group asks CheckOwnerFence with the history of an engine that is up to date; the next state says what the
// library says is durable. What the library refuses does not happen.
//
// A group that lags is asked in two halves, as the model asks: about the pin an engine as it was where the
// transaction began, about now an engine at the version that the group polled. A process of the library puts
// both questions to its own engine, and so also refuses a pin that it has not polled yet: it lets in less
// than the model, by a retry.
//
// A catalog with its engine is made for each history of proposals, of which there are few at small bounds; at
// large ones only some thousands are kept at a time, since no search's memory budget is charged for them.
// Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "fencepost/fence/owner_fence.h"
#include "model/specs/composed_machine.h"
#include "model/specs/production_catalog.h"

namespace fencepost::model {

template <class State>
class ProductionComposed final : public ComposedMachine<State> {
 public:
  explicit ProductionComposed(const ComposedBounds& bounds) : ComposedMachine<State>(bounds) {}

 protected:
  bool Propose(State& state, std::uint64_t key, std::uint64_t group) const override;
  std::optional<std::uint64_t> Poll(const State& state, std::uint64_t group) const override;
  bool MayCommit(const State& state, std::size_t txn, std::uint64_t group) const override;
  std::uint64_t NextTimestamp(const State& state) const override;

 private:
  using History = std::vector<KeyOwners>;  // from version 1 on

  // Up to `version`, which is not above the durable one.
  History HistoryOf(const State& state, std::uint64_t version) const;
  // Null when the library refuses to make it.
  std::shared_ptr<ProductionCatalog> CatalogWith(const History& history) const;
  // What an engine that is at `version`, and applied every one before, says of the transaction's writes.
  bool LetsIn(const State& state, std::uint64_t version, std::size_t txn, std::uint64_t group,
              ObservedVersion observed) const;

  mutable std::mutex mutex_;
  mutable std::map<History, std::shared_ptr<ProductionCatalog>> catalogs_;  // null: refused
};

}  // namespace fencepost::model
