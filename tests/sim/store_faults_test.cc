// Each fault of a link to the store, alone and certain: what it does, and that it is counted.
#include "sim/world/store/store_faults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <memory>
#include <utility>

#include "sim/core/choices/seeded_driver.h"
#include "sim/core/simulation/stage.h"
#include "sim/world/actor_kinds.h"
#include "sim/world/fault_kinds.h"
#include "sim/world/world_vocabulary.h"

namespace fencepost::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Notes what is shown of commits.
struct Witness {
  explicit Witness(Events* events) {
    events->Subscribe<BatchLanded>(
        [this](ActorId, const BatchLanded& landed) { committed.push_back(landed.token); });
    events->Subscribe<AnswerLost>(
        [this](ActorId, const AnswerLost& answer) { lost.push_back(answer.token); });
  }

  std::vector<SaveToken> committed;
  std::vector<SaveToken> lost;
};

FaultOdds Only(const FaultKind* fault) {
  FaultOdds odds(WorldVocabulary().faults);
  if (fault != nullptr) odds[*fault] = Ratio{1, 1};
  return odds;
}

// A link on which exactly one fault always strikes, or none.
class LinkWith {
 public:
  explicit LinkWith(const FaultKind* fault)
      : fault_(fault), stage_(&WorldVocabulary(), &choices_, &trace_, Only(fault)) {}
  explicit LinkWith(const FaultKind& fault) : LinkWith(&fault) {}

  template <class T>
  T Await(Awaitable<T> operation) {
    std::optional<T> result;
    boost::asio::co_spawn(runtime_.Executor(), Keep(std::move(operation), &result), boost::asio::detached);
    while (!result.has_value() && stage_.scheduler().RunOne()) {
    }
    return *std::move(result);
  }

  // Runs whatever is still on its way.
  void Settle() {
    while (stage_.scheduler().RunOne()) {
    }
  }

  absl::StatusOr<Timestamp> Put(const std::string& key) {
    WriteBatch batch;
    batch.mutations = {Mutation{key, "value"}};
    batch.read_ts = store.LastCommitTsNow();
    link.set_commit_token(7);
    return Await(link.Commit(std::move(batch)));
  }

  std::uint64_t fired() { return stage_.faults().counts()[*fault_]; }
  void Heal() { stage_.faults().Heal(); }
  SimTime now() const { return stage_.now(); }

 private:
  template <class T>
  static Awaitable<void> Keep(Awaitable<T> operation, std::optional<T>* result) {
    result->emplace(co_await std::move(operation));
  }

  const FaultKind* fault_;
  Choices choices_{std::make_unique<SeededDriver>(1)};
  Trace trace_{TraceDetail::kHashOnly};
  Stage stage_;
  SimRuntime runtime_{&stage_.scheduler(), stage_.AddActor(actors::kNode, "node-1")};

 public:
  MemoryStore store;
  Witness witness{&stage_.events()};
  CatalogLink link{&stage_, &store, &runtime_, "node-1"};
};

constexpr Timestamp kNow = Timestamp::Max();

TEST(StoreFaults, WithoutFaultsALinkIsTheStoreWithSomeDelay) {
  LinkWith link(nullptr);
  const absl::StatusOr<Timestamp> ts = link.Put("a");
  ASSERT_TRUE(ts.ok()) << ts.status();
  EXPECT_EQ(*link.Await(link.link.LastCommitTs()), *ts);
  EXPECT_EQ(**link.Await(link.link.GetAt("a", kNow)), "value");
  EXPECT_EQ(link.Await(link.link.ScanAt(KeyRange{"", std::nullopt}, 10, kNow))->size(), 1u);
  EXPECT_GE(link.now(), std::chrono::milliseconds(8)) << "four operations, two ways each";
  EXPECT_THAT(link.witness.committed, ElementsAre(7u));
}

TEST(StoreFaults, AReadErrorFailsReadsAndNothingElse) {
  LinkWith link(faults::kStoreReadError);
  EXPECT_TRUE(absl::IsUnavailable(link.Await(link.link.LastCommitTs()).status()));
  EXPECT_TRUE(absl::IsUnavailable(link.Await(link.link.GetAt("a", kNow)).status()));
  EXPECT_TRUE(link.Put("a").ok());
  EXPECT_EQ(link.fired(), 2u);
}

TEST(StoreFaults, AScanErrorFailsScans) {
  LinkWith link(faults::kStoreScanError);
  EXPECT_TRUE(
      absl::IsUnavailable(link.Await(link.link.ScanAt(KeyRange{"", std::nullopt}, 10, kNow)).status()));
  EXPECT_EQ(link.fired(), 1u);
}

TEST(StoreFaults, ACommitErrorHasNoEffect) {
  LinkWith link(faults::kStoreCommitError);
  EXPECT_TRUE(absl::IsUnavailable(link.Put("a").status()));
  link.Settle();
  EXPECT_FALSE(link.store.Get("a", kNow)->has_value());
  EXPECT_THAT(link.witness.committed, IsEmpty());
}

TEST(StoreFaults, AnUnknownCommitHasLanded) {
  LinkWith link(faults::kStoreCommitUnknown);
  EXPECT_TRUE(IsError(link.Put("a").status(), Error::kCommitOutcomeUnknown));
  EXPECT_TRUE(link.store.Get("a", kNow)->has_value());
  EXPECT_THAT(link.witness.committed, ElementsAre(7u));
  EXPECT_THAT(link.witness.lost, ElementsAre(7u));
}

TEST(StoreFaults, ALateCommitLandsAfterItsSenderHasGivenUp) {
  LinkWith link(faults::kStoreCommitLate);
  EXPECT_TRUE(IsError(link.Put("a").status(), Error::kCommitOutcomeUnknown));
  link.Settle();
  EXPECT_TRUE(link.store.Get("a", kNow)->has_value());
  EXPECT_THAT(link.witness.committed, ElementsAre(7u)) << "under the token it was sent with";
}

TEST(StoreFaults, ALateCommitThatLostTheRaceDoesNotLand) {
  LinkWith link(faults::kStoreCommitLate);
  EXPECT_TRUE(IsError(link.Put("a").status(), Error::kCommitOutcomeUnknown));
  ASSERT_FALSE(link.store.Get("a", kNow)->has_value()) << "it is still on its way";
  link.store.PutAt("a", "another's", Timestamp(link.store.LastCommitTsNow().value + 1));
  link.Settle();
  EXPECT_EQ(**link.store.Get("a", kNow), "another's");
  EXPECT_THAT(link.witness.committed, IsEmpty());
}

TEST(StoreFaults, SlowAndStalledLinksTakeTheirTime) {
  LinkWith slow(faults::kStoreSlow);
  EXPECT_TRUE(slow.Put("a").ok());
  EXPECT_GE(slow.now(), std::chrono::milliseconds(1000));
  LinkWith stalled(faults::kWatcherStall);
  EXPECT_TRUE(stalled.Put("a").ok());
  EXPECT_GE(stalled.now(), std::chrono::milliseconds(10000));
}

TEST(StoreFaults, ALaggingReadHandsOutAnOlderTimestamp) {
  LinkWith link(faults::kStoreLaggingRead);
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(link.Put("a").ok());
  const absl::StatusOr<Timestamp> ts = link.Await(link.link.LastCommitTs());
  EXPECT_LT(*ts, link.store.LastCommitTsNow());
  EXPECT_EQ(link.fired(), 1u);
}

TEST(StoreFaults, AConflictStormRefusesCommitsWithoutEffect) {
  LinkWith link(faults::kStoreConflictStorm);
  EXPECT_TRUE(IsError(link.Put("a").status(), Error::kWriteConflict));
  EXPECT_FALSE(link.store.Get("a", kNow)->has_value());
}

TEST(StoreFaults, CompactionTakesAwayTheTimestampJustHandedOut) {
  LinkWith link(faults::kStoreCompaction);
  ASSERT_TRUE(link.Put("a").ok());
  const absl::StatusOr<Timestamp> ts = link.Await(link.link.LastCommitTs());
  EXPECT_TRUE(IsError(link.Await(link.link.GetAt("a", *ts)).status(), Error::kReadTimestampCompacted));
  EXPECT_TRUE(link.store.Get("a", link.store.LastCommitTsNow())->has_value()) << "a fresh timestamp works";
}

TEST(StoreFaults, AShortPageHoldsTheFirstPairsButNeverNone) {
  LinkWith link(faults::kStoreShortPage);
  for (const char* key : {"a", "b", "c"}) ASSERT_TRUE(link.Put(key).ok());
  const auto page = link.Await(link.link.ScanAt(KeyRange{"", std::nullopt}, 10, kNow));
  ASSERT_TRUE(page.ok());
  ASSERT_GE(page->size(), 1u);
  EXPECT_LT(page->size(), 3u);
  EXPECT_EQ(page->front().key, "a");
}

TEST(StoreFaults, NothingStrikesAfterHealing) {
  for (const FaultKind* const fault : WorldVocabulary().faults.all()) {
    LinkWith link(fault);
    link.Heal();
    EXPECT_TRUE(link.Put("a").ok()) << fault->name;
    EXPECT_EQ(link.fired(), 0u) << fault->name;
  }
}

}  // namespace
}  // namespace fencepost::sim
