#include "fencepost/engine/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "fencepost/base/error.h"
#include "tests/unit/sample_routes.h"

namespace fencepost {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::optional<std::string> kUnbounded;

std::unique_ptr<Engine> EngineWith(EngineOptions options) {
  return Engine::Create(std::move(options)).value();
}

std::unique_ptr<Engine> EngineWithThreshold(std::uint64_t threshold,
                                            Compatibility compatibility = Compatibility::kNone) {
  EngineOptions options;
  options.hotspot_threshold = threshold;
  options.compatibility = compatibility;
  return EngineWith(std::move(options));
}

ApplyOutcome Apply(Engine& engine, const CatalogSnapshot& snapshot) {
  return engine.ApplySnapshot(snapshot).value();
}

std::vector<std::string> StartsOf(const std::vector<Route>& routes) {
  std::vector<std::string> starts;
  for (const Route& route : routes) starts.push_back(route.start);
  return starts;
}

std::vector<SampleRoute> TwoHalves() {
  return {{.id = 1, .start = "", .end = "m", .group = 7, .epoch = 5},
          {.id = 2, .start = "m", .end = kUnbounded, .group = 8, .epoch = 6}};
}

// Splits every range at the key it was made with.
class FixedCut final : public HotspotPolicy {
 public:
  explicit FixedCut(std::string cut) : cut_(std::move(cut)) {}
  std::optional<std::string> SplitKey(const KeyRange& /*range*/,
                                      std::span<const std::string> /*sampled_keys*/) const override {
    return cut_;
  }
  std::size_t sample_size() const override { return 0; }

 private:
  std::string cut_;
};

TEST(Engine, StartsWithoutRoutesAtVersionZeroAndNothingRecorded) {
  const std::unique_ptr<Engine> engine = NewEngine();
  EXPECT_EQ(engine->CurrentVersion(), Version(0));
  EXPECT_FALSE(engine->GetRoute("k").has_value());
  EXPECT_FALSE(engine->Current().has_value());
  EXPECT_FALSE(engine->SnapshotAt(Version(0)).has_value());
  EXPECT_THAT(engine->Stats(), IsEmpty());
  EXPECT_EQ(engine->HistoryDepth(), kDefaultRouteHistoryDepth);
}

TEST(Engine, TheDefaultRouteCoversEverythingAndIsRecordedAsVersionZero) {
  const std::unique_ptr<Engine> engine = NewEngineWithDefaultRoute();
  const std::optional<Route> route = engine->GetRoute("any key");
  ASSERT_TRUE(route.has_value());
  Route expected;
  expected.group_id = GroupId(1);
  EXPECT_EQ(*route, expected);
  EXPECT_EQ(engine->CurrentVersion(), Version(0));
  ASSERT_TRUE(engine->Current().has_value());
  EXPECT_EQ(engine->Current()->OwnerOf("any key"), GroupId(1));
}

TEST(Engine, ASnapshotReplacesRoutesAndVersionAndIsRecorded) {
  const std::unique_ptr<Engine> engine = NewEngineWithDefaultRoute();
  EXPECT_EQ(Apply(*engine, SnapshotOf(4, TwoHalves())), ApplyOutcome::kApplied);
  EXPECT_EQ(engine->CurrentVersion(), Version(4));
  const std::optional<Route> route = engine->GetRoute("x");
  ASSERT_TRUE(route.has_value());
  EXPECT_EQ(route->route_id, RouteId(2));
  EXPECT_EQ(route->group_id, GroupId(8));
  EXPECT_EQ(route->epoch, RangeEpoch(6));
  EXPECT_EQ(engine->Current()->version(), Version(4));
  EXPECT_EQ(engine->SnapshotAt(Version(0))->OwnerOf("x"), GroupId(1)) << "the version before";
  EXPECT_FALSE(engine->SnapshotAt(Version(3)).has_value()) << "a version that was skipped";
}

TEST(Engine, AnEmptyRouteSetIsAVersionLikeAnother) {
  const std::unique_ptr<Engine> engine = NewEngineWithDefaultRoute();
  EXPECT_EQ(Apply(*engine, SnapshotOf(1, {})), ApplyOutcome::kApplied);
  EXPECT_FALSE(engine->GetRoute("k").has_value());
  EXPECT_EQ(engine->Current()->OwnerOf("k"), std::nullopt);
}

TEST(Engine, AnOlderSnapshotIsStaleWhateverItsRoutes) {
  const std::unique_ptr<Engine> engine = NewEngine();
  Apply(*engine, SnapshotOf(4, TwoHalves()));
  const absl::Status status =
      engine->ApplySnapshot(SnapshotOf(3, {{.id = 0, .start = "b", .end = "a"}})).status();
  EXPECT_TRUE(IsError(status, Error::kEngineSnapshotVersionStale)) << status;
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("version 3"));
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("version 4"));
}

TEST(Engine, ARefusedSnapshotChangesNothing) {
  const std::unique_ptr<Engine> engine = NewEngine();
  Apply(*engine, SnapshotOf(4, TwoHalves()));
  engine->RecordAccess("x");
  const std::vector<Route> before = engine->Stats();
  const std::vector<std::vector<SampleRoute>> refused = {
      {{.id = 0, .start = "a", .end = "b"}},
      {{.id = 1, .start = "a", .end = "b"}, {.id = 1, .start = "b", .end = "c"}},
      {{.id = 1, .start = "a", .end = "c"}, {.id = 2, .start = "b", .end = "d"}},
      {{.id = 1, .start = "a", .end = kUnbounded}, {.id = 2, .start = "b", .end = "d"}}};
  for (const std::vector<SampleRoute>& routes : refused) {
    EXPECT_FALSE(engine->ApplySnapshot(SnapshotOf(5, routes)).ok());
    EXPECT_EQ(engine->Stats(), before);
    EXPECT_EQ(engine->CurrentVersion(), Version(4));
    EXPECT_FALSE(engine->SnapshotAt(Version(5)).has_value());
  }
}

TEST(Engine, TheSameVersionAgainKeepsLoadsAndSplits) {
  const std::unique_ptr<Engine> engine = NewEngine();
  Apply(*engine, SnapshotOf(4, TwoHalves()));
  engine->RecordAccess("x");
  EXPECT_EQ(Apply(*engine, SnapshotOf(4, TwoHalves())), ApplyOutcome::kSameVersion);
  EXPECT_EQ(engine->GetRoute("x")->load, 1u);
}

TEST(Engine, LoadsStartAtZeroWithEachVersion) {
  const std::unique_ptr<Engine> engine = NewEngine();
  Apply(*engine, SnapshotOf(4, TwoHalves()));
  engine->RecordAccess("x");
  engine->RecordAccess("y");
  engine->RecordAccess("a");
  EXPECT_EQ(engine->GetRoute("x")->load, 2u);
  EXPECT_EQ(engine->GetRoute("a")->load, 1u);
  Apply(*engine, SnapshotOf(5, TwoHalves()));
  EXPECT_EQ(engine->GetRoute("x")->load, 0u);
}

TEST(Engine, AnAccessOutsideEveryRouteCountsNowhere) {
  const std::unique_ptr<Engine> engine = EngineWithThreshold(1);
  Apply(*engine, SnapshotOf(1, {{.id = 1, .start = "b", .end = "c"}}));
  engine->RecordAccess("a");
  engine->RecordAccess("c");
  ASSERT_EQ(engine->Stats().size(), 1u);
  EXPECT_EQ(engine->Stats()[0].load, 0u);
}

TEST(Engine, TimestampsCountFromOneAndEachIsGivenOnce) {
  const std::unique_ptr<Engine> engine = NewEngine();
  constexpr std::size_t kThreads = 4;
  constexpr std::size_t kEach = 2000;
  std::vector<std::vector<std::uint64_t>> taken(kThreads);
  std::vector<std::thread> threads;
  for (std::vector<std::uint64_t>& mine : taken) {
    threads.emplace_back([&engine, &mine] {
      for (std::size_t i = 0; i < kEach; ++i) mine.push_back(engine->NextTimestamp());
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<std::uint64_t> all;
  for (const std::vector<std::uint64_t>& mine : taken) {
    EXPECT_TRUE(std::is_sorted(mine.begin(), mine.end()));
    all.insert(all.end(), mine.begin(), mine.end());
  }
  std::sort(all.begin(), all.end());
  ASSERT_EQ(all.size(), kThreads * kEach);
  for (std::size_t i = 0; i < all.size(); ++i) ASSERT_EQ(all[i], i + 1);
}

TEST(Engine, EphemeralRoutesCanBeAddedBeforeTheFirstSnapshot) {
  const std::unique_ptr<Engine> engine = NewEngine();
  EXPECT_EQ(engine->UpdateRoute(KeyRange{"m", kUnbounded}, GroupId(2)), absl::OkStatus());
  EXPECT_EQ(engine->UpdateRoute(KeyRange{"a", "m"}, GroupId(1)), absl::OkStatus());
  EXPECT_THAT(StartsOf(engine->Stats()), ElementsAre("a", "m"));
  EXPECT_EQ(engine->GetRoute("b")->group_id, GroupId(1));
  EXPECT_EQ(engine->GetRoute("b")->route_id, RouteId(0));
  EXPECT_EQ(engine->CurrentVersion(), Version(0));
  EXPECT_FALSE(engine->Current().has_value()) << "an ephemeral change is not recorded";
}

TEST(Engine, AnEphemeralRouteNeedsAGroupAndARange) {
  const std::unique_ptr<Engine> engine = NewEngine();
  EXPECT_TRUE(IsError(engine->UpdateRoute(KeyRange{"a", "b"}, GroupId(0)), Error::kCatalogGroupIdRequired));
  EXPECT_TRUE(IsError(engine->UpdateRoute(KeyRange{"b", "b"}, GroupId(1)), Error::kCatalogInvalidRouteRange));
  EXPECT_TRUE(IsError(engine->UpdateRoute(KeyRange{"a", ""}, GroupId(1)), Error::kCatalogInvalidRouteRange));
  EXPECT_THAT(engine->Stats(), IsEmpty());
}

TEST(Engine, SplitsABoundedRouteWhenItReachesTheThreshold) {
  const std::unique_ptr<Engine> engine = EngineWithThreshold(4);
  Apply(*engine, SnapshotOf(1, {{.id = 1, .start = "a", .end = "z", .group = 7, .epoch = 5}}));
  engine->RecordAccess("b");
  engine->RecordAccess("c");
  engine->RecordAccess("r");
  ASSERT_EQ(engine->Stats().size(), 1u);
  EXPECT_EQ(engine->Stats()[0].load, 3u);

  engine->RecordAccess("s");
  const std::vector<Route> halves = engine->Stats();
  ASSERT_EQ(halves.size(), 2u);
  EXPECT_EQ(halves[0].range(), (KeyRange{"a", "r"}));
  EXPECT_EQ(halves[1].range(), (KeyRange{"r", "z"}));
  for (const Route& half : halves) {
    EXPECT_EQ(half.route_id, RouteId(0));
    EXPECT_EQ(half.group_id, GroupId(7));
    EXPECT_EQ(half.load, 0u);
    EXPECT_EQ(half.epoch, RangeEpoch(0));
  }
}

TEST(Engine, ASplitLeavesVersionAndHistoryAloneAndIsLostAtTheNextSnapshot) {
  const std::unique_ptr<Engine> engine = EngineWithThreshold(2);
  Apply(*engine, SnapshotOf(1, {{.id = 1, .start = "a", .end = "z", .group = 7}}));
  engine->RecordAccess("b");
  engine->RecordAccess("c");
  ASSERT_EQ(engine->Stats().size(), 2u);
  EXPECT_EQ(engine->CurrentVersion(), Version(1));
  EXPECT_EQ(engine->Current()->table().size(), 1u);
  EXPECT_EQ(Apply(*engine, SnapshotOf(1, {{.id = 1, .start = "a", .end = "z", .group = 7}})),
            ApplyOutcome::kSameVersion)
      << "compared with what was recorded, not with the split table";
  Apply(*engine, SnapshotOf(2, {{.id = 1, .start = "a", .end = "z", .group = 7}}));
  EXPECT_EQ(engine->Stats().size(), 1u);
}

TEST(Engine, ARouteThatCannotBeSplitHasItsCounterReset) {
  const std::unique_ptr<Engine> engine = EngineWithThreshold(2);
  Apply(*engine, SnapshotOf(1, TwoHalves()));
  engine->RecordAccess("x");
  engine->RecordAccess("y");
  EXPECT_EQ(engine->GetRoute("x")->load, 0u) << "unbounded";
  engine->RecordAccess("a");
  engine->RecordAccess("a");
  EXPECT_EQ(engine->GetRoute("a")->load, 0u) << "all load on one key";
  EXPECT_EQ(engine->Stats().size(), 2u);
}

TEST(Engine, AThresholdOfZeroNeverSplits) {
  const std::unique_ptr<Engine> engine = NewEngineWithThreshold(0);
  Apply(*engine, SnapshotOf(1, {{.id = 1, .start = "a", .end = "z"}}));
  for (int i = 0; i < 100; ++i) engine->RecordAccess(i % 2 == 0 ? "b" : "x");
  ASSERT_EQ(engine->Stats().size(), 1u);
  EXPECT_EQ(engine->Stats()[0].load, 100u);
}

TEST(Engine, APolicyThatCutsOutsideTheRangeIsNotFollowed) {
  for (const char* cut : {"a", "z", "0", "zz"}) {
    EngineOptions options;
    options.hotspot_threshold = 1;
    options.hotspot_policy = std::make_shared<FixedCut>(cut);
    const std::unique_ptr<Engine> engine = EngineWith(std::move(options));
    Apply(*engine, SnapshotOf(1, {{.id = 1, .start = "a", .end = "z"}}));
    engine->RecordAccess("k");
    ASSERT_EQ(engine->Stats().size(), 1u) << "cut at " << cut;
    EXPECT_EQ(engine->Stats()[0].load, 0u) << "cut at " << cut;
  }
}

TEST(Engine, ASplitElsewhereKeepsTheLoadsOfOtherRoutes) {
  const std::unique_ptr<Engine> engine = EngineWithThreshold(3);
  Apply(*engine, SnapshotOf(1, {{.id = 1, .start = "a", .end = "m"}, {.id = 2, .start = "m", .end = "z"}}));
  engine->RecordAccess("x");
  engine->RecordAccess("y");
  for (const char* key : {"b", "c", "d"}) engine->RecordAccess(key);
  ASSERT_EQ(engine->Stats().size(), 3u);
  EXPECT_EQ(engine->GetRoute("x")->load, 2u);
  engine->RecordAccess("x");
  EXPECT_EQ(engine->Stats().size(), 4u) << "the third access to it";
}

TEST(Engine, HotHalvesSplitAgainByTheLoadTheyHaveThemselves) {
  const std::unique_ptr<Engine> engine = EngineWithThreshold(40);
  Apply(*engine, SnapshotOf(1, {{.id = 1, .start = "key", .end = "kez"}}));
  for (int round = 0; round < 40; ++round) {
    for (const char* key : {"key/1", "key/2", "key/3", "key/4"}) engine->RecordAccess(key);
  }
  EXPECT_THAT(StartsOf(engine->Stats()), ElementsAre("key", "key/2", "key/3", "key/4"));
}

TEST(Engine, InReferenceModeSplitsPeelOffAKeyAndAreActive) {
  const std::unique_ptr<Engine> engine = EngineWithThreshold(1, Compatibility::kReference);
  Apply(*engine, SnapshotOf(1, {{.id = 1, .start = "a", .end = "z", .state = RouteState::kMigratingSource}}));
  engine->RecordAccess("k");
  const std::vector<Route> halves = engine->Stats();
  EXPECT_THAT(StartsOf(halves), ElementsAre("a", std::string("a\0", 2)));
  for (const Route& half : halves) EXPECT_EQ(half.state, RouteState::kActive);
}

TEST(Engine, InReferenceModeASplitKeepsOverlappingRoutesInOrder) {
  EngineOptions options;
  options.hotspot_threshold = 1;
  options.compatibility = Compatibility::kReference;
  options.hotspot_policy = std::make_shared<FixedCut>("p");
  const std::unique_ptr<Engine> engine = EngineWith(std::move(options));
  ASSERT_TRUE(engine->UpdateRoute(KeyRange{"a", "z"}, GroupId(1)).ok());
  ASSERT_TRUE(engine->UpdateRoute(KeyRange{"g", "h"}, GroupId(2)).ok());
  engine->RecordAccess("b");
  EXPECT_THAT(StartsOf(engine->Stats()), ElementsAre("a", "g", "p"));
  EXPECT_EQ(engine->GetRoute("q")->group_id, GroupId(1));
  EXPECT_EQ(engine->GetRoute("q")->load, 0u);
}

TEST(Engine, TheRingHoldsTheLastRecordedVersionsAndItsDepthCanChange) {
  EngineOptions options;
  options.history_depth = 3;
  const std::unique_ptr<Engine> engine = EngineWith(std::move(options));
  for (const std::uint64_t version : {2u, 4u, 6u, 8u}) {
    Apply(*engine, SnapshotOf(version, EverythingTo(version)));
  }
  EXPECT_FALSE(engine->SnapshotAt(Version(2)).has_value());
  EXPECT_EQ(engine->SnapshotAt(Version(4))->OwnerOf("k"), GroupId(4));
  EXPECT_EQ(engine->SetHistoryDepthForTest(1), absl::OkStatus());
  EXPECT_EQ(engine->HistoryDepth(), 1u);
  EXPECT_FALSE(engine->SnapshotAt(Version(6)).has_value());
  EXPECT_EQ(engine->Current()->OwnerOf("k"), GroupId(8));
  EXPECT_EQ(engine->GetRoute("k")->group_id, GroupId(8));
}

TEST(Engine, AHistoryOfNoDepthIsRefused) {
  EngineOptions options;
  options.history_depth = 0;
  EXPECT_TRUE(IsError(Engine::Create(options).status(), Error::kHistoryDepthRequired));
  EXPECT_TRUE(IsError(NewEngineWithDefaultRoute(options).status(), Error::kHistoryDepthRequired));
  const std::unique_ptr<Engine> engine = NewEngineWithDefaultRoute();
  EXPECT_TRUE(IsError(engine->SetHistoryDepthForTest(0), Error::kHistoryDepthRequired));
  EXPECT_EQ(engine->HistoryDepth(), kDefaultRouteHistoryDepth);
}

TEST(Engine, ManyEnginesReadInTurnOnOneThreadKeepApart) {
  std::vector<std::unique_ptr<Engine>> engines;
  for (std::uint64_t i = 1; i <= 150; ++i) {
    engines.push_back(NewEngine());
    Apply(*engines.back(), SnapshotOf(i, EverythingTo(i)));
  }
  for (int round = 0; round < 2; ++round) {
    for (std::uint64_t i = 1; i <= engines.size(); ++i) {
      ASSERT_EQ(engines[i - 1]->CurrentVersion(), Version(i));
      ASSERT_EQ(engines[i - 1]->GetRoute("k")->group_id, GroupId(i));
    }
  }
  engines[70] = NewEngine();
  EXPECT_FALSE(engines[70]->GetRoute("k").has_value()) << "an engine made anew remembers nothing";
}

TEST(Engine, AHistoryHandedOutOutlivesTheEngine) {
  std::unique_ptr<Engine> engine = NewEngineWithDefaultRoute();
  Apply(*engine, SnapshotOf(1, EverythingTo(5)));
  const RouteHistory history = engine->History();
  const std::optional<RouteHistorySnapshot> first = engine->SnapshotAt(Version(0));
  engine.reset();
  EXPECT_EQ(history.current_version(), Version(1));
  EXPECT_EQ(history.Current()->OwnerOf("k"), GroupId(5));
  EXPECT_EQ(first->OwnerOf("k"), GroupId(1));
}

}  // namespace
}  // namespace fencepost
