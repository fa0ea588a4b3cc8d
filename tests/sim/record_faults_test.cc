// Damage to stored records: always noticed by the production decoders, always undone by a repair.
#include "sim/world/store/record_faults.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "fencepost/base/error.h"
#include "fencepost/catalog/catalog_store.h"
#include "fencepost/catalog/codec.h"
#include "fencepost/move/move_record.h"
#include "sim/core/choices/seeded_driver.h"
#include "sim/world/fault_kinds.h"
#include "sim/world/store/durable_reader.h"
#include "tests/support/run_awaitable.h"

namespace fencepost::sim {
namespace {

// A catalog at version 1 with two routes, and a vandal whose every draw depends on `seed`.
class Vandalised {
 public:
  explicit Vandalised(std::uint64_t seed) : choices_(std::make_unique<SeededDriver>(seed)) {
    RouteDescriptor left;
    left.route_id = RouteId(1);
    left.end = "m";
    left.group_id = GroupId(1);
    RouteDescriptor right = left;
    right.route_id = RouteId(2);
    right.start = "m";
    right.end = std::nullopt;
    const auto saved = RunAwaitable(catalog.Save(Version(0), {left, right}));
    EXPECT_TRUE(saved.ok()) << saved.status();
  }

  std::map<std::string, std::string> Records() const {
    std::map<std::string, std::string> records;
    const auto pairs = store.Scan(CatalogKeyRange(), SIZE_MAX, Timestamp::Max());
    for (const KeyValue& pair : *pairs) records[pair.key] = pair.value;
    return records;
  }

  MemoryStore store;
  CatalogStore catalog{&store};

 private:
  Choices choices_;

 public:
  RecordVandal vandal{&store, &choices_};
};

constexpr const FaultKind* kKinds[] = {&faults::kRecordBitFlip, &faults::kRecordTruncation,
                                       &faults::kRecordForeignKey, &faults::kRecordMissingMetadata};

// For messages.
std::string Describe(const RecordDamaged& damage) {
  return std::string(damage.fault->name) + " of " + QuoteKey(damage.key) + " at " +
         std::to_string(damage.place);
}

TEST(RecordFaults, DamageIsNeverTakenForAnotherCatalog) {
  for (const FaultKind* const kind : kKinds) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
      Vandalised world(seed);
      const auto before = RunAwaitable(world.catalog.Snapshot());
      const std::optional<RecordDamaged> damage = world.vandal.Damage(*kind);
      ASSERT_TRUE(damage.has_value()) << kind->name << " seed " << seed;

      // A save reads every record. It must refuse, but for a next-id record that is only missing: that it
      // restores.
      const auto saved = RunAwaitable(world.catalog.Save(Version(1), before->routes));
      if (saved.ok()) {
        EXPECT_TRUE(saved->next_route_id_was_missing) << Describe(*damage);
      } else {
        const bool noticed = ErrorOf(saved.status()).has_value();
        EXPECT_TRUE(noticed) << Describe(*damage) << ": " << saved.status();
      }
    }
  }
}

TEST(RecordFaults, DamageToAMoveIsNeverTakenForAnotherMove) {
  MoveRecord move;
  move.range.start = "m";
  move.source = GroupId(1);
  move.target = GroupId(2);
  move.epoch = OwnershipEpoch(2);
  int moves_damaged = 0;
  for (const FaultKind* const kind : {&faults::kRecordBitFlip, &faults::kRecordTruncation}) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
      Vandalised world(seed);
      world.store.PutAt(MoveKey(move.epoch), EncodeMoveRecord(move), Timestamp(2));
      const std::optional<RecordDamaged> damage = world.vandal.Damage(*kind);
      ASSERT_TRUE(damage.has_value()) << kind->name << " seed " << seed;
      if (!world.vandal.damaged().contains(MoveKey(move.epoch))) continue;
      ++moves_damaged;
      const auto damaged = world.Records().at(MoveKey(move.epoch));
      EXPECT_FALSE(DecodeStoredMove(MoveKey(move.epoch), damaged).ok()) << Describe(*damage);
      EXPECT_TRUE(RunAwaitable(world.catalog.Snapshot()).ok()) << "the catalog itself is whole";
      const auto own = UndamagedRecords(world.store, world.vandal.damaged());
      EXPECT_FALSE(own.contains(MoveKey(move.epoch)));
      EXPECT_TRUE(DecodeDurableCatalog(own).ok());
    }
  }
  EXPECT_GT(moves_damaged, 40);
}

TEST(RecordFaults, ARepairPutsBackEveryByte) {
  for (const FaultKind* const kind : kKinds) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
      Vandalised world(seed);
      const auto before = world.Records();
      ASSERT_TRUE(world.vandal.Damage(*kind).has_value());
      EXPECT_NE(world.Records(), before) << kind->name << " seed " << seed;
      EXPECT_EQ(world.vandal.Repair(), 1u);
      EXPECT_EQ(world.Records(), before) << kind->name << " seed " << seed;
      EXPECT_TRUE(world.vandal.damaged().empty());
    }
  }
}

TEST(RecordFaults, WhatWasOverwrittenSinceIsNotRepaired) {
  Vandalised world(1);
  ASSERT_TRUE(world.vandal.Damage(faults::kRecordBitFlip).has_value());
  const std::string key = world.vandal.damaged().begin()->first;
  WriteBatch batch;
  batch.mutations = {Mutation{key, "new"}};
  batch.read_ts = world.store.LastCommitTsNow();
  ASSERT_TRUE(world.store.CommitNow(batch).ok());
  world.vandal.OnCommitted(batch);
  EXPECT_EQ(world.vandal.Repair(), 0u);
  EXPECT_EQ(world.Records().at(key), "new");
}

}  // namespace
}  // namespace fencepost::sim
