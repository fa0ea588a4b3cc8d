// What happens to the durable catalog. The actor is whoever saves; the world, of what happens in the store
// itself.
#pragma once

#include <absl/status/status.h>

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fencepost/base/error.h"
#include "fencepost/base/ids.h"
#include "fencepost/base/route.h"
#include "fencepost/catalog/catalog_store.h"
#include "fencepost/store/mvcc_store.h"
#include "model/invariants/durable_version.h"
#include "sim/world/events/categories.h"

namespace fencepost::sim {

// The catalog's own pairs in the store, by key.
using StoredRecords = std::map<std::string, KeyValue>;

// Names one save from its beginning to its end, across the store; see save_token.h.
using SaveToken = std::uint64_t;

// Why somebody saves.
enum class SavePurpose : std::uint8_t {
  kChange,     // an operator's action
  kAgain,      // the same save, submitted once more
  kBack,       // straight back to what was there before
  kBootstrap,  // a node that starts up
  kSeed,       // the world, before anybody else does anything
  kMove,       // a mover's decision
};

struct SaveBegan {
  static constexpr EventKind kKind{"save-began", categories::kCatalog};
  SaveToken token = 0;
  SavePurpose purpose = SavePurpose::kChange;
  Version expected;
  std::span<const RouteDescriptor> routes;  // valid while this is told

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("token", token);
    visit("purpose", purpose);
    visit("expected", expected);
    visit("routes", routes.size());
  }

  struct Kept {
    static constexpr const EventKind& kKind = SaveBegan::kKind;
    SavePurpose purpose = SavePurpose::kChange;
    Version expected;
    std::size_t routes = 0;

    template <class Visitor>
    void Fields(Visitor& visit) const {
      visit("purpose", purpose);
      visit("expected", expected);
      visit("routes", routes);
    }
  };
  Kept Keep() const { return Kept{purpose, expected, routes.size()}; }
};

struct SaveEnded {
  static constexpr EventKind kKind{"save-ended", categories::kCatalog};
  SaveToken token = 0;
  SavePurpose purpose = SavePurpose::kChange;
  absl::Status status;
  std::optional<SaveResult> result;  // when the status is OK; absent for a bootstrap

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("token", token);
    visit("purpose", purpose);
    visit("code", status.code());
    visit("made", result.has_value() ? result->snapshot.version : Version());
  }
};

// The durable catalog is at a new version, or its records changed under the same one.
struct CatalogReached {
  static constexpr EventKind kKind{"catalog-reached", categories::kCatalog};
  Version version;
  std::vector<RouteDescriptor> routes;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("version", version);
    visit("routes", routes.size());
    for (const RouteDescriptor& route : routes) {
      visit("id", route.route_id);
      visit("group", route.group_id);
      visit("state", route.state);
      visit("start", route.start);
      visit("end", route.end);
    }
  }
};

// A stored record was damaged.
struct RecordDamaged {
  static constexpr EventKind kKind{"record-damaged", categories::kFault};
  const FaultKind* fault = nullptr;
  std::string key;
  std::uint64_t place = 0;  // of a flip the bit, of a truncation how many bytes are left

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("fault", fault->name);
    visit("key", key);
    visit("place", place);
  }
};

struct RecordsRepaired {
  static constexpr EventKind kKind{"records-repaired", categories::kWorld};
  std::uint64_t records = 0;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("records", records);
  }
};

// Only shown: a batch reached the store, after which nothing else has run yet. `token` is that of the save it
// belongs to; 0: nobody's.
struct BatchLanded {
  SaveToken token = 0;
  const WriteBatch* batch = nullptr;
  Timestamp commit_ts;
};

// Only shown, after CatalogReached: what the store holds after a batch, damage put back in thought.
struct CatalogStored {
  SaveToken token = 0;
  const model::DurableCatalog* catalog = nullptr;
  const StoredRecords* records = nullptr;
  bool next_id_was_lost = false;  // its record was missing when the batch landed
};

// Only shown, instead of that: what production code left behind does not decode.
struct CatalogUndecodable {
  Timestamp commit_ts;
  absl::Status status;
};

// Only shown: the committer was told that nobody knows whether its batch landed.
struct AnswerLost {
  SaveToken token = 0;
};

}  // namespace fencepost::sim
