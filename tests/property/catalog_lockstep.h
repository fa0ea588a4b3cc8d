// Production CatalogStore over MemoryStore, and NaiveCatalog over NaiveStore, given the same commands.
//
// Beside catalog operations the commands write raw records (good, damaged, misplaced), delete them, commit
// batches of their own and compact; so a save or a read meets anything a store can hold. Commands are legal
// in every state.
#pragma once

#include <rapidcheck.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "fencepost/catalog/catalog_store.h"
#include "fencepost/store/memory_store.h"
#include "model/reference/compare.h"
#include "model/reference/naive_catalog.h"
#include "model/reference/naive_store.h"
#include "tests/property/generators.h"

namespace fencepost::property {

struct CatalogSetup {
  CatalogStoreOptions options;
};

rc::Gen<CatalogSetup> AnyCatalogSetup();
std::ostream& operator<<(std::ostream& os, const CatalogSetup& setup);

// A key of the store and something to write there, as a catalog would or not.
struct RecordChoice {
  enum class Place { kVersion, kNextRouteId, kRoute, kMalformedRouteKey, kElsewhere };
  Place place = Place::kVersion;
  std::uint64_t number = 0;  // the record's number, or the id in the route's key
  RouteDescriptor route;     // its id is replaced by `number` unless `misplaced`
  bool misplaced = false;
  int damage = 0;  // 0: none; else the bit to flip or the byte to cut at, modulo the record's size
};

std::ostream& operator<<(std::ostream& os, const RecordChoice& choice);
std::string KeyOf(const RecordChoice& choice);
std::string ValueOf(const RecordChoice& choice);

struct SaveCommand {
  NumberChoice expected;
  RoutesChoice routes;
};
struct PutRecordCommand {
  RecordChoice record;
  NumberChoice ts;
};
struct DeleteRecordCommand {
  RecordChoice record;
  NumberChoice ts;
};
struct BatchCommand {
  struct Entry {
    RecordChoice record;
    bool is_delete = false;
    bool only_read = false;
  };
  std::vector<Entry> entries;
  NumberChoice read_ts;
  bool store_picks_ts = true;  // Commit, else ApplyAt at `commit_ts`
  NumberChoice commit_ts;
};
struct CompactCommand {
  NumberChoice floor;
};
// Every kind of read at one timestamp.
struct ReadAtCommand {
  NumberChoice ts;
  RecordChoice record;  // whose key is read and scanned from
  int limit = 1;
};

struct CatalogCommand {
  std::variant<SaveCommand, PutRecordCommand, DeleteRecordCommand, BatchCommand, CompactCommand,
               ReadAtCommand>
      action;
};
std::ostream& operator<<(std::ostream& os, const CatalogCommand& command);
rc::Gen<CatalogCommand> AnyCatalogCommand();

class CatalogLockstep {
 public:
  explicit CatalogLockstep(const CatalogSetup& setup) : CatalogLockstep(setup, setup) {}
  CatalogLockstep(const CatalogSetup& setup, const CatalogSetup& naive_setup);
  CatalogLockstep(const CatalogLockstep&) = delete;
  CatalogLockstep& operator=(const CatalogLockstep&) = delete;

  // The difference in the command's own answer, or in what a catalog reader or a store reader sees after it.
  model::Difference Step(const CatalogCommand& command);

  // The difference in what a reader of the store sees at the newest timestamp.
  model::Difference DiffNewest() const { return model::DiffNewest(naive_store_, store_); }

  // The difference in what either store answers at any timestamp.
  model::Difference Finish() { return model::DiffStore(naive_store_, store_); }

  // Done to the naive store after each command's own answer was compared: a way to be wrong on purpose.
  using Sabotage = std::function<void(const CatalogCommand&, model::NaiveStore*)>;
  void SabotageNaiveStore(Sabotage sabotage) { sabotage_ = std::move(sabotage); }

  // What the commands came to so far: the operation and the name of its error, and rare turns by name.
  const std::set<std::string>& reached() const { return reached_; }

  CatalogStore& catalog() { return catalog_; }
  model::NaiveCatalog& naive_catalog() { return naive_catalog_; }

 private:
  model::Difference Run(const SaveCommand& command);
  model::Difference Run(const PutRecordCommand& command);
  model::Difference Run(const DeleteRecordCommand& command);
  model::Difference Run(const BatchCommand& command);
  model::Difference Run(const CompactCommand& command);
  model::Difference Run(const ReadAtCommand& command);
  model::Difference DiffNewestCatalog();
  Timestamp TimestampOf(const NumberChoice& choice) const;

  MemoryStore store_;
  CatalogStore catalog_;
  model::NaiveStore naive_store_;
  model::NaiveCatalog naive_catalog_;
  Sabotage sabotage_;
  std::set<std::string> reached_;
};

}  // namespace fencepost::property
