// The library's own objects, brought to where a model is: a catalog saved version by version, and an engine
// that applied every one of them.
//
// Version 0 is what an engine starts with, everything in group 1; each later version says which group owns
// each key. Keys and groups are the model's numbers, from 0; the library sees names and ids made from them.
// Immutable once made, but for what the library's thread-safe objects do inside.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fencepost/base/route.h"
#include "fencepost/catalog/catalog_store.h"
#include "fencepost/engine/engine.h"
#include "fencepost/store/memory_store.h"

namespace fencepost::model {

// The owner of each key at one version.
using KeyOwners = std::vector<std::uint64_t>;

// The name of a key of the model; keys keep their order as long as there are at most 100.
std::string KeyName(std::uint64_t key);

class ProductionCatalog {
 public:
  // Saves `history`, the owners at versions 1, 2, ..., one after the other, and applies each to the engine.
  // The error of the first step that the library refuses.
  static absl::StatusOr<std::unique_ptr<ProductionCatalog>> Create(std::uint64_t keys,
                                                                   std::span<const KeyOwners> history);

  // An engine that applied every version.
  const Engine& engine() const { return *engine_; }

  // The version of an engine at `engine` that then applies `version`; of one that then polls. Nothing when
  // the library refuses. Both versions are at most the durable one.
  std::optional<std::uint64_t> Apply(std::uint64_t engine, std::uint64_t version) const;
  std::optional<std::uint64_t> Poll(std::uint64_t engine);

  // What the store answers now: the durable version, and who owns each key.
  struct Durable {
    std::uint64_t version = 0;
    KeyOwners owners;
  };
  const Durable& durable() const { return durable_; }

 private:
  ProductionCatalog() : catalog_(&memory_) {}

  absl::Status SaveNext(const KeyOwners& owners);
  absl::Status ReadBack(std::uint64_t keys);
  // An engine that applied `version` alone; null when the library refuses to bring one there.
  std::unique_ptr<Engine> EngineAt(std::uint64_t version) const;

  MemoryStore memory_;
  CatalogStore catalog_;
  std::unique_ptr<Engine> engine_;
  // What each save made durable, by version; version 0 has the routes an engine starts with.
  std::vector<CatalogSnapshot> snapshots_;
  Durable durable_;
};

}  // namespace fencepost::model
