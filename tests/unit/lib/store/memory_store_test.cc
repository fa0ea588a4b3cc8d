// What MemoryStore offers beside the store contract: explicit timestamps and compaction.
#include "fencepost/store/memory_store.h"

#include <gtest/gtest.h>

#include "fencepost/base/error.h"
#include "tests/support/run_awaitable.h"

namespace fencepost {
namespace {

const std::optional<std::string> kNothing;
const KeyRange kEverything{"", std::nullopt};

WriteBatch Batch(std::vector<Mutation> mutations, std::vector<std::string> read_keys, std::uint64_t read_ts) {
  return WriteBatch{std::move(mutations), std::move(read_keys), Timestamp(read_ts)};
}

TEST(MemoryStore, AWriteAtAnExistingTimestampReplacesThatVersion) {
  MemoryStore store;
  store.PutAt("a", "1", Timestamp(5));
  store.PutAt("a", "2", Timestamp(5));
  EXPECT_EQ(store.Get("a", Timestamp(5)).value(), "2");
  store.DeleteAt("a", Timestamp(5));
  EXPECT_EQ(store.Get("a", Timestamp(9)).value(), kNothing);
}

TEST(MemoryStore, AWriteBelowTheNewestVersionInsertsAnOlderOne) {
  MemoryStore store;
  store.PutAt("a", "new", Timestamp(9));
  store.PutAt("a", "old", Timestamp(4));
  EXPECT_EQ(store.Get("a", Timestamp(3)).value(), kNothing);
  EXPECT_EQ(store.Get("a", Timestamp(8)).value(), "old");
  EXPECT_EQ(store.Get("a", Timestamp(9)).value(), "new");
  EXPECT_EQ(store.LatestVersionOf("a"), Timestamp(9));
}

TEST(MemoryStore, LastCommitTsNeverGoesBack) {
  MemoryStore store;
  EXPECT_EQ(store.LastCommitTsNow(), Timestamp(0));
  store.PutAt("a", "1", Timestamp(9));
  store.DeleteAt("b", Timestamp(4));
  EXPECT_EQ(store.LastCommitTsNow(), Timestamp(9));
  ASSERT_TRUE(store.ApplyAt(Batch({{"c", "1"}}, {}, 9), Timestamp(5)).ok());
  EXPECT_EQ(store.LastCommitTsNow(), Timestamp(9));
  EXPECT_EQ(store.CommitNow(Batch({{"c", "2"}}, {}, 9)).value(), Timestamp(10));
}

TEST(MemoryStore, AppliesABatchAtTheCallersTimestampOrNotAtAll) {
  MemoryStore store;
  store.PutAt("m", "1", Timestamp(5));
  const absl::Status refused = store.ApplyAt(Batch({{"a", "x"}, {"m", "x"}}, {}, 4), Timestamp(9));
  EXPECT_TRUE(IsError(refused, Error::kWriteConflict)) << refused;
  EXPECT_NE(refused.message().find("\"m\""), absl::string_view::npos) << refused;
  EXPECT_EQ(store.LatestVersionOf("a"), std::nullopt);
  EXPECT_EQ(store.LastCommitTsNow(), Timestamp(5));
  ASSERT_TRUE(store.ApplyAt(Batch({{"a", "x"}, {"m", kNothing}, {"a", "y"}}, {"m"}, 5), Timestamp(9)).ok());
  EXPECT_EQ(store.Scan(kEverything, 9, Timestamp(9)).value(),
            (std::vector<KeyValue>{{"a", "y", Timestamp(9)}}));
}

TEST(MemoryStore, RefusesToCommitWhenNoTimestampIsLeft) {
  MemoryStore store;
  store.PutAt("a", "1", Timestamp::Max());
  const auto committed = store.CommitNow(Batch({{"b", "1"}}, {}, 0));
  EXPECT_TRUE(IsError(committed.status(), Error::kCatalogVersionOverflow)) << committed.status();
  EXPECT_EQ(store.LatestVersionOf("b"), std::nullopt);
}

TEST(MemoryStore, CompactionKeepsTheNewestVersionAtOrBelowTheFloor) {
  MemoryStore store;
  for (const std::uint64_t ts : {2u, 4u, 6u, 8u}) store.PutAt("a", std::to_string(ts), Timestamp(ts));
  store.Compact(Timestamp(5));
  EXPECT_TRUE(IsError(store.Get("a", Timestamp(4)).status(), Error::kReadTimestampCompacted));
  EXPECT_TRUE(IsError(store.Scan(kEverything, 9, Timestamp(4)).status(), Error::kReadTimestampCompacted));
  EXPECT_EQ(store.Get("a", Timestamp(5)).value(), "4");
  EXPECT_EQ(store.Get("a", Timestamp(6)).value(), "6");
  EXPECT_EQ(store.Get("a", Timestamp(0)).value(), kNothing) << "timestamp 0 is before everything, always";
}

TEST(MemoryStore, TheRetentionFloorOnlyRises) {
  MemoryStore store;
  store.PutAt("a", "1", Timestamp(1));
  store.Compact(Timestamp(7));
  store.Compact(Timestamp(3));
  EXPECT_TRUE(IsError(store.Get("a", Timestamp(6)).status(), Error::kReadTimestampCompacted));
  EXPECT_EQ(store.Get("a", Timestamp(7)).value(), "1");
}

TEST(MemoryStore, TheNewestIsReadableWhateverTheFloor) {
  MemoryStore store;
  store.PutAt("a", "1", Timestamp(1));
  store.Compact(Timestamp::Max());
  EXPECT_EQ(store.Get("a", Timestamp::Max()).value(), "1");
  EXPECT_TRUE(IsError(store.Get("a", Timestamp(1)).status(), Error::kReadTimestampCompacted));
  EXPECT_EQ(store.LatestVersionOf("a"), Timestamp(1));
}

TEST(MemoryStore, ItsCoroutinesAnswerAsItsPlainFunctionsDo) {
  MemoryStore store;
  EXPECT_EQ(RunAwaitable(store.Commit(Batch({{"a", "1"}}, {}, 0))).value(), Timestamp(1));
  EXPECT_EQ(RunAwaitable(store.LastCommitTs()).value(), store.LastCommitTsNow());
  EXPECT_EQ(RunAwaitable(store.GetAt("a", Timestamp(1))).value(), store.Get("a", Timestamp(1)).value());
  EXPECT_EQ(RunAwaitable(store.ScanAt(kEverything, 9, Timestamp(1))).value(),
            store.Scan(kEverything, 9, Timestamp(1)).value());
}

}  // namespace
}  // namespace fencepost
