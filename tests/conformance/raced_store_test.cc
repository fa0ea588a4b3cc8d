// The store that lets other writes in at one chosen point of one operation.
#include "model/recording/raced_store.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "fencepost/base/error.h"
#include "model/recording/catalog_answers.h"
#include "model/recording/session.h"

namespace fencepost::model::recording {
namespace {

std::vector<Injection> PutOfKey(const std::string& key, std::uint64_t ts) {
  return {InjectedPut{key, "injected", Timestamp(ts)}};
}

WriteBatch BatchOn(const std::string& key, std::uint64_t read_ts) {
  WriteBatch batch;
  batch.mutations.push_back({key, "committed"});
  batch.read_ts = Timestamp(read_ts);
  return batch;
}

TEST(RacedStore, InjectsOnceAndOnlyAtItsPoint) {
  MemoryStore store;
  RacedStore raced(&store, RacePoint::kBeforeScan, PutOfKey("k", 5));

  EXPECT_EQ(*RunNow(raced.GetAt("k", Timestamp::Max())), std::nullopt);
  EXPECT_FALSE(raced.injected());
  EXPECT_EQ(RunNow(raced.ScanAt(KeyRange(), 10, Timestamp::Max()))->size(), 1U);
  EXPECT_TRUE(raced.injected());
  // A second injection would put its value back.
  store.PutAt("k", "written later", Timestamp(5));
  EXPECT_EQ(RunNow(raced.ScanAt(KeyRange(), 10, Timestamp::Max()))->at(0).value, "written later");
}

TEST(RacedStore, InjectsBeforeTheFirstPointRead) {
  MemoryStore store;
  RacedStore raced(&store, RacePoint::kAfterReadTs, PutOfKey("k", 5));

  EXPECT_EQ(RunNow(raced.LastCommitTs())->value, 0U);
  EXPECT_FALSE(raced.injected());
  EXPECT_EQ(*RunNow(raced.GetAt("k", Timestamp::Max())), "injected");
}

TEST(RacedStore, InjectsBeforeTheCommitTimestampIsAssigned) {
  MemoryStore store;
  RacedStore raced(&store, RacePoint::kBeforeCommitTs, PutOfKey("other", 5));

  EXPECT_EQ(RunNow(raced.Commit(BatchOn("k", 0)))->value, 6U);
  EXPECT_TRUE(raced.injected());
}

TEST(RacedStore, RefusesABatchWhoseKeyWasWrittenByTheInjection) {
  for (const RacePoint point : {RacePoint::kBeforeCommitTs, RacePoint::kBeforeApply}) {
    MemoryStore store;
    RacedStore raced(&store, point, PutOfKey("k", 5));

    EXPECT_TRUE(IsError(RunNow(raced.Commit(BatchOn("k", 0))).status(), Error::kWriteConflict));
    EXPECT_EQ(*store.Get("k", Timestamp::Max()), "injected");
  }
}

// The mistake of the reference: the commit lands below writes that came in after its timestamp was chosen.
TEST(RacedStore, HoldsTheWindowBetweenTimestampAndCommitOpen) {
  MemoryStore store;
  RacedStore raced(&store, RacePoint::kBeforeApply, PutOfKey("other", 5));

  EXPECT_EQ(RunNow(raced.Commit(BatchOn("k", 0)))->value, 1U);
  EXPECT_EQ(store.LastCommitTsNow().value, 5U);
  EXPECT_EQ(store.LatestVersionOf("k")->value, 1U);
}

TEST(RacedStore, NeverReachesTheWindowWhenNoTimestampIsLeft) {
  MemoryStore store;
  store.PutAt("z", "", Timestamp::Max());
  RacedStore raced(&store, RacePoint::kBeforeApply, PutOfKey("other", 5));

  EXPECT_TRUE(IsError(RunNow(raced.Commit(BatchOn("k", 0))).status(), Error::kCatalogVersionOverflow));
  EXPECT_FALSE(raced.injected());
}

// Known values of 64-bit FNV-1a, computed by hand from its definition.
TEST(Digest, IsFnv1aOverLengthsAndBytes) {
  EXPECT_EQ(DigestOf({}), 0xcbf29ce484222325U);
  // One pair of empty strings is eight zero bytes: the offset basis times the prime to the eighth power.
  std::uint64_t expected = 0xcbf29ce484222325U;
  for (int i = 0; i < 8; ++i) {
    expected *= 1099511628211U;
  }
  const std::vector<KeyValue> one_empty_pair(1);
  EXPECT_EQ(DigestOf(one_empty_pair), expected);
}

}  // namespace
}  // namespace fencepost::model::recording
