#include "fencepost/move/internal/route_edits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fencepost/base/error.h"
#include "fencepost/catalog/internal/save_plan.h"
#include "fencepost/move/initial_ownership.h"
#include "tests/unit/lib/fence/sample_ownership.h"
#include "tests/unit/sample_routes.h"

namespace fencepost {
namespace {

using testing::ElementsAre;

const std::optional<std::string> kUnbounded;

std::vector<RouteDescriptor> ThreeRoutes() {
  return Described({{.id = 1, .start = "", .end = "g", .group = 1},
                    {.id = 2, .start = "g", .end = "p", .group = 1},
                    {.id = 3, .start = "p", .end = kUnbounded, .group = 2}});
}

// What every edit must leave alone: that the keyspace is covered, once.
void ExpectCoversEverything(std::vector<RouteDescriptor> routes) {
  ASSERT_EQ(CheckAndSortRoutes(routes, Compatibility::kNone), absl::OkStatus());
  ASSERT_FALSE(routes.empty());
  EXPECT_EQ(routes.front().start, "");
  for (std::size_t i = 1; i < routes.size(); ++i) EXPECT_EQ(routes[i - 1].end, routes[i].start);
  EXPECT_EQ(routes.back().end, kUnbounded);
}

TEST(RouteEdits, MarkingFencesTheRangesRoutesAndNoOther) {
  const auto routes = MarkMoving(ThreeRoutes(), Between("g", "p"));
  EXPECT_EQ(routes[0].state, RouteState::kActive);
  EXPECT_EQ(routes[1].state, RouteState::kWriteFenced);
  EXPECT_EQ(routes[2].state, RouteState::kActive);
  EXPECT_EQ(routes[1].group_id, GroupId(1));
}

TEST(RouteEdits, HandingOverGivesTheWholeRangeHoweverItWasSplitMeanwhile) {
  const auto split = SplitAt(MarkMoving(ThreeRoutes(), Between("g", "p")), "k", RouteId(9));
  ASSERT_TRUE(split.ok()) << split.status();
  const auto routes = HandOverTo(*split, Between("g", "p"), GroupId(5), RouteId(10));
  ExpectCoversEverything(routes);
  ASSERT_EQ(routes.size(), 4U);
  EXPECT_EQ(routes[1].group_id, GroupId(5));
  EXPECT_EQ(routes[2].group_id, GroupId(5));
  EXPECT_EQ(routes[2].parent_route_id, RouteId(2));
  EXPECT_EQ(routes[0].group_id, GroupId(1));
  EXPECT_EQ(routes[3].group_id, GroupId(2));
  for (const RouteDescriptor& route : routes) EXPECT_EQ(route.state, RouteState::kActive);
}

TEST(RouteEdits, HandingOverCutsARouteThatSomebodyMadeReachBeyondTheRange) {
  const auto everything = Described({{.id = 1, .start = "", .end = kUnbounded, .group = 1}});
  const auto routes = HandOverTo(everything, Between("g", "p"), GroupId(5), RouteId(10));
  ExpectCoversEverything(routes);
  ASSERT_EQ(routes.size(), 3U);
  EXPECT_EQ(routes[0].group_id, GroupId(1));
  EXPECT_EQ(routes[1].group_id, GroupId(5));
  EXPECT_EQ(routes[1].range(), Between("g", "p"));
  EXPECT_EQ(routes[1].route_id, RouteId(10));
  EXPECT_EQ(routes[2].group_id, GroupId(1));
  EXPECT_EQ(routes[2].route_id, RouteId(11));
}

TEST(RouteEdits, HandingOverLeavesAHoleAHole) {
  const auto routes = HandOverTo(Described({{.id = 1, .start = "a", .end = "c", .group = 1}}),
                                 Between("b", kUnbounded), GroupId(5), RouteId(2));
  ASSERT_EQ(routes.size(), 2U);
  EXPECT_EQ(routes[0].range(), Between("a", "b"));
  EXPECT_EQ(routes[1].range(), Between("b", "c"));
  EXPECT_EQ(routes[1].group_id, GroupId(5));
}

TEST(RouteEdits, ASplitKeepsTheLeftRouteAndNamesItTheParentOfTheRight) {
  const auto routes = SplitAt(ThreeRoutes(), "k", RouteId(9));
  ASSERT_TRUE(routes.ok()) << routes.status();
  ExpectCoversEverything(*routes);
  ASSERT_EQ(routes->size(), 4U);
  EXPECT_EQ((*routes)[1].route_id, RouteId(2));
  EXPECT_EQ((*routes)[1].range(), Between("g", "k"));
  EXPECT_EQ((*routes)[2].route_id, RouteId(9));
  EXPECT_EQ((*routes)[2].range(), Between("k", "p"));
  EXPECT_EQ((*routes)[2].parent_route_id, RouteId(2));
  EXPECT_EQ((*routes)[2].group_id, GroupId(1));
}

TEST(RouteEdits, ASplitAtABoundaryOrInAHoleIsRefused) {
  EXPECT_TRUE(IsError(SplitAt(ThreeRoutes(), "g", RouteId(9)).status(), Error::kInvalidMove));
  EXPECT_TRUE(IsError(SplitAt(ThreeRoutes(), "", RouteId(9)).status(), Error::kInvalidMove));
  EXPECT_TRUE(IsError(SplitAt({}, "a", RouteId(9)).status(), Error::kInvalidMove));
}

TEST(RouteEdits, AMergeKeepsTheLeftRoute) {
  const auto routes = MergeRight(ThreeRoutes(), "b");
  ASSERT_TRUE(routes.ok()) << routes.status();
  ExpectCoversEverything(*routes);
  EXPECT_EQ(*routes, Described({{.id = 1, .start = "", .end = "p", .group = 1},
                                {.id = 3, .start = "p", .end = kUnbounded, .group = 2}}));
}

TEST(RouteEdits, AMergeAcrossGroupsStatesHolesOrTheEndIsRefused) {
  EXPECT_TRUE(IsError(MergeRight(ThreeRoutes(), "h").status(), Error::kInvalidMove)) << "across groups";
  EXPECT_TRUE(IsError(MergeRight(ThreeRoutes(), "q").status(), Error::kInvalidMove)) << "the last";
  EXPECT_TRUE(IsError(MergeRight({}, "q").status(), Error::kInvalidMove)) << "no route";
  auto fenced = ThreeRoutes();
  fenced[1].state = RouteState::kWriteFenced;
  EXPECT_TRUE(IsError(MergeRight(fenced, "a").status(), Error::kInvalidMove)) << "across states";
  auto hole = ThreeRoutes();
  hole.erase(hole.begin() + 1);
  hole[1].group_id = GroupId(1);
  EXPECT_TRUE(IsError(MergeRight(hole, "a").status(), Error::kInvalidMove)) << "across a hole";
}

TEST(InitialOwnership, FoundsEachGroupWithItsRoutesUnderTheFirstEpoch) {
  const auto founding =
      InitialOwnership(SnapshotOf(1, {{.id = 1, .start = "", .end = "g", .group = 1},
                                      {.id = 2, .start = "g", .end = "p", .group = 2},
                                      {.id = 3, .start = "p", .end = kUnbounded, .group = 1}}));
  ASSERT_TRUE(founding.ok()) << founding.status();
  ASSERT_EQ(founding->size(), 2U);
  EXPECT_THAT(founding->at(GroupId(1)),
              ElementsAre(Activate(Between("", "g"), 1), Activate(Between("p"), 1)));
  EXPECT_THAT(founding->at(GroupId(2)), ElementsAre(Activate(Between("g", "p"), 1)));
}

// Else a process that starts late would make an owner of a group that has given the range away.
TEST(InitialOwnership, IsRefusedOfAnyVersionButTheFirst) {
  for (const std::uint64_t version : {0U, 2U, 7U}) {
    const auto founding = InitialOwnership(SnapshotOf(version, EverythingTo(1)));
    EXPECT_TRUE(IsError(founding.status(), Error::kInvalidMove)) << founding.status();
  }
}

}  // namespace
}  // namespace fencepost
