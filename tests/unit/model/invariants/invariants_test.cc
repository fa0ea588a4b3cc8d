// Each invariant, shown to hold where it holds and to name what broke it where it does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fencepost/engine/engine.h"
#include "model/invariants/coverage.h"
#include "model/invariants/durable_version.h"
#include "model/invariants/engine_version.h"
#include "model/invariants/history_ring.h"
#include "model/invariants/invariants.h"
#include "model/invariants/non_overlap.h"

namespace fencepost::model {
namespace {

using testing::HasSubstr;

RouteDescriptor RouteOver(std::uint64_t id, std::string start, std::optional<std::string> end,
                          std::uint64_t group = 1) {
  RouteDescriptor route;
  route.route_id = RouteId(id);
  route.start = std::move(start);
  route.end = std::move(end);
  route.group_id = GroupId(group);
  return route;
}

void ExpectBroken(const Verdict& verdict, std::string_view invariant, const std::string& says) {
  ASSERT_TRUE(verdict.has_value()) << "nothing was found wrong";
  EXPECT_EQ(verdict->invariant, invariant);
  EXPECT_THAT(verdict->sentence, HasSubstr(says));
}

void ExpectHolds(const Verdict& verdict) {
  EXPECT_FALSE(verdict.has_value()) << verdict->invariant << ": " << verdict->sentence;
}

TEST(NonOverlap, RoutesThatTouchDoNotOverlap) {
  const std::vector<RouteDescriptor> routes = {RouteOver(2, "m", std::nullopt), RouteOver(1, "", "m")};
  ExpectHolds(CheckNonOverlap(routes, "the table"));
}

TEST(NonOverlap, ASharedKeyIsNamedWithBothRoutes) {
  const std::vector<RouteDescriptor> routes = {RouteOver(1, "", "n"), RouteOver(2, "m", std::nullopt)};
  ExpectBroken(CheckNonOverlap(routes, "the table"), kNonOverlap, "in the table, route 1");
}

TEST(NonOverlap, TwoRoutesWithOneStartOverlap) {
  const std::vector<RouteDescriptor> routes = {RouteOver(1, "a", "b"), RouteOver(2, "a", "c")};
  ExpectBroken(CheckNonOverlap(routes, "the table"), kNonOverlap, "overlap");
}

TEST(NonOverlap, AnUnboundedRouteThatIsNotLastOverlaps) {
  const std::vector<RouteDescriptor> routes = {RouteOver(1, "", std::nullopt), RouteOver(2, "x", "y")};
  ExpectBroken(CheckNonOverlap(routes, "the table"), kNonOverlap, "overlap");
}

TEST(Coverage, APartitionCoversTheKeySpace) {
  const std::vector<RouteDescriptor> routes = {RouteOver(2, "m", std::nullopt), RouteOver(1, "", "m")};
  ExpectHolds(CheckCoverage(routes, "the table"));
}

TEST(Coverage, EachKindOfHoleIsNamed) {
  const std::vector<RouteDescriptor> late = {RouteOver(1, "a", std::nullopt)};
  ExpectBroken(CheckCoverage(late, "the table"), kCoverage, "[\"\", \"a\")");
  const std::vector<RouteDescriptor> middle = {RouteOver(1, "", "m"), RouteOver(2, "n", std::nullopt)};
  ExpectBroken(CheckCoverage(middle, "the table"), kCoverage, "[\"m\", \"n\")");
  const std::vector<RouteDescriptor> early = {RouteOver(1, "", "m")};
  ExpectBroken(CheckCoverage(early, "the table"), kCoverage, "[\"m\", +inf)");
  ExpectBroken(CheckCoverage({}, "the table"), kCoverage, "[\"\", +inf)");
}

TEST(Coverage, KeysCoveredTwiceAreABreachToo) {
  const std::vector<RouteDescriptor> routes = {RouteOver(1, "", std::nullopt),
                                               RouteOver(2, "m", std::nullopt)};
  ExpectBroken(CheckCoverage(routes, "the table"), kCoverage, "twice");
}

// A catalog that has seen one save, version 1: one route over everything, next id 2.
class DurableVersionTest : public testing::Test {
 protected:
  DurableVersionTest() {
    first_ = durable_.Begin("ann", Version(0), {RouteOver(1, "", std::nullopt)});
    ExpectHolds(durable_.Committed(first_, Catalog(1, {RouteOver(1, "", std::nullopt)}, 2)));
  }

  static DurableCatalog Catalog(std::uint64_t version, std::vector<RouteDescriptor> routes,
                                std::uint64_t next) {
    return DurableCatalog{Version(version), std::move(routes), RouteId(next)};
  }

  static std::vector<RouteDescriptor> Halves(std::uint64_t left, std::uint64_t right) {
    return {RouteOver(left, "", "m"), RouteOver(right, "m", std::nullopt)};
  }

  DurableVersionInvariant durable_;
  AttemptId first_ = 0;
};

TEST_F(DurableVersionTest, ASaveThatLandsAsWrittenHolds) {
  const AttemptId save = durable_.Begin("bob", Version(1), Halves(2, 3));
  ExpectHolds(durable_.Committed(save, Catalog(2, Halves(2, 3), 4)));
  ExpectHolds(durable_.Ended(save, SaveEnd::kSucceeded, Version(2)));
  ASSERT_NE(durable_.ContentAt(Version(2)), nullptr);
  EXPECT_EQ(*durable_.ContentAt(Version(2)), Halves(2, 3));
}

TEST_F(DurableVersionTest, AVersionThatSkipsIsABreach) {
  const AttemptId save = durable_.Begin("bob", Version(1), Halves(2, 3));
  ExpectBroken(durable_.Committed(save, Catalog(3, Halves(2, 3), 4)), kDurableVersion, "from 1 to 3");
}

TEST_F(DurableVersionTest, ASaveThatExpectedAnotherVersionMustNotLand) {
  const AttemptId save = durable_.Begin("bob", Version(0), Halves(2, 3));
  ExpectBroken(durable_.Committed(save, Catalog(2, Halves(2, 3), 4)), kDurableVersion, "expected version 0");
}

TEST_F(DurableVersionTest, ContentThatIsNotTheWinnersIsABreach) {
  const AttemptId save = durable_.Begin("bob", Version(1), Halves(2, 3));
  ExpectBroken(durable_.Committed(save, Catalog(2, {RouteOver(2, "", "m")}, 4)), kDurableVersion,
               "route 3 [\"m\", +inf) of group 1, active is missing");
}

TEST_F(DurableVersionTest, ASaveThatLandsTwiceIsABreach) {
  const AttemptId save = durable_.Begin("bob", Version(1), Halves(2, 3));
  ExpectHolds(durable_.Committed(save, Catalog(2, Halves(2, 3), 4)));
  ExpectBroken(durable_.Committed(save, Catalog(3, Halves(2, 3), 4)), kDurableVersion, "twice");
}

TEST_F(DurableVersionTest, AFailedSaveThatLandsBeforeOrAfterIsABreach) {
  const AttemptId before = durable_.Begin("bob", Version(1), Halves(2, 3));
  ExpectHolds(durable_.Committed(before, Catalog(2, Halves(2, 3), 4)));
  ExpectBroken(durable_.Ended(before, SaveEnd::kFailed, Version(0)), kDurableVersion, "reported failure");

  const AttemptId after = durable_.Begin("cid", Version(2), Halves(2, 3));
  ExpectHolds(durable_.Ended(after, SaveEnd::kFailed, Version(0)));
  ExpectBroken(durable_.Committed(after, Catalog(3, Halves(2, 3), 4)), kDurableVersion, "reported as failed");
}

TEST_F(DurableVersionTest, ASuccessThatNeverLandedIsABreach) {
  const AttemptId save = durable_.Begin("bob", Version(1), Halves(2, 3));
  ExpectBroken(durable_.Ended(save, SaveEnd::kSucceeded, Version(2)), kDurableVersion, "never written");
}

TEST_F(DurableVersionTest, ASuccessThatIsAnothersIsABreach) {
  const AttemptId other = durable_.Begin("ann", Version(1), {RouteOver(1, "", std::nullopt, 2)});
  ExpectHolds(durable_.Committed(other, Catalog(2, {RouteOver(1, "", std::nullopt, 2)}, 2)));
  const AttemptId save = durable_.Begin("bob", Version(1), Halves(2, 3));
  ExpectBroken(durable_.Ended(save, SaveEnd::kSucceeded, Version(2)), kDurableVersion, "is another's");
}

TEST_F(DurableVersionTest, AnUnknownOutcomeMayLandOrNot) {
  const AttemptId lands = durable_.Begin("bob", Version(1), Halves(2, 3));
  ExpectHolds(durable_.Ended(lands, SaveEnd::kUnknown, Version(0)));
  ExpectHolds(durable_.Committed(lands, Catalog(2, Halves(2, 3), 4)));
  const AttemptId never = durable_.Begin("cid", Version(2), Halves(2, 3));
  ExpectHolds(durable_.Ended(never, SaveEnd::kUnknown, Version(0)));
}

TEST_F(DurableVersionTest, ARetiredIdMustNotComeBack) {
  const AttemptId split = durable_.Begin("bob", Version(1), Halves(2, 3));
  ExpectHolds(durable_.Committed(split, Catalog(2, Halves(2, 3), 4)));
  const AttemptId again = durable_.Begin("cid", Version(2), {RouteOver(1, "", std::nullopt)});
  ExpectBroken(durable_.Committed(again, Catalog(3, {RouteOver(1, "", std::nullopt)}, 4)), kDurableVersion,
               "retired id 1");
}

TEST_F(DurableVersionTest, ALostNextIdRecordTakesTheMemoryOfRetiredIdsWithIt) {
  const AttemptId split = durable_.Begin("bob", Version(1), Halves(2, 3));
  ExpectHolds(durable_.Committed(split, Catalog(2, Halves(2, 3), 4)));
  const AttemptId merge = durable_.Begin("bob", Version(2), {RouteOver(2, "", std::nullopt)});
  ExpectHolds(durable_.Committed(merge, Catalog(3, {RouteOver(2, "", std::nullopt)}, 4)));
  durable_.NextRouteIdLost();
  const AttemptId again = durable_.Begin("cid", Version(3), Halves(2, 3));
  ExpectHolds(durable_.Committed(again, Catalog(4, Halves(2, 3), 4)));
}

TEST_F(DurableVersionTest, TheNextIdMustNotGoDownNorLieBelowAnIdInUseNorBeMissing) {
  const AttemptId down = durable_.Begin("bob", Version(1), {RouteOver(1, "", std::nullopt, 2)});
  ExpectBroken(durable_.Committed(down, Catalog(2, {RouteOver(1, "", std::nullopt, 2)}, 1)), kDurableVersion,
               "from 2 to 1");
  const AttemptId low = durable_.Begin("bob", Version(1), Halves(2, 3));
  ExpectBroken(durable_.Committed(low, Catalog(2, Halves(2, 3), 3)), kDurableVersion,
               "the next route id is 3");
  const AttemptId none = durable_.Begin("bob", Version(1), Halves(2, 3));
  ExpectBroken(durable_.Committed(none, DurableCatalog{Version(2), Halves(2, 3), std::nullopt}),
               kDurableVersion, "no next route id");
}

TEST_F(DurableVersionTest, AChangeWithoutASaverIsABreach) {
  ExpectHolds(durable_.Committed(0, Catalog(1, {RouteOver(1, "", std::nullopt)}, 2)));
  ExpectBroken(durable_.Committed(0, Catalog(2, Halves(2, 3), 4)), kDurableVersion, "without anybody saving");
}

CatalogSnapshot SnapshotOf(std::uint64_t version, std::vector<RouteDescriptor> routes) {
  CatalogSnapshot snapshot;
  snapshot.version = Version(version);
  snapshot.routes = std::move(routes);
  return snapshot;
}

// Durable versions 1 (one route of group 1), 2 (of group 2), 3 (of group 3).
class EngineInvariantsTest : public testing::Test {
 protected:
  EngineInvariantsTest() {
    for (std::uint64_t version = 1; version <= 3; ++version) {
      const AttemptId save = durable_.Begin("ann", Version(version - 1), Content(version));
      ExpectHolds(durable_.Committed(save, DurableCatalog{Version(version), Content(version), RouteId(2)}));
    }
  }

  static std::vector<RouteDescriptor> Content(std::uint64_t version) {
    return {RouteOver(1, "", std::nullopt, version)};
  }

  void Apply(std::uint64_t version, std::vector<RouteDescriptor> routes) {
    ASSERT_TRUE(engine_->ApplySnapshot(SnapshotOf(version, std::move(routes))).ok());
  }

  DurableVersionInvariant durable_;
  std::unique_ptr<Engine> engine_ = NewEngineWithDefaultRoute();
  EngineVersionInvariant version_{"node-1"};
  HistoryRingInvariant ring_{"node-1", {Version(0)}};
};

TEST_F(EngineInvariantsTest, AnEngineThatFollowsTheCatalogHolds) {
  ExpectHolds(version_.Check(*engine_, durable_));
  Apply(1, Content(1));
  ExpectHolds(version_.Check(*engine_, durable_));
  ExpectHolds(ring_.Check(*engine_, durable_));
  Apply(3, Content(3));
  ExpectHolds(version_.Check(*engine_, durable_));
  ExpectHolds(ring_.Check(*engine_, durable_));
}

TEST_F(EngineInvariantsTest, AnEngineThatGoesBackIsABreach) {
  Apply(2, Content(2));
  ExpectHolds(version_.Check(*engine_, durable_));
  engine_ = NewEngineWithDefaultRoute();
  Apply(1, Content(1));
  ExpectBroken(version_.Check(*engine_, durable_), kEngineVersion, "went back from version 2 to 1");
}

TEST_F(EngineInvariantsTest, AVersionThatWasNeverDurableIsABreach) {
  Apply(9, Content(3));
  ExpectBroken(version_.Check(*engine_, durable_), kEngineVersion, "version 9, which was never durable");
}

TEST_F(EngineInvariantsTest, ContentOfAnotherVersionIsABreach) {
  Apply(2, Content(3));
  ExpectBroken(version_.Check(*engine_, durable_), kEngineVersion, "differs from the durable version 2");
}

TEST_F(EngineInvariantsTest, ARingThatLostAVersionIsABreach) {
  Apply(1, Content(1));
  ExpectHolds(ring_.Check(*engine_, durable_));
  engine_ = NewEngineWithDefaultRoute();
  Apply(2, Content(2));
  ExpectBroken(ring_.Check(*engine_, durable_), kHistoryRing, "holds versions [0 2]");
}

TEST_F(EngineInvariantsTest, ARingMayShrinkOnlyToItsDepth) {
  Apply(1, Content(1));
  ExpectHolds(ring_.Check(*engine_, durable_));
  Apply(2, Content(2));
  ExpectHolds(ring_.Check(*engine_, durable_));
  ASSERT_TRUE(engine_->SetHistoryDepthForTest(1).ok());
  ExpectHolds(ring_.Check(*engine_, durable_));
  EXPECT_EQ(engine_->History().RecordedVersions(), std::vector<Version>{Version(2)});
}

TEST_F(EngineInvariantsTest, ARecordedVersionWithOtherContentIsABreach) {
  Apply(1, Content(3));
  ExpectBroken(ring_.Check(*engine_, durable_), kHistoryRing, "version 1 in the ring of node-1 has changed");
}

}  // namespace
}  // namespace fencepost::model
