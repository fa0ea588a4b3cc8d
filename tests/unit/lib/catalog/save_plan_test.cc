#include "fencepost/catalog/internal/save_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "fencepost/base/error.h"
#include "fencepost/catalog/codec.h"
#include "fencepost/engine/engine.h"
#include "tests/unit/sample_routes.h"

namespace fencepost {
namespace {

const std::optional<std::string> kUnbounded;

// Every set of up to three routes over a tiny key space: what a save accepts, an engine can apply, and the
// other way round.
TEST(SavePlan, ASaveAcceptsExactlyTheRoutesThatAnEngineCanApply) {
  std::vector<std::pair<std::string, std::optional<std::string>>> ranges;
  for (const char* start : {"", "a", "b"}) {
    for (const char* end : {"a", "b", "c"}) {
      if (std::string(start) < end) ranges.emplace_back(start, end);
    }
    ranges.emplace_back(start, kUnbounded);
  }
  int accepted = 0;
  int refused = 0;
  const std::size_t n = ranges.size();
  for (std::size_t code = 0; code < n * n * n; ++code) {
    std::vector<RouteDescriptor> routes;
    std::size_t rest = code;
    for (std::uint64_t id = 1; id <= 3; ++id, rest /= n) {
      routes.push_back(
          AsDescriptor({.id = id, .start = ranges[rest % n].first, .end = ranges[rest % n].second}));
    }
    CatalogSnapshot snapshot;
    snapshot.version = Version(1);
    snapshot.routes = routes;
    const bool applies = NewEngine()->ApplySnapshot(snapshot).ok();
    const absl::Status checked = CheckAndSortRoutes(routes, Compatibility::kNone);
    EXPECT_EQ(checked.ok(), applies) << checked << " for " << FormatRoute(routes[0]) << "; "
                                     << FormatRoute(routes[1]) << "; " << FormatRoute(routes[2]);
    if (!checked.ok()) {
      EXPECT_TRUE(IsError(checked, Error::kRouteOverlap)) << checked;
    }
    ++(applies ? accepted : refused);
  }
  EXPECT_GT(accepted, 10);
  EXPECT_GT(refused, 10);
}

StoredCatalog Stored(const std::vector<SampleRoute>& samples) {
  StoredCatalog stored;
  stored.read_ts = Timestamp(40);
  stored.version = Version(6);
  stored.routes = Described(samples);
  stored.next_route_id = RouteId(10);
  return stored;
}

// The batch, applied to the stored records, gives the records of the wanted routes.
TEST(SavePlan, ItsBatchTurnsWhatIsStoredIntoWhatIsWanted) {
  const StoredCatalog stored = Stored({{.id = 1, .start = "", .end = "c", .group = 1, .epoch = 11},
                                       {.id = 2, .start = "c", .end = "m", .group = 2, .epoch = 12},
                                       {.id = 5, .start = "m", .end = kUnbounded, .group = 3, .epoch = 15}});
  std::vector<RouteDescriptor> wanted = Described({{.id = 4, .start = "", .end = "c", .group = 4},
                                                   {.id = 2, .start = "c", .end = "m", .group = 2},
                                                   {.id = 5, .start = "m", .end = kUnbounded, .group = 9}});
  const auto plan = PlanSave(stored, wanted, Compatibility::kNone);
  ASSERT_TRUE(plan.ok()) << plan.status();

  std::map<std::string, std::string> records;
  for (const RouteDescriptor& route : stored.routes) {
    records[CatalogRouteKey(route.route_id)] = EncodeRouteDescriptor(route).value();
  }
  for (const Mutation& mutation : plan->batch.mutations) {
    if (mutation.value.has_value()) records[mutation.key] = *mutation.value;
    if (!mutation.value.has_value()) {
      EXPECT_EQ(records.erase(mutation.key), 1u) << QuoteKey(mutation.key);
    }
  }
  std::map<std::string, std::string> expected = {
      {CatalogVersionKey(), EncodeCatalogVersion(Version(7))},
      {CatalogNextRouteIdKey(), EncodeCatalogNextRouteId(RouteId(10))}};
  for (const RouteDescriptor& route : wanted) {
    expected[CatalogRouteKey(route.route_id)] = EncodeRouteDescriptor(route).value();
  }
  EXPECT_EQ(records, expected);
  EXPECT_EQ(plan->batch.read_ts, Timestamp(40));

  const SaveResult result = ResultOfCommit(*plan, Timestamp(41), Compatibility::kNone);
  EXPECT_EQ(result.snapshot.routes, wanted);
  EXPECT_EQ(result.snapshot.routes[0].epoch, RangeEpoch(41)) << "new";
  EXPECT_EQ(result.snapshot.routes[1].epoch, RangeEpoch(12)) << "unchanged";
  EXPECT_EQ(result.snapshot.routes[2].epoch, RangeEpoch(41)) << "changed";
  EXPECT_FALSE(result.no_op);
}

TEST(SavePlan, AnEpochOfZeroIsKeptForAnUnchangedRoute) {
  const StoredCatalog stored = Stored({{.id = 1, .start = "", .end = kUnbounded, .epoch = 0}});
  const auto plan = PlanSave(stored, stored.routes, Compatibility::kNone);
  ASSERT_TRUE(plan.ok()) << plan.status();
  const SaveResult result = ResultOfCommit(*plan, Timestamp(41), Compatibility::kNone);
  EXPECT_EQ(result.snapshot.routes[0].epoch, RangeEpoch(0)) << "unknown stays unknown";
}

TEST(NextRouteIdFloor, IsOneAboveTheLargestIdHoweverTheyAreOrdered) {
  EXPECT_EQ(NextRouteIdFloor({}).value(), RouteId(1));
  EXPECT_EQ(NextRouteIdFloor(Described({{.id = 3, .start = "", .end = kUnbounded},
                                        {.id = 9, .start = "", .end = kUnbounded},
                                        {.id = 0, .start = "", .end = kUnbounded}}))
                .value(),
            RouteId(10));
  EXPECT_EQ(
      NextRouteIdFloor(Described({{.id = RouteId::Max().value - 1, .start = "", .end = kUnbounded}})).value(),
      RouteId::Max());
  EXPECT_TRUE(
      IsError(NextRouteIdFloor(Described({{.id = RouteId::Max().value, .start = "", .end = kUnbounded},
                                          {.id = 1, .start = "", .end = kUnbounded}}))
                  .status(),
              Error::kCatalogRouteIdOverflow));
}

}  // namespace
}  // namespace fencepost
