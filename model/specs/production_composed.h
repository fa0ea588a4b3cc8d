// The model `composed` with the library's own catalog, engine and owner fence making its transitions.
//
// A proposal is CatalogStore::Save, a timestamp Engine::NextTimestamp, and a group asks CheckOwnerFence with
// the history of an engine that is up to date; the next state says what the library says is durable. What the
// library refuses does not happen. A catalog with its engine is made for each history of proposals, of which
// there are few at small bounds; at large ones only some thousands are kept at a time, since no search's
// memory budget is charged for them. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "model/specs/composed_machine.h"
#include "model/specs/production_catalog.h"

namespace fencepost::model {

template <class State>
class ProductionComposed final : public ComposedMachine<State> {
 public:
  explicit ProductionComposed(const ComposedBounds& bounds) : ComposedMachine<State>(bounds) {}

 protected:
  bool Propose(State& state, std::uint64_t key, std::uint64_t group) const override;
  bool MayCommit(const State& state, std::size_t txn, std::uint64_t group) const override;
  std::uint64_t NextTimestamp(const State& state) const override;

 private:
  using History = std::vector<KeyOwners>;  // from version 1 on

  History HistoryOf(const State& state) const;
  // Null when the library refuses to make it.
  std::shared_ptr<const ProductionCatalog> CatalogWith(const History& history) const;

  mutable std::mutex mutex_;
  mutable std::map<History, std::shared_ptr<const ProductionCatalog>> catalogs_;  // null: refused
};

}  // namespace fencepost::model
