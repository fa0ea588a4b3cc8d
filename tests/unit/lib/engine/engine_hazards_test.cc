// Each mistake that the reference makes in its engine or its fence, staged, and the answer this library
// gives. The number is the hazard's row in the table of hazards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "fencepost/base/error.h"
#include "fencepost/engine/engine.h"
#include "fencepost/fence/owner_fence.h"
#include "tests/unit/sample_routes.h"

namespace fencepost {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

const std::optional<std::string> kUnbounded;

std::unique_ptr<Engine> EngineWithThreshold(std::uint64_t threshold) {
  EngineOptions options;
  options.hotspot_threshold = threshold;
  return Engine::Create(std::move(options)).value();
}

std::unique_ptr<Engine> ReferenceEngine() {
  EngineOptions options;
  options.compatibility = Compatibility::kReference;
  return Engine::Create(std::move(options)).value();
}

void Apply(Engine& engine, const CatalogSnapshot& snapshot) {
  ASSERT_EQ(engine.ApplySnapshot(snapshot).value(), ApplyOutcome::kApplied);
}

const std::vector<std::string> kWrittenKeys = {"k"};

// 6: version 0 means both "unpinned" and "the default table".
TEST(Hazard6, APinOnVersionZeroIsJudgedByTheDefaultTableAndIsNotUnpinned) {
  const std::unique_ptr<Engine> engine = NewEngineWithDefaultRoute();  // everything to group 1
  Apply(*engine, SnapshotOf(1, EverythingTo(2)));
  const ObservedVersion zero = ObservedVersion::At(Version(0));
  ASSERT_TRUE(zero.pinned());
  EXPECT_TRUE(
      IsError(CheckOwnerFence(engine->History(), GroupId(2), zero, kWrittenKeys), Error::kOwnershipMoved))
      << "group 2 owned nothing at version 0";
  EXPECT_EQ(CheckOwnerFence(engine->History(), GroupId(2), ObservedVersion::Unpinned(), kWrittenKeys),
            absl::OkStatus());
}

TEST(Hazard6, APinOnVersionZeroLetsInWhatStayed) {
  const std::unique_ptr<Engine> engine = NewEngineWithDefaultRoute();
  Apply(*engine, SnapshotOf(1, EverythingTo(1)));
  EXPECT_EQ(CheckOwnerFence(engine->History(), GroupId(1), ObservedVersion::At(Version(0)), kWrittenKeys),
            absl::OkStatus());
}

// 11: route states are enforced nowhere.
TEST(Hazard11, AFencedRouteKeepsItsOwnWritersOut) {
  const std::unique_ptr<Engine> engine = NewEngine();
  Apply(*engine, SnapshotOf(1, EverythingTo(1)));
  std::vector<SampleRoute> fenced = EverythingTo(1);
  fenced.front().state = RouteState::kWriteFenced;
  Apply(*engine, SnapshotOf(2, fenced));
  const absl::Status status =
      CheckOwnerFence(engine->History(), GroupId(1), ObservedVersion::At(Version(1)), kWrittenKeys);
  EXPECT_TRUE(IsError(status, Error::kOwnershipMoved)) << status;
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("write-fenced"));
}

// 12: version and route are read separately, so they disagree.
TEST(Hazard12, OnePictureAnswersVersionAndRoutesWhateverIsAppliedMeanwhile) {
  const std::unique_ptr<Engine> engine = NewEngine();
  Apply(*engine, SnapshotOf(1, EverythingTo(1)));
  const RouteHistory picture = engine->History();
  // A pin is taken in two looks at the same picture; between them the catalog moves on.
  const Version version = picture.current_version();
  Apply(*engine, SnapshotOf(2, EverythingTo(2)));
  const std::optional<RouteHistorySnapshot> snapshot = picture.Current();
  ASSERT_TRUE(snapshot.has_value());
  EXPECT_EQ(snapshot->version(), version);
  EXPECT_EQ(snapshot->OwnerOf("k"), GroupId(1));
  EXPECT_FALSE(picture.At(Version(2)).has_value());
}

// 24: same version, different content, silently accepted: two processes never converge.
TEST(Hazard24, TheSameVersionWithOtherRoutesIsADistinctOutcomeAndChangesNothing) {
  const std::unique_ptr<Engine> engine = NewEngine();
  Apply(*engine, SnapshotOf(3, EverythingTo(1)));
  EXPECT_EQ(engine->ApplySnapshot(SnapshotOf(3, EverythingTo(2))).value(),
            ApplyOutcome::kSameVersionDifferentContent);
  EXPECT_EQ(engine->GetRoute("k")->group_id, GroupId(1));
  EXPECT_EQ(engine->ApplySnapshot(SnapshotOf(3, EverythingTo(1))).value(), ApplyOutcome::kSameVersion);
}

TEST(Hazard24, EveryFieldOfARecordCountsEvenOneThatNoRouteShows) {
  const SampleRoute recorded{.id = 1, .start = "b", .end = "d", .group = 1, .epoch = 1, .parent = 7};
  const std::unique_ptr<Engine> engine = NewEngine();
  Apply(*engine, SnapshotOf(3, {recorded}));
  const auto outcome_with = [&](void (*change)(SampleRoute*)) {
    SampleRoute changed = recorded;
    change(&changed);
    return engine->ApplySnapshot(SnapshotOf(3, {changed})).value();
  };
  constexpr ApplyOutcome kDifferent = ApplyOutcome::kSameVersionDifferentContent;
  EXPECT_EQ(outcome_with([](SampleRoute* route) { route->id = 2; }), kDifferent);
  EXPECT_EQ(outcome_with([](SampleRoute* route) { route->start = "a"; }), kDifferent);
  EXPECT_EQ(outcome_with([](SampleRoute* route) { route->end = std::nullopt; }), kDifferent);
  EXPECT_EQ(outcome_with([](SampleRoute* route) { route->group = 2; }), kDifferent);
  EXPECT_EQ(outcome_with([](SampleRoute* route) { route->state = RouteState::kWriteFenced; }), kDifferent);
  EXPECT_EQ(outcome_with([](SampleRoute* route) { route->parent = 8; }), kDifferent);
  // The epoch is where a record was read, and no part of it.
  EXPECT_EQ(outcome_with([](SampleRoute* route) { route->epoch = 2; }), ApplyOutcome::kSameVersion);
}

TEST(Hazard24, RoutesThatNoEngineMayHoldAreJustAsDifferent) {
  const std::unique_ptr<Engine> engine = NewEngine();
  Apply(*engine, SnapshotOf(3, EverythingTo(1)));
  EXPECT_EQ(engine->ApplySnapshot(SnapshotOf(3, {{.id = 0, .start = "b", .end = "a"}})).value(),
            ApplyOutcome::kSameVersionDifferentContent);
}

TEST(Hazard24, BeforeTheFirstSaveThereIsNothingToDisagreeWith) {
  EXPECT_EQ(NewEngine()->ApplySnapshot(SnapshotOf(0, EverythingTo(2))).value(), ApplyOutcome::kSameVersion);
  EXPECT_EQ(NewEngineWithDefaultRoute()->ApplySnapshot(SnapshotOf(0, {})).value(),
            ApplyOutcome::kSameVersion);
}

// 27: the ring holds applied versions only; polling leaves gaps.
TEST(Hazard27, APinInAGapIsLetInWhenItsRangeKeptItsEpoch) {
  const std::unique_ptr<Engine> engine = NewEngine();
  const auto halves = [](std::uint64_t right_group, std::uint64_t right_epoch) {
    return std::vector<SampleRoute>{
        {.id = 1, .start = "", .end = "m", .group = 1, .epoch = 10},
        {.id = 2, .start = "m", .end = kUnbounded, .group = right_group, .epoch = right_epoch}};
  };
  Apply(*engine, SnapshotOf(3, halves(2, 10)));
  Apply(*engine, SnapshotOf(6, halves(2, 40)));  // versions 4 and 5 were never polled
  const ObservedVersion observed = ObservedVersion::At(Version(4));
  const std::vector<std::string> untouched = {"a"};
  const std::vector<std::string> there_and_back = {"x"};
  EXPECT_FALSE(engine->SnapshotAt(Version(4)).has_value()) << "the ring holds what was recorded, no more";
  EXPECT_EQ(CheckOwnerFence(engine->History(), GroupId(1), observed, untouched), absl::OkStatus());
  // The same owner on both sides, but its record was rewritten: it may have been elsewhere at version 4.
  EXPECT_TRUE(IsError(CheckOwnerFence(engine->History(), GroupId(2), observed, there_and_back),
                      Error::kObservedVersionEvicted));
}

// 28: hot splits peel off one key, and drop the route's state.
TEST(Hazard28, ASplitDividesTheLoadAndKeepsTheState) {
  const std::unique_ptr<Engine> engine = EngineWithThreshold(100);
  Apply(*engine, SnapshotOf(1, {{.id = 1, .start = "k", .end = "l", .state = RouteState::kMigratingSource}}));
  for (int i = 0; i < 100; ++i) engine->RecordAccess("k" + std::to_string(10 + i % 50));
  const std::vector<Route> halves = engine->Stats();
  ASSERT_THAT(halves, SizeIs(2));
  // 50 keys, accessed alike: the sample places the cut near the 25th.
  EXPECT_GE(halves[1].start, "k30");
  EXPECT_LE(halves[1].start, "k40");
  for (const Route& half : halves) EXPECT_EQ(half.state, RouteState::kMigratingSource) << half;
}

TEST(Hazard28, AWriteFencedRangeStaysFencedWhenItSplits) {
  const std::unique_ptr<Engine> engine = EngineWithThreshold(2);
  Apply(*engine, SnapshotOf(1, {{.id = 1, .start = "k", .end = "l", .state = RouteState::kWriteFenced}}));
  engine->RecordAccess("k1");
  engine->RecordAccess("k2");
  ASSERT_THAT(engine->Stats(), SizeIs(2));
  EXPECT_FALSE(AdmitsWrites(engine->GetRoute("k1")->state));
  EXPECT_FALSE(AdmitsWrites(engine->GetRoute("k2")->state));
}

// 29: updating a route adds a second one that shadows it.
TEST(Hazard29, AnEphemeralRouteNeverShadowsAnother) {
  const std::unique_ptr<Engine> engine = NewEngine();
  ASSERT_EQ(engine->UpdateRoute(KeyRange{"a", "z"}, GroupId(1)), absl::OkStatus());
  for (const KeyRange& range : {KeyRange{"a", "z"}, KeyRange{"a", "c"}, KeyRange{"x", kUnbounded},
                                KeyRange{"", std::string("a\0", 2)}}) {
    const absl::Status status = engine->UpdateRoute(range, GroupId(2));
    EXPECT_TRUE(IsError(status, Error::kEngineSnapshotRouteOverlap)) << FormatRange(range) << ": " << status;
  }
  EXPECT_THAT(engine->Stats(), SizeIs(1));
  EXPECT_EQ(engine->GetRoute("d")->group_id, GroupId(1));
}

TEST(Hazard29, AfterTheFirstSnapshotTheCatalogIsTheOnlyWayToChangeRoutes) {
  const std::unique_ptr<Engine> engine = NewEngine();
  Apply(*engine, SnapshotOf(1, {}));
  EXPECT_TRUE(
      IsError(engine->UpdateRoute(KeyRange{"a", "z"}, GroupId(1)), Error::kEngineAlreadyBootstrapped));
  EXPECT_THAT(engine->Stats(), IsEmpty());
}

TEST(Hazard29, TheReferencesUpdateShadowsAsRecorded) {
  const std::unique_ptr<Engine> engine = ReferenceEngine();
  ASSERT_EQ(engine->UpdateRoute(KeyRange{"a", "z"}, GroupId(1)), absl::OkStatus());
  ASSERT_EQ(engine->UpdateRoute(KeyRange{"a", "c"}, GroupId(0)), absl::OkStatus());
  EXPECT_FALSE(engine->GetRoute("d").has_value()) << "hidden by the narrower route";
}

// 30: returned routes alias the table; a caller can corrupt "immutable" history.
TEST(Hazard30, NothingACallerHoldsCanChangeTheEngineOrItsHistory) {
  const std::unique_ptr<Engine> engine = NewEngine();
  CatalogSnapshot snapshot = SnapshotOf(1, {{.id = 1, .start = "a", .end = "z", .group = 7}});
  Apply(*engine, snapshot);
  const std::vector<Route> before = engine->Stats();

  snapshot.routes[0].start = "y";
  snapshot.routes[0].group_id = GroupId(99);
  std::optional<Route> found = engine->GetRoute("k");
  found->start[0] = 'q';
  *found->end = "q";
  std::vector<Route> stats = engine->Stats();
  stats[0].start.assign("overwritten");
  std::vector<Route> intersecting = engine->GetIntersectingRoutes("", std::nullopt);
  intersecting[0].end->assign("overwritten");

  EXPECT_EQ(engine->Stats(), before);
  EXPECT_EQ(engine->Current()->OwnerOf("k"), GroupId(7));
  EXPECT_EQ(engine->Current()->table().At(0).start, "a");
}

// 31: load counters race.
TEST(Hazard31, EveryAccessIsCountedWhileAnotherRouteSplits) {
  constexpr int kThreads = 3;
  constexpr int kEach = 200000;
  constexpr std::uint64_t kThreshold = kThreads * kEach + 1;
  const std::unique_ptr<Engine> engine = EngineWithThreshold(kThreshold);
  Apply(*engine, SnapshotOf(1, {{.id = 1, .start = "a", .end = "m"}, {.id = 2, .start = "m", .end = "z"}}));
  std::latch all_started(kThreads + 1);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&engine, &all_started] {
      all_started.arrive_and_wait();
      for (int n = 0; n < kEach; ++n) engine->RecordAccess("b");
    });
  }
  // Meanwhile, two keys on the right are so hot that their route splits between them.
  all_started.arrive_and_wait();
  for (std::uint64_t n = 0; n < kThreshold; ++n) engine->RecordAccess(n % 2 == 0 ? "p" : "q");
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(engine->Stats(), SizeIs(3)) << "the route did not split, so nothing was put to the test";
  EXPECT_EQ(engine->GetRoute("b")->load, static_cast<std::uint64_t>(kThreads * kEach));
}

// 32: an empty or inverted scan range still returns routes.
TEST(Hazard32, AnEmptyOrInvertedRangeIntersectsNothing) {
  const std::unique_ptr<Engine> engine = NewEngineWithDefaultRoute();
  EXPECT_THAT(engine->GetIntersectingRoutes("k", "k"), IsEmpty());
  EXPECT_THAT(engine->GetIntersectingRoutes("k", "a"), IsEmpty());
  EXPECT_THAT(engine->GetIntersectingRoutes("", ""), IsEmpty()) << "an empty end is no absent end";
  EXPECT_THAT(engine->GetIntersectingRoutes("k", std::string_view("k\0", 2)), SizeIs(1));
  EXPECT_THAT(engine->GetIntersectingRoutes("k", std::nullopt), SizeIs(1));
}

TEST(Hazard32, TheReferenceComparesBoundsOnly) {
  const std::unique_ptr<Engine> engine = ReferenceEngine();
  ASSERT_TRUE(engine->UpdateRoute(KeyRange{"a", "z"}, GroupId(1)).ok());
  EXPECT_THAT(engine->GetIntersectingRoutes("k", "k"), SizeIs(1));
  EXPECT_THAT(engine->GetIntersectingRoutes("k", "b"), SizeIs(1));
}

}  // namespace
}  // namespace fencepost
