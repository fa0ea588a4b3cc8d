// Everything one recorded sequence acts on: a store, catalogs over it, and engines by name (FORMAT.md section
// 4). A sequence starts with a new Session; no state outlives it. All objects are the production ones, in
// Compatibility::kReference.
//
// Single-threaded. Addresses of the objects are stable while the session lives.
#pragma once

#include <absl/status/status.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "fencepost/base/runtime.h"
#include "fencepost/catalog/catalog_store.h"
#include "fencepost/engine/engine.h"
#include "fencepost/store/memory_store.h"
#include "model/run_now.h"

namespace fencepost::model::recording {

// The options of a catalog that behaves as recorded: a read whose timestamp is compacted away under it
// fails, it does not start again.
CatalogStoreOptions RecordedCatalogOptions();

// Which catalog an operation is given.
enum class CatalogChoice {
  kOfSequence,  // the catalog over the sequence's store
  kStoreless,   // a catalog that has no store
  kAbsent,      // no catalog at all
};

class Session {
 public:
  Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  MemoryStore& store() { return store_; }

  // Null for kAbsent.
  CatalogStore* Catalog(CatalogChoice choice);
  // For the operations that are member functions and cannot be called without an object: a catalog without a
  // store stands for the absent one.
  CatalogStore& CatalogObject(CatalogChoice choice);

  // Null when the sequence has no engine of that name.
  Engine* FindEngine(const std::string& name);
  // Makes or replaces.
  void SetEngine(const std::string& name, std::unique_ptr<Engine> engine);

 private:
  MemoryStore store_;
  CatalogStore catalog_;
  CatalogStore storeless_catalog_;
  std::map<std::string, std::unique_ptr<Engine>> engines_;
};

}  // namespace fencepost::model::recording
