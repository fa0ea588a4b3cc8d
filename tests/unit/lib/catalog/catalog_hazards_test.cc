// Each mistake that the reference makes in its catalog, store, bootstrap or watcher, staged, and the answer
// this library gives. The number is the hazard's row in the table of hazards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "fencepost/base/error.h"
#include "fencepost/catalog/bootstrap.h"
#include "fencepost/catalog/watcher.h"
#include "tests/support/catalog_harness.h"
#include "tests/support/scripted_runtime.h"
#include "tests/unit/sample_routes.h"

namespace fencepost {
namespace {

using std::chrono_literals::operator""ms;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
const std::optional<std::string> kUnbounded;

std::vector<RouteDescriptor> OneRoute(std::uint64_t id) {
  return Described({{.id = id, .start = "", .end = kUnbounded, .group = 1}});
}

std::vector<RouteDescriptor> Overlapping() {
  return Described({{.id = 1, .start = "", .end = "n", .group = 1},
                    {.id = 2, .start = "m", .end = kUnbounded, .group = 2}});
}

std::unique_ptr<Engine> ReferenceEngine() {
  EngineOptions options;
  options.compatibility = Compatibility::kReference;
  return Engine::Create(std::move(options)).value();
}

// A route record under its own key, as somebody else's tool might write it.
void PutRoute(CatalogHarness& harness, const RouteDescriptor& route) {
  harness.Overwrite(CatalogRouteKey(route.route_id), EncodeRouteDescriptor(route).value());
}

// A watcher's log, and its polls without a clock.
struct Watched {
  explicit Watched(CatalogHarness& harness, Engine& engine, CatalogWatcherOptions options = {})
      : watcher(&harness.catalog(), &engine, WithLog(std::move(options))) {}

  CatalogWatcherOptions WithLog(CatalogWatcherOptions options) {
    options.log = [this](Severity, std::string_view message) { log.emplace_back(message); };
    return options;
  }

  void Poll(int polls, std::function<void(int)> between = {}) {
    ScriptedRuntime runtime([&](int poll) {
      if (between) between(poll);
      return poll < polls;
    });
    RunAwaitable(watcher.Run(&runtime)).IgnoreError();
  }

  std::vector<std::string> log;
  CatalogWatcher watcher;
};

// 14: overlapping routes are saved; every later start fails.
TEST(Hazard14, ASaveRefusesRoutesThatNoEngineCouldApply) {
  CatalogHarness harness;
  const auto saved = harness.Save(0, Overlapping());
  EXPECT_TRUE(IsError(saved.status(), Error::kRouteOverlap)) << saved.status();
  EXPECT_EQ(harness.store().commits, 0);
  const auto two_starts =
      Described({{.id = 1, .start = "a", .end = "b"}, {.id = 2, .start = "a", .end = "c"}});
  EXPECT_TRUE(IsError(harness.Save(0, two_starts).status(), Error::kRouteOverlap));
  const auto unbounded_first =
      Described({{.id = 1, .start = "", .end = kUnbounded}, {.id = 2, .start = "m", .end = "n"}});
  EXPECT_TRUE(IsError(harness.Save(0, unbounded_first).status(), Error::kRouteOverlap));
}

TEST(Hazard14, ABootstrapDoesNotSeedOverlappingRoutes) {
  CatalogHarness harness;
  const std::unique_ptr<Engine> engine = ReferenceEngine();  // which lets such routes in
  ASSERT_TRUE(engine->UpdateRoute(KeyRange{"", "n"}, GroupId(1)).ok());
  ASSERT_TRUE(engine->UpdateRoute(KeyRange{"m", kUnbounded}, GroupId(2)).ok());
  const auto ensured = RunAwaitable(EnsureCatalogSnapshot(&harness.catalog(), engine.get()));
  EXPECT_TRUE(IsError(ensured.status(), Error::kRouteOverlap)) << ensured.status();
  EXPECT_EQ(harness.DurableVersion().value(), Version(0));
}

TEST(Hazard14, ACatalogThatAlreadyOverlapsCanBeRepaired) {
  CatalogHarness harness(ReferenceCatalog());
  ASSERT_TRUE(harness.Save(0, Overlapping()).ok()) << "as the reference does";
  CatalogStore catalog(&harness.store());
  EXPECT_TRUE(RunAwaitable(catalog.Save(Version(1), OneRoute(1))).ok());
  EXPECT_TRUE(NewEngine()->ApplySnapshot(*harness.Snapshot()).ok());
}

// 15: a save can commit below the last timestamp; a snapshot then mixes two versions.
TEST(Hazard15, ASaveCommitsAboveEveryTimestampEvenOneTakenWhileItRan) {
  CatalogHarness harness;
  ASSERT_TRUE(harness.Save(0, OneRoute(1)).ok());
  Timestamp seen_by_reader;
  harness.store().before_commit = [&](const WriteBatch&) -> std::optional<absl::StatusOr<Timestamp>> {
    harness.memory().PutAt("elsewhere", "x", Timestamp(100));
    seen_by_reader = harness.memory().LastCommitTsNow();  // where a snapshot begins to read
    return std::nullopt;
  };
  const auto saved = harness.Save(1, OneRoute(2));
  ASSERT_TRUE(saved.ok()) << saved.status();
  EXPECT_GT(saved->snapshot.read_ts, seen_by_reader);
  const auto old = RunAwaitable(harness.catalog().SnapshotAt(seen_by_reader));
  EXPECT_EQ(old->version, Version(1));
  EXPECT_EQ(old->routes, OneRoute(1));
}

// 16: an existing route with id 2^64-1 makes every save fail, even the one removing it.
TEST(Hazard16, ARepairCanRemoveARouteWithTheLargestId) {
  CatalogHarness harness;
  ASSERT_TRUE(harness.Save(0, Described({{.id = 4, .start = "", .end = "m"}})).ok());
  PutRoute(harness, AsDescriptor({.id = kMax, .start = "m", .end = kUnbounded}));
  const auto repaired = harness.Save(1, Described({{.id = 3, .start = "", .end = kUnbounded}}));
  ASSERT_TRUE(repaired.ok()) << repaired.status();
  EXPECT_THAT(harness.Snapshot()->routes, SizeIs(1));
  EXPECT_EQ(harness.NextRouteId()->next, RouteId(5))
      << "the removed id must not wrap the counter, nor use it up";
}

TEST(Hazard16, ARouteWithTheLargestIdThatStaysIsStillRefused) {
  CatalogHarness harness;
  EXPECT_TRUE(IsError(harness.Save(0, OneRoute(kMax)).status(), Error::kCatalogRouteIdOverflow));
  ASSERT_TRUE(harness.Save(0, OneRoute(1)).ok());
  PutRoute(harness, OneRoute(kMax).front());
  EXPECT_TRUE(IsError(harness.Save(1, OneRoute(kMax)).status(), Error::kCatalogRouteIdOverflow));
  EXPECT_EQ(harness.store().commits, 1);
}

TEST(Hazard16, TheReferenceModeKeepsTheOldAnswer) {
  CatalogHarness harness(ReferenceCatalog());
  PutRoute(harness, OneRoute(kMax).front());
  EXPECT_TRUE(IsError(harness.Save(0, {}).status(), Error::kCatalogRouteIdOverflow));
}

// 17: without its record, the next id falls back to live routes and reissues old ids.
TEST(Hazard17, ALostNextRouteIdIsReportedAndRewrittenAboveTheDeletedIds) {
  CatalogHarness harness;
  ASSERT_TRUE(harness
                  .Save(0, Described({{.id = 1, .start = "", .end = "m"},
                                      {.id = 9, .start = "m", .end = kUnbounded}}))
                  .ok());
  harness.Erase(CatalogNextRouteIdKey());
  EXPECT_TRUE(harness.NextRouteId()->record_missing);

  const auto saved = harness.Save(1, OneRoute(2));  // deletes 1 and 9
  ASSERT_TRUE(saved.ok()) << saved.status();
  EXPECT_TRUE(saved->next_route_id_was_missing);
  EXPECT_EQ(harness.NextRouteId()->next, RouteId(10));
  EXPECT_FALSE(harness.NextRouteId()->record_missing);
  EXPECT_FALSE(harness.Save(2, {})->next_route_id_was_missing);
}

TEST(Hazard17, ACatalogSavedWithoutRoutesHasARecordToLoseToo) {
  CatalogHarness harness;
  ASSERT_FALSE(harness.Save(0, {})->next_route_id_was_missing) << "nothing was lost before the first save";
  harness.Erase(CatalogNextRouteIdKey());
  EXPECT_TRUE(harness.NextRouteId()->record_missing);
  EXPECT_TRUE(harness.Save(1, {})->next_route_id_was_missing);
}

// 18: a save that changes nothing still makes a version.
TEST(Hazard18, ASaveThatChangesNothingMakesAVersionAndSaysSo) {
  CatalogHarness harness;
  EXPECT_FALSE(harness.Save(0, OneRoute(1))->no_op);
  const auto same = harness.Save(1, OneRoute(1));
  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_TRUE(same->no_op);
  EXPECT_EQ(same->snapshot.version, Version(2));
  EXPECT_EQ(same->snapshot.routes[0].epoch, RangeEpoch(1)) << "the epoch shows that nothing moved";
  EXPECT_FALSE(harness.Save(2, {})->no_op);
}

// 19: the returned snapshot says read timestamp 0.
TEST(Hazard19, TheSnapshotOfASaveSaysItsCommitTimestamp) {
  CatalogHarness harness;
  harness.memory().PutAt("elsewhere", "x", Timestamp(41));
  const auto saved = harness.Save(0, OneRoute(1));
  ASSERT_TRUE(saved.ok()) << saved.status();
  EXPECT_EQ(saved->snapshot.read_ts, Timestamp(42));
  EXPECT_EQ(RunAwaitable(harness.catalog().SnapshotAt(saved->snapshot.read_ts))->routes,
            saved->snapshot.routes);

  CatalogHarness reference(ReferenceCatalog());
  EXPECT_EQ(reference.Save(0, OneRoute(1))->snapshot.read_ts, Timestamp(0));
}

// 20: routes without a version record count as version 0: neither seeded nor applied.
TEST(Hazard20, RoutesWithoutAVersionAreReportedAtBootstrap) {
  CatalogHarness harness;
  PutRoute(harness, OneRoute(7).front());
  const std::unique_ptr<Engine> engine = NewEngineWithDefaultRoute();
  const auto ensured = RunAwaitable(EnsureCatalogSnapshot(&harness.catalog(), engine.get()));
  EXPECT_TRUE(IsError(ensured.status(), Error::kCatalogInvalidVersionRecord)) << ensured.status();
  EXPECT_THAT(std::string(ensured.status().message()), HasSubstr("route 7"));
  EXPECT_EQ(harness.store().commits, 0);

  CatalogHarness reference(ReferenceCatalog());
  PutRoute(reference, OneRoute(7).front());
  const auto accepted = RunAwaitable(EnsureCatalogSnapshot(&reference.catalog(), engine.get()));
  ASSERT_TRUE(accepted.ok()) << accepted.status();
  EXPECT_EQ(engine->GetRoute("x")->route_id, RouteId(0)) << "and the engine ignores them";
}

TEST(Hazard20, ASaveDoesNotTakeALostVersionForVersionZero) {
  CatalogHarness harness;
  ASSERT_TRUE(harness.Save(0, OneRoute(1)).ok());
  ASSERT_TRUE(harness.Save(1, OneRoute(1)).ok());
  harness.Erase(CatalogVersionKey());
  EXPECT_TRUE(IsError(harness.Save(0, OneRoute(2)).status(), Error::kCatalogInvalidVersionRecord))
      << "versions 1 and 2 would be given out a second time";
  EXPECT_EQ(harness.store().commits, 2);
  harness.Erase(CatalogRouteKey(RouteId(1)));
  EXPECT_TRUE(IsError(harness.Save(0, OneRoute(2)).status(), Error::kCatalogInvalidVersionRecord))
      << "the next route id shows that there was a catalog";
  harness.Overwrite(CatalogVersionKey(), EncodeCatalogVersion(Version(2)));
  EXPECT_TRUE(harness.Save(2, OneRoute(2)).ok()) << "restored, it can be saved again";

  CatalogHarness reference(ReferenceCatalog());
  PutRoute(reference, OneRoute(7).front());
  EXPECT_TRUE(reference.Save(0, OneRoute(8)).ok());
}

// 21: a short record leaks a raw I/O error.
TEST(Hazard21, AShortRecordHasItsOwnNameAndKey) {
  CatalogHarness harness;
  ASSERT_TRUE(harness.Save(0, OneRoute(1)).ok());
  const std::string record = *harness.Stored(CatalogRouteKey(RouteId(1)));
  for (std::size_t size = 0; size < record.size(); ++size) {
    harness.Overwrite(CatalogRouteKey(RouteId(1)), record.substr(0, size));
    const absl::Status status = harness.Snapshot().status();
    EXPECT_TRUE(IsError(status, Error::kCatalogInvalidRouteRecord)) << size << " bytes: " << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(QuoteKey(CatalogRouteKey(RouteId(1)))));
  }
}

// 22: a batch with one bad operation stays half applied.
TEST(Hazard22, ABatchIsAppliedWholeOrNotAtAll) {
  MemoryStore store;
  store.PutAt("k", "moved on", Timestamp(5));
  for (const auto& keys : {std::vector<std::string>{"a", "k", "z"}, {"k", "a", "z"}, {"a", "z", "k"}}) {
    WriteBatch batch;
    batch.read_ts = Timestamp(4);
    for (const std::string& key : keys) batch.mutations.push_back(Mutation{key, "half"});
    EXPECT_TRUE(IsError(store.CommitNow(batch).status(), Error::kWriteConflict));
    EXPECT_TRUE(IsError(store.ApplyAt(batch, Timestamp(9)), Error::kWriteConflict));
    EXPECT_EQ(store.Scan(KeyRange{"", kUnbounded}, 9, Timestamp::Max()).value(),
              (std::vector<KeyValue>{{"k", "moved on", Timestamp(5)}}));
  }
}

// 23: compaction between two reads of one snapshot.
TEST(Hazard23, ASnapshotCompactedAwayIsReadAgainAtAFreshTimestamp) {
  CatalogHarness harness;
  ASSERT_TRUE(harness.Save(0, OneRoute(1)).ok());
  harness.store().before_scan = [&](const KeyRange&, Timestamp) {
    harness.store().before_scan = nullptr;
    CatalogStore rival(&harness.memory());
    EXPECT_TRUE(RunAwaitable(rival.Save(Version(1), OneRoute(2))).ok());
    harness.memory().Compact(harness.memory().LastCommitTsNow());
    return absl::OkStatus();
  };
  const auto snapshot = harness.Snapshot();
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  EXPECT_EQ(snapshot->version, Version(2));
  EXPECT_EQ(snapshot->routes, OneRoute(2));
  EXPECT_EQ(snapshot->read_ts, Timestamp(2));
}

// What makes every read come too late: each one is overtaken by a write and a compaction.
void CompactAwayEveryRead(CatalogHarness& harness, int& overtaken) {
  harness.store().before_get = [&harness, &overtaken](const std::string&, Timestamp) {
    ++overtaken;
    harness.Overwrite("elsewhere", "x");
    harness.memory().Compact(harness.memory().LastCommitTsNow());
    return absl::OkStatus();
  };
}

TEST(Hazard23, ARaceLostTooOftenIsReported) {
  CatalogStoreOptions options;
  options.max_read_attempts = 3;
  CatalogHarness harness(options);
  ASSERT_TRUE(harness.Save(0, OneRoute(1)).ok());
  int overtaken = 0;
  CompactAwayEveryRead(harness, overtaken);
  EXPECT_TRUE(IsError(harness.Snapshot().status(), Error::kReadTimestampCompacted));
  EXPECT_EQ(overtaken, 3);
  overtaken = 0;
  EXPECT_TRUE(IsError(harness.Save(1, OneRoute(2)).status(), Error::kReadTimestampCompacted));
  EXPECT_EQ(overtaken, 3) << "a save reads again too";
  EXPECT_EQ(harness.store().commits, 1);
}

TEST(Hazard23, AWatchersPollReadsAgainToo) {
  CatalogHarness harness;
  ASSERT_TRUE(harness.Save(0, OneRoute(1)).ok());
  const std::unique_ptr<Engine> engine = NewEngine();
  Watched watched(harness, *engine);
  harness.store().before_scan = [&](const KeyRange&, Timestamp) {
    harness.store().before_scan = nullptr;
    harness.Overwrite("elsewhere", "x");
    harness.memory().Compact(harness.memory().LastCommitTsNow());
    return absl::OkStatus();
  };
  EXPECT_EQ(RunAwaitable(watched.watcher.SyncOnce()).value(), SyncOutcome::kApplied);
}

// 24: same version, different content, silently accepted: two processes never converge.
TEST(Hazard24, TwoCatalogsThatClaimOneVersionAreFoundCountedAndLoggedOnce) {
  CatalogHarness harness;
  ASSERT_TRUE(harness.Save(0, OneRoute(1)).ok());
  const std::unique_ptr<Engine> engine = NewEngine();
  ASSERT_TRUE(engine->ApplySnapshot(SnapshotOf(1, EverythingTo(77))).ok());  // of another catalog
  CatalogWatcherOptions options;
  options.verify_every_polls = 2;
  Watched watched(harness, *engine, options);
  watched.Poll(12);
  EXPECT_THAT(watched.log, ElementsAre(HasSubstr("two catalogs claim version 1")));
  EXPECT_GE(watched.watcher.stats().same_version_different_content, 2u);
  EXPECT_EQ(engine->GetRoute("x")->group_id, GroupId(77)) << "nothing changes";

  ASSERT_TRUE(harness.Save(1, OneRoute(1)).ok());  // the next version settles it
  watched.Poll(1);
  EXPECT_THAT(watched.log, ElementsAre(HasSubstr("two catalogs"),
                                       HasSubstr("in order again; the engine is at version 2")));
}

TEST(Hazard24, AnotherApplierOfAnotherContentIsADistinctOutcome) {
  CatalogHarness harness;
  ASSERT_TRUE(harness.Save(0, OneRoute(1)).ok());
  const std::unique_ptr<Engine> engine = NewEngine();
  Watched watched(harness, *engine);
  harness.store().before_scan = [&](const KeyRange&, Timestamp) {
    EXPECT_TRUE(engine->ApplySnapshot(SnapshotOf(1, EverythingTo(77))).ok());
    return absl::OkStatus();
  };
  EXPECT_EQ(RunAwaitable(watched.watcher.SyncOnce()).value(), SyncOutcome::kSameVersionDifferentContent);
  EXPECT_EQ(watched.watcher.stats().same_version_different_content, 1u);
  EXPECT_EQ(RunAwaitable(watched.watcher.SyncOnce()).value(), SyncOutcome::kUpToDate);
  EXPECT_THAT(watched.log, SizeIs(1)) << "a version alone is no evidence that the contents agree again";
}

TEST(Hazard24, ADifferenceOnceFoundIsFollowedUntilItIsGone) {
  CatalogHarness harness;
  ASSERT_TRUE(harness.Save(0, OneRoute(1)).ok());
  const std::unique_ptr<Engine> engine = NewEngine();
  CatalogWatcherOptions options;
  options.verify_every_polls = 0;  // not by chance, then
  Watched watched(harness, *engine, options);
  harness.store().before_scan = [&](const KeyRange&, Timestamp) {
    engine->ApplySnapshot(SnapshotOf(1, EverythingTo(77))).IgnoreError();
    return absl::OkStatus();
  };
  watched.Poll(8);
  EXPECT_EQ(watched.watcher.stats().same_version_different_content, 4u) << "scans at polls 1, 2, 4 and 8";
  EXPECT_EQ(watched.watcher.stats().scans_skipped, 4u);
  harness.Erase(CatalogRouteKey(RouteId(1)));
  PutRoute(harness, Described(EverythingTo(77)).front());  // the right catalog, restored at the same version
  watched.Poll(8);
  EXPECT_THAT(watched.log, ElementsAre(HasSubstr("two catalogs"), HasSubstr("in order again")));
}

// 25: the loser of a bootstrap race fails instead of adopting the winner's catalog.
TEST(Hazard25, TheLoserOfABootstrapRaceAdoptsTheWinnersCatalog) {
  CatalogHarness harness;
  harness.store().before_commit = [&](const WriteBatch&) -> std::optional<absl::StatusOr<Timestamp>> {
    CatalogStore rival(&harness.memory());
    EXPECT_TRUE(RunAwaitable(rival.Save(Version(0), OneRoute(5))).ok());
    return std::nullopt;
  };
  const std::unique_ptr<Engine> engine = NewEngineWithDefaultRoute();
  const auto ensured = RunAwaitable(EnsureCatalogSnapshot(&harness.catalog(), engine.get()));
  ASSERT_TRUE(ensured.ok()) << ensured.status();
  EXPECT_EQ(ensured->routes, OneRoute(5));
  EXPECT_EQ(engine->GetRoute("x")->route_id, RouteId(5));
  EXPECT_EQ(harness.DurableVersion().value(), Version(1));
}

TEST(Hazard25, ABootstrapWhoseOutcomeIsUnknownIsSettledOrReported) {
  for (const bool landed : {true, false}) {
    CatalogHarness harness;
    harness.store().before_commit = [&](const WriteBatch& batch) {
      if (landed) {
        EXPECT_TRUE(harness.memory().CommitNow(batch).ok());
      }
      return std::optional<absl::StatusOr<Timestamp>>(
          MakeError(Error::kCommitOutcomeUnknown, "connection lost"));
    };
    const std::unique_ptr<Engine> engine = NewEngineWithDefaultRoute();
    const auto ensured = RunAwaitable(EnsureCatalogSnapshot(&harness.catalog(), engine.get()));
    EXPECT_EQ(ensured.ok(), landed) << ensured.status();
    if (!landed) {
      EXPECT_TRUE(IsError(ensured.status(), Error::kCommitOutcomeUnknown)) << ensured.status();
    }
    EXPECT_EQ(engine->CurrentVersion(), Version(landed ? 1 : 0));
  }
}

// 26: a catalog restored to an older version is invisible: sync says OK for ever.
TEST(Hazard26, ACatalogThatWentBackIsADistinctOutcomeLoggedOnce) {
  CatalogHarness harness;
  const std::unique_ptr<Engine> engine = NewEngine();
  Watched watched(harness, *engine);
  for (std::uint64_t version = 0; version < 5; ++version)
    ASSERT_TRUE(harness.Save(version, OneRoute(1)).ok());
  watched.Poll(1);
  ASSERT_EQ(engine->CurrentVersion(), Version(5));

  harness.Overwrite(CatalogVersionKey(), EncodeCatalogVersion(Version(2)));
  EXPECT_EQ(RunAwaitable(watched.watcher.SyncOnce()).value(), SyncOutcome::kCatalogWentBack);
  watched.Poll(10);
  EXPECT_EQ(engine->CurrentVersion(), Version(5)) << "the engine stays";
  EXPECT_EQ(watched.watcher.stats().catalog_went_back, 11u);
  EXPECT_THAT(watched.log, ElementsAre(testing::AllOf(HasSubstr("version 2"), HasSubstr("version 5"))));

  for (std::uint64_t version = 2; version < 6; ++version)
    ASSERT_TRUE(harness.Save(version, OneRoute(1)).ok());
  watched.Poll(1);
  EXPECT_EQ(engine->CurrentVersion(), Version(6));
  EXPECT_THAT(watched.log, SizeIs(2)) << "and when it has caught up, that is said";
}

TEST(Hazard26, ACatalogThatWasWipedWentBackToo) {
  CatalogHarness harness;
  const std::unique_ptr<Engine> engine = NewEngine();
  ASSERT_TRUE(engine->ApplySnapshot(SnapshotOf(3, EverythingTo(1))).ok());
  Watched watched(harness, *engine);
  EXPECT_EQ(RunAwaitable(watched.watcher.SyncOnce()).value(), SyncOutcome::kCatalogWentBack);
}

// 34: a catalog that cannot be applied is rescanned in full on every poll.
TEST(Hazard34, AnUnappliableCatalogIsScannedEverMoreRarely) {
  CatalogHarness harness(ReferenceCatalog());
  ASSERT_TRUE(harness.Save(0, Overlapping()).ok());
  const std::unique_ptr<Engine> engine = NewEngine();
  CatalogWatcherOptions options;
  options.interval = 100ms;
  options.max_backoff = 800ms;
  Watched watched(harness, *engine, options);
  std::string pattern;
  int scans_before = harness.FullScans();
  watched.Poll(24, [&](int) {
    pattern += harness.FullScans() == scans_before ? '.' : 's';
    scans_before = harness.FullScans();
  });
  EXPECT_EQ(pattern, "ss.s...s.......s.......s");
  EXPECT_EQ(watched.watcher.stats().scans_skipped, 18u);
  EXPECT_EQ(watched.watcher.stats().failures, 6u);
  EXPECT_THAT(watched.log, ElementsAre(HasSubstr("EngineSnapshotRouteOverlap")));
}

TEST(Hazard34, ARepairBySavingIsNoticedAtOnce) {
  CatalogHarness harness(ReferenceCatalog());
  ASSERT_TRUE(harness.Save(0, Overlapping()).ok());
  const std::unique_ptr<Engine> engine = NewEngine();
  Watched watched(harness, *engine);
  watched.Poll(41, [&](int poll) {
    if (poll == 40) {
      ASSERT_TRUE(harness.Save(1, OneRoute(1)).ok());
    }
  });
  EXPECT_EQ(engine->CurrentVersion(), Version(2));
  EXPECT_THAT(watched.log, ElementsAre(HasSubstr("EngineSnapshotRouteOverlap"), HasSubstr("in order again")));
}

TEST(Hazard34, ARepairInPlaceIsNoticedWithinTheLongestWait) {
  CatalogHarness harness;
  ASSERT_TRUE(harness.Save(0, OneRoute(1)).ok());
  const std::string good = *harness.Stored(CatalogRouteKey(RouteId(1)));
  harness.Overwrite(CatalogRouteKey(RouteId(1)), "broken");
  const std::unique_ptr<Engine> engine = NewEngine();
  Watched watched(harness, *engine);  // waits at most 10 s, which is 100 polls
  int applied_at = 0;
  watched.Poll(601, [&](int poll) {
    if (poll == 500) harness.Overwrite(CatalogRouteKey(RouteId(1)), good);
    if (applied_at == 0 && engine->CurrentVersion() == Version(1)) applied_at = poll;
  });
  EXPECT_GT(applied_at, 500);
  EXPECT_LE(applied_at, 600);
}

TEST(Hazard34, AnUnreachableStoreIsNotTakenForABadCatalog) {
  CatalogHarness harness;
  ASSERT_TRUE(harness.Save(0, OneRoute(1)).ok());
  const std::unique_ptr<Engine> engine = NewEngine();
  Watched watched(harness, *engine);
  harness.store().before_scan = [](const KeyRange&, Timestamp) {
    return absl::UnavailableError("store down");
  };
  watched.Poll(20, [&](int poll) {
    if (poll == 19) harness.store().before_scan = nullptr;
  });
  EXPECT_EQ(watched.watcher.stats().scans_skipped, 0u);
  EXPECT_EQ(engine->CurrentVersion(), Version(1)) << "the first poll after the outage applies";
}

}  // namespace
}  // namespace fencepost
