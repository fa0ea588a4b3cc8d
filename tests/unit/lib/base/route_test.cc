#include "fencepost/base/route.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/sample_routes.h"

namespace fencepost {
namespace {

const std::optional<std::string> kUnbounded;

TEST(RouteState, AnyByteIsEitherKnownOrNamedAsUnknown) {
  int known = 0;
  for (int byte = 0; byte < 256; ++byte) {
    const auto state = static_cast<RouteState>(byte);
    known += IsKnownRouteState(state) ? 1 : 0;
    EXPECT_EQ(IsKnownRouteState(state), byte <= 3) << byte;
    if (byte > 3) {
      EXPECT_EQ(RouteStateName(state), "unknown(" + std::to_string(byte) + ")");
    }
    if (byte > 3) {
      EXPECT_FALSE(AdmitsWrites(state)) << byte;
    }
  }
  EXPECT_EQ(known, 4);
}

TEST(RouteState, WritesAreAdmittedByTheOwnerThatServes) {
  EXPECT_TRUE(AdmitsWrites(RouteState::kActive));
  EXPECT_TRUE(AdmitsWrites(RouteState::kMigratingSource));
  EXPECT_FALSE(AdmitsWrites(RouteState::kWriteFenced));
  EXPECT_FALSE(AdmitsWrites(RouteState::kMigratingTarget));
}

TEST(RouteDescriptor, EqualityIsOfEveryDurableFieldAndOfNoOther) {
  const RouteDescriptor route = AsDescriptor({.id = 7, .start = "a", .end = "m", .group = 2, .epoch = 5});
  RouteDescriptor other_epoch = route;
  other_epoch.epoch = RangeEpoch(6);
  EXPECT_TRUE(route == other_epoch);

  std::vector<RouteDescriptor> different(6, route);
  different[0].route_id = RouteId(8);
  different[1].start = "b";
  different[2].end = kUnbounded;
  different[3].group_id = GroupId(3);
  different[4].state = RouteState::kWriteFenced;
  different[5].parent_route_id = RouteId(1);
  for (const RouteDescriptor& other : different) EXPECT_FALSE(route == other) << FormatRoute(other);
}

TEST(CatalogOrder, IsByStartThenByEndWithUnboundedLastThenById) {
  const std::vector<RouteDescriptor> sorted = Described({{.id = 9, .start = "", .end = kUnbounded},
                                                         {.id = 8, .start = "a", .end = ""},
                                                         {.id = 7, .start = "a", .end = "b"},
                                                         {.id = 6, .start = "a", .end = kUnbounded},
                                                         {.id = 10, .start = "a", .end = kUnbounded},
                                                         {.id = 1, .start = "b", .end = "c"}});
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    for (std::size_t j = 0; j < sorted.size(); ++j) {
      EXPECT_EQ(CatalogOrder(sorted[i], sorted[j]), i < j)
          << FormatRoute(sorted[i]) << ", " << FormatRoute(sorted[j]);
    }
  }
}

TEST(RouteDescriptor, IsWrittenForPeople) {
  EXPECT_EQ(FormatRoute(AsDescriptor({.id = 7, .start = "a", .end = "m", .group = 2})),
            R"(route 7 ["a", "m") of group 2, active)");
}

}  // namespace
}  // namespace fencepost
