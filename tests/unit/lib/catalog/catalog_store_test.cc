#include "fencepost/catalog/catalog_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <limits>
#include <string>
#include <vector>

#include "fencepost/base/error.h"
#include "tests/support/catalog_harness.h"
#include "tests/unit/sample_routes.h"

namespace fencepost {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
const std::optional<std::string> kUnbounded;

std::vector<RouteDescriptor> TwoRoutes() {
  return Described({{.id = 1, .start = "", .end = "m", .group = 1},
                    {.id = 2, .start = "m", .end = kUnbounded, .group = 2}});
}

std::vector<std::string> MutatedKeys(const WriteBatch& batch) {
  std::vector<std::string> keys;
  for (const Mutation& mutation : batch.mutations)
    keys.push_back((mutation.value ? "+" : "-") + mutation.key);
  std::sort(keys.begin(), keys.end());
  return keys;
}

std::string Message(const absl::Status& status) {
  return std::string(status.message().data(), status.message().size());
}

TEST(CatalogStore, IsEmptyAtVersionZeroBeforeTheFirstSave) {
  CatalogHarness harness;
  const auto snapshot = harness.Snapshot();
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  EXPECT_EQ(snapshot->version, Version(0));
  EXPECT_THAT(snapshot->routes, IsEmpty());
  EXPECT_EQ(harness.DurableVersion().value(), Version(0));
  EXPECT_EQ(harness.NextRouteId()->next, RouteId(1));
  EXPECT_FALSE(harness.NextRouteId()->record_missing) << "an empty catalog has lost nothing";
}

TEST(CatalogStore, ReadsBackWhatWasSavedInCatalogOrder) {
  CatalogHarness harness;
  std::vector<RouteDescriptor> reversed = TwoRoutes();
  std::reverse(reversed.begin(), reversed.end());
  const auto saved = harness.Save(0, reversed);
  ASSERT_TRUE(saved.ok()) << saved.status();
  const auto snapshot = harness.Snapshot();
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  EXPECT_EQ(snapshot->version, Version(1));
  EXPECT_EQ(snapshot->routes, TwoRoutes());
  EXPECT_EQ(saved->snapshot.routes, TwoRoutes());
  EXPECT_EQ(saved->snapshot.version, Version(1));
  EXPECT_EQ(harness.NextRouteId()->next, RouteId(3));
}

TEST(CatalogStore, WritesOnlyWhatChangedAndAlwaysBothCounters) {
  CatalogHarness harness;
  ASSERT_TRUE(harness
                  .Save(0, Described({{.id = 1, .start = "", .end = "g"},
                                      {.id = 2, .start = "g", .end = "m"},
                                      {.id = 3, .start = "m", .end = kUnbounded}}))
                  .ok());
  ASSERT_TRUE(harness
                  .Save(1, Described({{.id = 1, .start = "", .end = "g"},
                                      {.id = 2, .start = "g", .end = "n", .group = 5},
                                      {.id = 4, .start = "n", .end = kUnbounded}}))
                  .ok());
  EXPECT_THAT(
      MutatedKeys(harness.store().last_batch),
      ElementsAre("+" + CatalogNextRouteIdKey(), "+" + CatalogVersionKey(), "+" + CatalogRouteKey(RouteId(2)),
                  "+" + CatalogRouteKey(RouteId(4)), "-" + CatalogRouteKey(RouteId(3))));
  EXPECT_THAT(harness.store().last_batch.read_keys,
              testing::IsSupersetOf({CatalogVersionKey(), CatalogNextRouteIdKey()}));
}

TEST(CatalogStore, AnEpochIsTheCommitThatLastWroteTheRoute) {
  CatalogHarness harness;
  const auto first = harness.Save(0, TwoRoutes());
  harness.memory().PutAt("elsewhere", "x", Timestamp(40));
  std::vector<RouteDescriptor> changed = TwoRoutes();
  changed[1].group_id = GroupId(9);
  changed[0].epoch = RangeEpoch(12345);  // ignored: epochs are the store's to say
  const auto second = harness.Save(1, changed);
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first->snapshot.routes[0].epoch, RangeEpoch(1));
  EXPECT_EQ(second->snapshot.routes[0].epoch, RangeEpoch(1)) << "an unchanged route keeps its epoch";
  EXPECT_EQ(second->snapshot.routes[1].epoch, RangeEpoch(41));
  const auto read = harness.Snapshot();
  for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(read->routes[i].epoch, second->snapshot.routes[i].epoch) << i;
}

TEST(CatalogStore, RefusesTheFirstRouteThatIsWrongInTheGivenOrder) {
  CatalogHarness harness;
  const SampleRoute good{.id = 1, .start = "", .end = "m"};
  const SampleRoute no_id{.id = 0, .start = "x", .end = kUnbounded};
  const SampleRoute no_group{.id = 3, .start = "x", .end = kUnbounded, .group = 0};
  const SampleRoute duplicate{.id = 1, .start = "m", .end = kUnbounded};
  const SampleRoute inverted{.id = 4, .start = "x", .end = "a"};
  EXPECT_TRUE(
      IsError(harness.Save(0, Described({good, no_id, no_group})).status(), Error::kCatalogRouteIdRequired));
  EXPECT_TRUE(
      IsError(harness.Save(0, Described({good, no_group, no_id})).status(), Error::kCatalogGroupIdRequired));
  EXPECT_TRUE(IsError(harness.Save(0, Described({good, duplicate, no_id})).status(),
                      Error::kCatalogDuplicateRouteId));
  EXPECT_TRUE(IsError(harness.Save(0, Described({inverted, good, duplicate})).status(),
                      Error::kCatalogInvalidRouteRange));
  // A route that is wrong by itself is found before the version is compared.
  EXPECT_TRUE(IsError(harness.Save(7, Described({no_id})).status(), Error::kCatalogRouteIdRequired));
  EXPECT_EQ(harness.store().commits, 0);
  EXPECT_EQ(harness.memory().LastCommitTsNow(), Timestamp(0));
}

TEST(CatalogStore, RefusesToSaveOverAnotherVersion) {
  CatalogHarness harness;
  ASSERT_TRUE(harness.Save(0, TwoRoutes()).ok());
  for (const std::uint64_t expected : {std::uint64_t{0}, std::uint64_t{2}, kMax}) {
    const auto saved = harness.Save(expected, {});
    EXPECT_TRUE(IsError(saved.status(), Error::kCatalogVersionMismatch)) << saved.status();
    EXPECT_NE(Message(saved.status()).find("version 1 "), std::string::npos) << saved.status();
  }
  EXPECT_EQ(harness.Snapshot()->routes, TwoRoutes());
}

TEST(CatalogStore, TheLoserOfACommitRaceIsToldSoAndLeavesNothing) {
  CatalogHarness harness;
  ASSERT_TRUE(harness.Save(0, TwoRoutes()).ok());
  CatalogStore rival(&harness.memory());
  harness.store().before_commit = [&](const WriteBatch&) -> std::optional<absl::StatusOr<Timestamp>> {
    EXPECT_TRUE(RunAwaitable(rival.Save(Version(1), {})).ok());
    return std::nullopt;
  };
  const auto lost = harness.Save(1, Described({{.id = 7, .start = "", .end = kUnbounded}}));
  EXPECT_TRUE(IsError(lost.status(), Error::kCatalogVersionMismatch)) << lost.status();
  EXPECT_EQ(harness.DurableVersion().value(), Version(2));
  EXPECT_THAT(harness.Snapshot()->routes, IsEmpty());
  EXPECT_EQ(harness.NextRouteId()->next, RouteId(3)) << "the loser's id 7 was never issued";
}

TEST(CatalogStore, SaysWhenNoVersionOrTimestampIsLeftBeforeItReadsTheRoutes) {
  CatalogHarness harness;
  harness.Overwrite(CatalogVersionKey(), EncodeCatalogVersion(Version::Max()));
  harness.Overwrite(CatalogRouteKey(RouteId(1)), "broken");
  EXPECT_TRUE(IsError(harness.Save(kMax, {}).status(), Error::kCatalogVersionOverflow));
  EXPECT_TRUE(IsError(harness.Save(0, {}).status(), Error::kCatalogVersionMismatch));

  CatalogHarness full;
  full.Overwrite(CatalogRouteKey(RouteId(1)), "broken");
  full.memory().PutAt("elsewhere", "x", Timestamp::Max());
  EXPECT_TRUE(IsError(full.Save(0, {}).status(), Error::kCatalogVersionOverflow));
  EXPECT_EQ(harness.store().commits + full.store().commits, 0);
}

TEST(CatalogStore, TheLastTimestampMayBeUsedUpByAnotherCommitDuringTheSave) {
  CatalogHarness harness;
  harness.store().before_commit = [&](const WriteBatch&) -> std::optional<absl::StatusOr<Timestamp>> {
    harness.memory().PutAt("elsewhere", "x", Timestamp::Max());
    return std::nullopt;
  };
  EXPECT_TRUE(IsError(harness.Save(0, TwoRoutes()).status(), Error::kCatalogVersionOverflow));
  EXPECT_EQ(harness.DurableVersion().value(), Version(0));
}

TEST(CatalogStore, NeverLowersTheNextRouteId) {
  CatalogHarness harness;
  ASSERT_TRUE(harness.Save(0, Described({{.id = 9, .start = "", .end = kUnbounded}})).ok());
  ASSERT_TRUE(harness.Save(1, Described({{.id = 3, .start = "", .end = kUnbounded}})).ok());
  EXPECT_EQ(harness.NextRouteId()->next, RouteId(10));
  ASSERT_TRUE(harness.Save(2, {}).ok());
  EXPECT_EQ(harness.NextRouteId()->next, RouteId(10));
  EXPECT_EQ(RunAwaitable(harness.catalog().NextRouteIdAt(Timestamp(0)))->next, RouteId(1));
}

TEST(CatalogStore, EachDamagedRecordFailsTheWholeReadAndNamesItsKey) {
  struct Damage {
    std::string key;
    std::string value;
    Error error;
  };
  const std::string route_one =
      EncodeRouteDescriptor(AsDescriptor({.id = 1, .start = "", .end = "m"})).value();
  const std::string short_key = "!dist|route|\x01";
  for (const Damage& damage :
       {Damage{CatalogVersionKey(), "\x01", Error::kCatalogInvalidVersionRecord},
        Damage{CatalogRouteKey(RouteId(2)), route_one.substr(0, 12), Error::kCatalogInvalidRouteRecord},
        Damage{CatalogRouteKey(RouteId(2)), route_one, Error::kCatalogRouteKeyIdMismatch},
        Damage{short_key, route_one, Error::kCatalogInvalidRouteKey}}) {
    CatalogHarness harness;
    ASSERT_TRUE(harness.Save(0, TwoRoutes()).ok());
    harness.Overwrite(damage.key, damage.value);
    const auto snapshot = harness.Snapshot();
    EXPECT_TRUE(IsError(snapshot.status(), damage.error)) << snapshot.status();
    EXPECT_NE(Message(snapshot.status()).find(QuoteKey(damage.key)), std::string::npos) << snapshot.status();
    EXPECT_TRUE(IsError(harness.Save(1, TwoRoutes()).status(), damage.error));
    EXPECT_EQ(harness.store().commits, 1);
  }
}

TEST(CatalogStore, ADamagedNextRouteIdFailsSavesButNotSnapshots) {
  CatalogHarness harness;
  ASSERT_TRUE(harness.Save(0, TwoRoutes()).ok());
  harness.Overwrite(CatalogNextRouteIdKey(), EncodeCatalogNextRouteId(RouteId(0)));
  EXPECT_TRUE(harness.Snapshot().ok());
  EXPECT_TRUE(IsError(harness.NextRouteId().status(), Error::kCatalogInvalidNextRouteId));
  EXPECT_TRUE(IsError(harness.Save(1, TwoRoutes()).status(), Error::kCatalogInvalidNextRouteId));
}

TEST(CatalogStore, ReadsRoutesInPagesWithoutLosingAnyAtTheSeams) {
  for (std::size_t page_size = 0; page_size <= 6; ++page_size) {
    CatalogStoreOptions options;
    options.page_size = page_size;  // 0 is taken as 1
    CatalogHarness harness(options);
    std::vector<RouteDescriptor> routes;
    for (std::uint64_t id = 1; id <= 5; ++id) {
      routes.push_back(AsDescriptor({.id = id,
                                     .start = std::string(1, static_cast<char>('a' + id)),
                                     .end = std::string(1, static_cast<char>('b' + id))}));
    }
    ASSERT_TRUE(harness.Save(0, routes).ok());
    EXPECT_EQ(harness.Snapshot()->routes, routes) << "pages of " << page_size;
  }
}

// A store may cut pages short for its own reasons.
TEST(CatalogStore, TakesAShortPageNotForTheLastOne) {
  class ShortPages final : public MvccStore {
   public:
    Awaitable<absl::StatusOr<Timestamp>> LastCommitTs() override { co_return memory_.LastCommitTsNow(); }
    Awaitable<absl::StatusOr<std::optional<std::string>>> GetAt(std::string key, Timestamp ts) override {
      co_return memory_.Get(key, ts);
    }
    Awaitable<absl::StatusOr<std::vector<KeyValue>>> ScanAt(KeyRange range, std::size_t limit,
                                                            Timestamp ts) override {
      co_return memory_.Scan(range, std::max<std::size_t>(limit / 100, 1), ts);
    }
    Awaitable<absl::StatusOr<Timestamp>> Commit(WriteBatch batch) override {
      co_return memory_.CommitNow(batch);
    }

   private:
    MemoryStore memory_;
  };
  ShortPages store;
  CatalogStore catalog(&store);  // asks for 256 at a time and gets 2
  std::vector<RouteDescriptor> routes;
  for (std::uint64_t id = 1; id <= 5; ++id) {
    routes.push_back(AsDescriptor({.id = id,
                                   .start = std::string(1, static_cast<char>('a' + id)),
                                   .end = std::string(1, static_cast<char>('b' + id))}));
  }
  ASSERT_TRUE(RunAwaitable(catalog.Save(Version(0), routes)).ok());
  EXPECT_EQ(RunAwaitable(catalog.Snapshot())->routes, routes);
  ASSERT_TRUE(RunAwaitable(catalog.Save(Version(1), {})).ok());
  EXPECT_THAT(RunAwaitable(catalog.Snapshot())->routes, IsEmpty()) << "a save deletes behind the cut, too";
}

TEST(CatalogStore, ASnapshotAtAnOldTimestampIsTheCatalogOfThatTime) {
  CatalogHarness harness;
  ASSERT_TRUE(harness.Save(0, TwoRoutes()).ok());
  ASSERT_TRUE(harness.Save(1, {}).ok());
  const auto then = RunAwaitable(harness.catalog().SnapshotAt(Timestamp(1)));
  ASSERT_TRUE(then.ok()) << then.status();
  EXPECT_EQ(then->version, Version(1));
  EXPECT_EQ(then->routes, TwoRoutes());
  EXPECT_EQ(then->read_ts, Timestamp(1));
  harness.memory().Compact(Timestamp(2));
  EXPECT_TRUE(IsError(RunAwaitable(harness.catalog().SnapshotAt(Timestamp(1))).status(),
                      Error::kReadTimestampCompacted));
}

TEST(CatalogStore, WithoutAStoreEveryOperationSaysSo) {
  CatalogStore catalog(nullptr);
  EXPECT_FALSE(catalog.has_store());
  EXPECT_TRUE(IsError(RunAwaitable(catalog.Snapshot()).status(), Error::kCatalogStoreRequired));
  EXPECT_TRUE(IsError(RunAwaitable(catalog.SnapshotAt(Timestamp(1))).status(), Error::kCatalogStoreRequired));
  EXPECT_TRUE(IsError(RunAwaitable(catalog.ReadVersion()).status(), Error::kCatalogStoreRequired));
  EXPECT_TRUE(IsError(RunAwaitable(catalog.DurableVersion()).status(), Error::kCatalogStoreRequired));
  EXPECT_TRUE(IsError(RunAwaitable(catalog.NextRouteId()).status(), Error::kCatalogStoreRequired));
  EXPECT_TRUE(
      IsError(RunAwaitable(catalog.NextRouteIdAt(Timestamp(1))).status(), Error::kCatalogStoreRequired));
  EXPECT_TRUE(IsError(RunAwaitable(catalog.Save(Version(0), {})).status(), Error::kCatalogStoreRequired));
}

TEST(CatalogStore, PassesOnWhatTheStoreAnswersWithoutAskingAgain) {
  CatalogHarness harness;
  const absl::Status down = absl::UnavailableError("store down");
  harness.store().before_last_commit_ts = [&] { return down; };
  EXPECT_EQ(harness.Snapshot().status(), down);
  EXPECT_EQ(harness.Save(0, TwoRoutes()).status(), down);
  harness.store().before_last_commit_ts = nullptr;
  harness.store().before_commit = [&](const WriteBatch&) {
    return std::optional<absl::StatusOr<Timestamp>>(down);
  };
  EXPECT_EQ(harness.Save(0, TwoRoutes()).status(), down) << "a definite refusal is reported as it is";
  EXPECT_EQ(harness.store().commits, 1);
}

// A store that cannot tell whether the commit landed, and the answers to that.
class UnknownOutcome : public testing::Test {
 protected:
  using Answer = std::optional<absl::StatusOr<Timestamp>>;

  void SetUp() override { ASSERT_TRUE(harness_.Save(0, TwoRoutes()).ok()); }

  static Answer Unknown() { return Answer(MakeError(Error::kCommitOutcomeUnknown, "connection lost")); }

  // The next commit: others use the store, the batch `lands` or not, others save `later` times, and the
  // answer is unknown.
  void LoseTheAnswer(bool lands, int later) {
    harness_.store().before_commit = [this, lands, later](const WriteBatch& batch) {
      OthersUseTheStore();
      if (lands) {
        const auto landed = harness_.memory().CommitNow(batch);
        EXPECT_TRUE(landed.ok()) << landed.status();
        landed_at_ = *landed;
      }
      CatalogStore rival(&harness_.memory());
      for (int i = 0; i < later; ++i) {
        const Version version = RunAwaitable(rival.DurableVersion()).value();
        const auto routes = Described({{.id = 50, .start = "", .end = kUnbounded, .group = 50}});
        EXPECT_TRUE(RunAwaitable(rival.Save(version, routes)).ok());
        OthersUseTheStore();
      }
      return Unknown();
    };
  }

  // A thousand timestamps that are none of the catalog's.
  void OthersUseTheStore() {
    harness_.memory().PutAt("elsewhere", "x", Timestamp(harness_.memory().LastCommitTsNow().value + 1000));
  }

  std::vector<RouteDescriptor> Wanted() {
    return Described({{.id = 1, .start = "", .end = "m", .group = 1},
                      {.id = 8, .start = "m", .end = kUnbounded, .group = 8}});
  }

  CatalogHarness harness_;
  Timestamp landed_at_;
};

TEST_F(UnknownOutcome, IsOkWhenTheRoutesAreDurable) {
  LoseTheAnswer(/*lands=*/true, /*later=*/0);
  const auto saved = harness_.Save(1, Wanted());
  ASSERT_TRUE(saved.ok()) << saved.status();
  EXPECT_EQ(saved->snapshot.version, Version(2));
  EXPECT_EQ(saved->snapshot.routes, Wanted());
  EXPECT_EQ(saved->snapshot.read_ts, landed_at_);
  EXPECT_EQ(saved->snapshot.routes[0].epoch, RangeEpoch(1));
  EXPECT_EQ(saved->snapshot.routes[1].epoch, landed_at_);
}

TEST_F(UnknownOutcome, IsFoundInThePastWhenOthersHaveSavedSince) {
  for (const int later : {1, 2, 7}) {
    LoseTheAnswer(/*lands=*/true, later);
    const Version before = harness_.DurableVersion().value();
    const auto saved = harness_.Save(before.value, Wanted());
    ASSERT_TRUE(saved.ok()) << later << " saves later: " << saved.status();
    EXPECT_EQ(saved->snapshot.version, Version(before.value + 1));
    EXPECT_EQ(saved->snapshot.read_ts, landed_at_);
    EXPECT_EQ(harness_.DurableVersion().value(),
              Version(before.value + 1 + static_cast<std::uint64_t>(later)));
  }
}

TEST_F(UnknownOutcome, IsAMismatchWhenSomebodyElsesRoutesAreDurable) {
  for (const int later : {1, 2, 7}) {
    LoseTheAnswer(/*lands=*/false, later);
    const auto saved = harness_.Save(harness_.DurableVersion()->value, Wanted());
    EXPECT_TRUE(IsError(saved.status(), Error::kCatalogVersionMismatch))
        << later << " saves later: " << saved.status();
  }
}

TEST_F(UnknownOutcome, StaysUnknownWhileTheVersionIsTheExpectedOne) {
  LoseTheAnswer(/*lands=*/false, /*later=*/0);
  const auto saved = harness_.Save(1, Wanted());
  EXPECT_TRUE(IsError(saved.status(), Error::kCommitOutcomeUnknown)) << saved.status();
  // And that was right: the batch lands after all.
  EXPECT_TRUE(harness_.memory().CommitNow(harness_.store().last_batch).ok());
  EXPECT_EQ(harness_.Snapshot()->routes, Wanted());
}

TEST_F(UnknownOutcome, StaysUnknownWhenReadingBackFails) {
  harness_.store().before_commit = [this](const WriteBatch& batch) {
    EXPECT_TRUE(harness_.memory().CommitNow(batch).ok());
    harness_.store().before_scan = [](const KeyRange&, Timestamp) {
      return absl::UnavailableError("store down");
    };
    return Unknown();
  };
  const auto saved = harness_.Save(1, Wanted());
  EXPECT_TRUE(IsError(saved.status(), Error::kCommitOutcomeUnknown)) << saved.status();
  EXPECT_NE(Message(saved.status()).find("store down"), std::string::npos) << saved.status();
}

TEST_F(UnknownOutcome, StaysUnknownWhenItsMomentIsCompactedAway) {
  LoseTheAnswer(/*lands=*/true, /*later=*/3);
  auto commit_and_lose = harness_.store().before_commit;
  harness_.store().before_commit = [&](const WriteBatch& batch) {
    auto answer = commit_and_lose(batch);
    harness_.memory().Compact(harness_.memory().LastCommitTsNow());
    return answer;
  };
  const auto saved = harness_.Save(1, Wanted());
  EXPECT_TRUE(IsError(saved.status(), Error::kCommitOutcomeUnknown)) << saved.status();
}

TEST_F(UnknownOutcome, IsFoundAboveARetentionFloorThatStillShowsIt) {
  LoseTheAnswer(/*lands=*/true, /*later=*/3);
  auto commit_and_lose = harness_.store().before_commit;
  harness_.store().before_commit = [&](const WriteBatch& batch) {
    auto answer = commit_and_lose(batch);
    harness_.memory().Compact(landed_at_);
    return answer;
  };
  const auto saved = harness_.Save(1, Wanted());
  ASSERT_TRUE(saved.ok()) << saved.status();
  EXPECT_EQ(saved->snapshot.read_ts, landed_at_);
}

TEST_F(UnknownOutcome, ReadsLittleHoweverFarTheStoreHasMovedOn) {
  LoseTheAnswer(/*lands=*/true, /*later=*/200);
  harness_.store().scanned.clear();
  ASSERT_TRUE(harness_.Save(1, Wanted()).ok());
  EXPECT_LE(harness_.store().scanned.size(), 30u)
      << "about log2 of the 200,000 timestamps in between, and two scans of routes";
}

TEST_F(UnknownOutcome, IsWhatAStoresOwnAmbiguousStatusesMean) {
  for (const absl::Status& ambiguous :
       {absl::UnknownError("?"), absl::DeadlineExceededError("slow"), absl::CancelledError("gone")}) {
    harness_.store().before_commit = [&](const WriteBatch& batch) {
      EXPECT_TRUE(harness_.memory().CommitNow(batch).ok());
      return Answer(ambiguous);
    };
    const auto saved = harness_.Save(harness_.DurableVersion()->value, Wanted());
    EXPECT_TRUE(saved.ok()) << ambiguous << " was answered " << saved.status();
  }
}

// Suspends in every operation, as a real store does.
class SuspendingStore final : public MvccStore {
 public:
  explicit SuspendingStore(MemoryStore& memory) : memory_(memory) {}

  Awaitable<absl::StatusOr<Timestamp>> LastCommitTs() override {
    co_await Suspend();
    co_return memory_.LastCommitTsNow();
  }
  Awaitable<absl::StatusOr<std::optional<std::string>>> GetAt(std::string key, Timestamp ts) override {
    co_await Suspend();
    co_return memory_.Get(key, ts);
  }
  Awaitable<absl::StatusOr<std::vector<KeyValue>>> ScanAt(KeyRange range, std::size_t limit,
                                                          Timestamp ts) override {
    co_await Suspend();
    co_return memory_.Scan(range, limit, ts);
  }
  Awaitable<absl::StatusOr<Timestamp>> Commit(WriteBatch batch) override {
    co_await Suspend();
    co_return memory_.CommitNow(batch);
  }

 private:
  static Awaitable<void> Suspend() {
    const auto executor = co_await boost::asio::this_coro::executor;
    co_await boost::asio::post(executor, boost::asio::use_awaitable);
  }

  MemoryStore& memory_;
};

TEST(CatalogStore, OfManySaversOfOneVersionExactlyOneWins) {
  constexpr std::uint64_t kSavers = 6;
  MemoryStore memory;
  SuspendingStore store(memory);
  CatalogStore catalog(&store);
  boost::asio::io_context loop;
  std::vector<absl::StatusOr<SaveResult>> results(kSavers, absl::UnknownError("did not end"));
  for (std::uint64_t i = 0; i < kSavers; ++i) {
    boost::asio::co_spawn(
        loop,
        catalog.Save(Version(0), Described({{.id = i + 1, .start = "", .end = kUnbounded, .group = i + 1}})),
        [&results, i](std::exception_ptr, absl::StatusOr<SaveResult> result) {
          results[i] = std::move(result);
        });
  }
  loop.run();
  int winners = 0;
  for (const auto& result : results) {
    if (!result.ok()) {
      EXPECT_TRUE(IsError(result.status(), Error::kCatalogVersionMismatch)) << result.status();
      continue;
    }
    ++winners;
    EXPECT_EQ(RunAwaitable(catalog.Snapshot())->routes, result->snapshot.routes);
  }
  EXPECT_EQ(winners, 1);
}

// Asio throws out of the next co_await of a cancelled coroutine. Not here: no save stops half way.
TEST(CatalogStore, ASaveWhoseCallerIsCancelledRunsToItsEndWithoutThrowing) {
  MemoryStore memory;
  SuspendingStore store(memory);
  CatalogStore catalog(&store);
  boost::asio::io_context loop;
  boost::asio::cancellation_signal cancel;
  std::optional<absl::StatusOr<SaveResult>> result;
  std::exception_ptr thrown;
  boost::asio::co_spawn(loop, catalog.Save(Version(0), TwoRoutes()),
                        boost::asio::bind_cancellation_slot(
                            cancel.slot(), [&](std::exception_ptr e, absl::StatusOr<SaveResult> answer) {
                              thrown = e;
                              result = std::move(answer);
                            }));
  loop.run_one();
  loop.run_one();
  ASSERT_FALSE(result.has_value()) << "the save is under way";
  cancel.emit(boost::asio::cancellation_type::terminal);
  loop.run();
  EXPECT_EQ(thrown, nullptr);
  ASSERT_TRUE(result.has_value());
  EXPECT_TRUE(result->ok()) << result->status();
  EXPECT_EQ(RunAwaitable(catalog.DurableVersion()).value(), Version(1));
}

}  // namespace
}  // namespace fencepost
