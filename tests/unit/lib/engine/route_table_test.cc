#include "fencepost/engine/route_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "fencepost/base/error.h"
#include "fencepost/catalog/codec.h"
#include "tests/unit/sample_routes.h"
#include "tests/unit/sim/core/choices/counter_draws.h"

namespace fencepost {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::optional<std::string> kUnbounded;

std::vector<std::uint64_t> IdsOf(const std::vector<RouteView>& views) {
  std::vector<std::uint64_t> ids;
  for (const RouteView& view : views) ids.push_back(view.route_id.value);
  return ids;
}

std::optional<Error> ErrorOfTable(const std::vector<SampleRoute>& samples) {
  return ErrorOf(RouteTable::FromRoutes(Described(samples)).status());
}

TEST(RouteTable, WithoutRoutesOwnsNothing) {
  const RouteTable table;
  EXPECT_EQ(table.size(), 0u);
  EXPECT_EQ(table.OwnerOf(""), std::nullopt);
  EXPECT_EQ(table.Find("a"), std::nullopt);
  EXPECT_THAT(table.Intersecting("", std::nullopt), IsEmpty());
}

TEST(RouteTable, ARangeIncludesItsStartAndExcludesItsEnd) {
  const RouteTable table = TableOf({{.id = 1, .start = "b", .end = "d", .group = 7}});
  EXPECT_EQ(table.OwnerOf("a\xff"), std::nullopt);
  EXPECT_EQ(table.OwnerOf("b"), GroupId(7));
  EXPECT_EQ(table.OwnerOf("c\xff\xff"), GroupId(7));
  EXPECT_EQ(table.OwnerOf("d"), std::nullopt);
}

TEST(RouteTable, KeysCompareAsUnsignedBytes) {
  const RouteTable table = TableOf({{.id = 1, .start = "", .end = "\x80", .group = 1},
                                    {.id = 2, .start = "\x80", .end = kUnbounded, .group = 2}});
  EXPECT_EQ(table.OwnerOf("\x7f\xff"), GroupId(1));
  EXPECT_EQ(table.OwnerOf("\x80"), GroupId(2));
  EXPECT_EQ(table.OwnerOf("\xff"), GroupId(2));
}

TEST(RouteTable, RoutesAreInOrderOfStartWhateverOrderTheyCameIn) {
  const RouteTable table = TableOf({{.id = 5, .start = "m", .end = kUnbounded},
                                    {.id = 9, .start = "", .end = "f"},
                                    {.id = 1, .start = "f", .end = "m"}});
  ASSERT_EQ(table.size(), 3u);
  EXPECT_THAT(IdsOf({table.At(0), table.At(1), table.At(2)}), ElementsAre(9, 1, 5));
  EXPECT_EQ(table.At(2).rank, 2u);
}

TEST(RouteTable, FindAnswersTheWholeRouteAndItsRank) {
  const RouteTable table = TableOf({{.id = 1, .start = "a", .end = "c", .group = 7, .epoch = 3},
                                    {.id = 2,
                                     .start = "c",
                                     .end = kUnbounded,
                                     .group = 8,
                                     .state = RouteState::kMigratingSource,
                                     .epoch = 4}});
  const std::optional<RouteView> found = table.Find("x");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->route_id, RouteId(2));
  EXPECT_EQ(found->start, "c");
  EXPECT_EQ(found->end, std::nullopt);
  EXPECT_EQ(found->group_id, GroupId(8));
  EXPECT_EQ(found->state, RouteState::kMigratingSource);
  EXPECT_EQ(found->epoch, RangeEpoch(4));
  EXPECT_EQ(found->rank, 1u);
}

TEST(RouteTable, IntersectingTakesTheRoutesThatShareAKey) {
  const RouteTable table = TableOf({{.id = 1, .start = "b", .end = "d"},
                                    {.id = 2, .start = "d", .end = "f"},
                                    {.id = 3, .start = "h", .end = "k"}});
  EXPECT_THAT(IdsOf(table.Intersecting("", std::nullopt)), ElementsAre(1, 2, 3));
  EXPECT_THAT(IdsOf(table.Intersecting("c", "d")), ElementsAre(1));
  EXPECT_THAT(IdsOf(table.Intersecting("c", "e")), ElementsAre(1, 2));
  EXPECT_THAT(IdsOf(table.Intersecting("d", "h")), ElementsAre(2));
  EXPECT_THAT(IdsOf(table.Intersecting("f", "h")), IsEmpty());
  EXPECT_THAT(IdsOf(table.Intersecting("j", std::nullopt)), ElementsAre(3));
  EXPECT_THAT(IdsOf(table.Intersecting("a", "b")), IsEmpty());
}

TEST(RouteTable, ACopyOutlivesTheTableItWasMadeFrom) {
  std::optional<RouteTable> original = TableOf({{.id = 1, .start = "a", .end = "c", .group = 7}});
  const RouteTable copy = *original;
  original.reset();
  EXPECT_EQ(copy.OwnerOf("b"), GroupId(7));
}

TEST(RouteTable, ChangingATableMakesAnotherAndLeavesTheFirst) {
  const RouteTable before = TableOf({{.id = 1, .start = "a", .end = "m", .group = 7}});
  const RouteTable::Grown split = before.WithSplit(0, "g", RouteState::kWriteFenced);
  const RouteTable::Grown added = split.table.WithRoute(KeyRange{"m", kUnbounded}, GroupId(9));

  EXPECT_EQ(before.size(), 1u);
  EXPECT_EQ(before.At(0).route_id, RouteId(1));
  ASSERT_EQ(split.table.size(), 2u);
  EXPECT_EQ(split.rank, 1u);
  for (const std::size_t rank : {0u, 1u}) {
    EXPECT_EQ(split.table.At(rank).route_id, RouteId(0)) << "rank " << rank;
    EXPECT_EQ(split.table.At(rank).group_id, GroupId(7)) << "rank " << rank;
    EXPECT_EQ(split.table.At(rank).state, RouteState::kWriteFenced) << "rank " << rank;
  }
  EXPECT_EQ(split.table.At(0).end, "g");
  EXPECT_EQ(split.table.At(1).start, "g");
  EXPECT_EQ(split.table.At(1).end, "m");
  EXPECT_EQ(added.rank, 2u);
  EXPECT_EQ(added.table.OwnerOf("z"), GroupId(9));
}

TEST(RouteTable, AnEphemeralRouteWithAKnownStartComesBehindAndShadowsTheOthers) {
  const RouteTable wide = RouteTable().WithRoute(KeyRange{"a", "z"}, GroupId(1)).table;
  const RouteTable both = wide.WithRoute(KeyRange{"a", "c"}, GroupId(2)).table;
  EXPECT_EQ(both.OwnerOf("b"), GroupId(2));
  // Only the last route that starts at or below the key is asked.
  EXPECT_EQ(both.OwnerOf("d"), std::nullopt);
}

TEST(RouteTable, RefusesEachFaultByItsOwnName) {
  EXPECT_EQ(ErrorOfTable({{.id = 0, .start = "a", .end = "b"}}), Error::kCatalogRouteIdRequired);
  EXPECT_EQ(ErrorOfTable({{.id = 1, .start = "a", .end = "b", .group = 0}}), Error::kCatalogGroupIdRequired);
  EXPECT_EQ(ErrorOfTable({{.id = 1, .start = "a", .end = "b", .state = RouteState{4}}}),
            Error::kCatalogInvalidRouteState);
  EXPECT_EQ(ErrorOfTable({{.id = 1, .start = "b", .end = "b"}}), Error::kCatalogInvalidRouteRange);
  EXPECT_EQ(ErrorOfTable({{.id = 1, .start = "a", .end = "b"}, {.id = 1, .start = "b", .end = "c"}}),
            Error::kEngineSnapshotDuplicateId);
  EXPECT_EQ(ErrorOfTable({{.id = 1, .start = "a", .end = "b"}, {.id = 2, .start = "a", .end = "c"}}),
            Error::kEngineSnapshotRouteOrder);
  EXPECT_EQ(ErrorOfTable({{.id = 1, .start = "a", .end = kUnbounded}, {.id = 2, .start = "b", .end = "c"}}),
            Error::kEngineSnapshotRouteOrder);
  EXPECT_EQ(ErrorOfTable({{.id = 1, .start = "a", .end = "c"}, {.id = 2, .start = "b", .end = "d"}}),
            Error::kEngineSnapshotRouteOverlap);
}

TEST(RouteTable, ReportsTheFaultThatComesFirst) {
  const SampleRoute good{.id = 1, .start = "a", .end = "c"};
  const SampleRoute repeats{.id = 1, .start = "x", .end = "y"};
  const SampleRoute overlaps{.id = 2, .start = "b", .end = "d"};
  const SampleRoute no_group{.id = 3, .start = "e", .end = "f", .group = 0};
  EXPECT_EQ(ErrorOfTable({good, repeats, no_group}), Error::kEngineSnapshotDuplicateId);
  EXPECT_EQ(ErrorOfTable({good, no_group, repeats}), Error::kCatalogGroupIdRequired);
  EXPECT_EQ(ErrorOfTable({good, overlaps, repeats}), Error::kEngineSnapshotDuplicateId);
}

TEST(RouteTable, ARefusalNamesTheRoutes) {
  const absl::Status status = RouteTable::FromRoutes(Described({{.id = 41, .start = "a", .end = "c"},
                                                                {.id = 42, .start = "b", .end = "d"}}))
                                  .status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("41"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("42"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("[\"b\", \"d\")"));
}

TEST(RouteTable, HoldsExactlyItsOwnRoutesInAnyOrder) {
  const SampleRoute left{.id = 1, .start = "a", .end = "c", .group = 7, .epoch = 3};
  const SampleRoute right{.id = 2, .start = "c", .end = kUnbounded, .group = 8, .epoch = 3};
  const RouteTable table = TableOf({left, right});
  EXPECT_TRUE(table.HoldsExactly(Described({left, right})));
  EXPECT_TRUE(table.HoldsExactly(Described({right, left})));

  SampleRoute other_epoch = right;
  other_epoch.epoch = 4;
  EXPECT_TRUE(table.HoldsExactly(Described({left, other_epoch}))) << "an epoch is no part of the record";

  std::vector<RouteDescriptor> other = Described({left, right});
  other[1].group_id = GroupId(9);
  EXPECT_FALSE(table.HoldsExactly(other)) << "group";
  other = Described({left, right});
  other[0].state = RouteState::kWriteFenced;
  EXPECT_FALSE(table.HoldsExactly(other)) << "state";
  other = Described({left, right});
  other[0].end = "b";
  EXPECT_FALSE(table.HoldsExactly(other)) << "end";
  other = Described({left, right});
  other[0].parent_route_id = RouteId(5);
  EXPECT_FALSE(table.HoldsExactly(other)) << "parent";
  EXPECT_FALSE(table.HoldsExactly(Described({left, left}))) << "one route twice for two routes";
  EXPECT_FALSE(table.HoldsExactly(Described({left}))) << "a route missing";
}

// The same table as a list that is searched from one end to the other.
struct NaiveTable {
  std::vector<RouteDescriptor> routes;  // in table order

  static bool Covers(const RouteDescriptor& route, const std::string& key) {
    return route.start <= key && (!route.end.has_value() || key < *route.end);
  }

  const RouteDescriptor* Find(const std::string& key) const {
    const RouteDescriptor* last = nullptr;
    for (const RouteDescriptor& route : routes) {
      if (route.start <= key) last = &route;
    }
    return last != nullptr && Covers(*last, key) ? last : nullptr;
  }

  std::vector<std::size_t> Sharing(const KeyRange& range) const {
    std::vector<std::size_t> ranks;
    for (std::size_t rank = 0; rank < routes.size(); ++rank) {
      if (Intersects(routes[rank].range(), range)) ranks.push_back(rank);
    }
    return ranks;
  }

  std::vector<std::size_t> Across(const KeyRange& range) const {
    std::vector<std::size_t> ranks;
    for (std::size_t rank = 0; rank < routes.size(); ++rank) {
      const RouteDescriptor& route = routes[rank];
      if (range.end.has_value() && route.start >= *range.end) continue;
      if (route.end.has_value() && range.start >= *route.end) continue;
      ranks.push_back(rank);
    }
    return ranks;
  }

  void Add(const RouteDescriptor& route) {
    auto place = routes.begin();
    while (place != routes.end() && place->start <= route.start) ++place;
    routes.insert(place, route);
  }

  void Split(std::size_t rank, const std::string& split_key, RouteState state) {
    RouteDescriptor left;
    left.start = routes[rank].start;
    left.end = split_key;
    left.group_id = routes[rank].group_id;
    left.state = state;
    RouteDescriptor right = left;
    right.start = split_key;
    right.end = routes[rank].end;
    routes[rank] = left;
    auto place = routes.begin();
    while (place != routes.end() && place->start < split_key) ++place;
    routes.insert(place, right);
  }
};

bool SameRoute(const RouteView& view, const RouteDescriptor& route) {
  return view.route_id == route.route_id && view.start == route.start &&
         view.end.has_value() == route.end.has_value() &&
         (!view.end.has_value() || *view.end == *route.end) && view.group_id == route.group_id &&
         view.state == route.state && view.epoch == route.epoch;
}

std::vector<std::size_t> RanksOf(const std::vector<RouteView>& views) {
  std::vector<std::size_t> ranks;
  for (const RouteView& view : views) ranks.push_back(view.rank);
  return ranks;
}

// Every boundary, its neighbours in the byte order, and some keys of no importance.
std::vector<std::string> ProbesFor(const NaiveTable& naive, CounterDraws& draws) {
  std::set<std::string> probes = {"", std::string(1, '\0'), "\xff\xff\xff\xff"};
  for (const RouteDescriptor& route : naive.routes) {
    for (const std::string& bound : {route.start, route.end.value_or(route.start)}) {
      probes.insert(bound);
      probes.insert(bound + '\0');
      if (!bound.empty()) probes.insert(bound.substr(0, bound.size() - 1));
    }
  }
  for (int i = 0; i < 8; ++i) probes.insert(DrawKey(draws));
  return {probes.begin(), probes.end()};
}

void ExpectSameAnswers(const RouteTable& table, const NaiveTable& naive, CounterDraws& draws) {
  ASSERT_EQ(table.size(), naive.routes.size());
  for (std::size_t rank = 0; rank < table.size(); ++rank) {
    EXPECT_TRUE(SameRoute(table.At(rank), naive.routes[rank])) << "rank " << rank;
  }
  const std::vector<std::string> probes = ProbesFor(naive, draws);
  for (const std::string& key : probes) {
    const RouteDescriptor* expected = naive.Find(key);
    const std::optional<RouteView> found = table.Find(key);
    ASSERT_EQ(found.has_value(), expected != nullptr) << "key " << QuoteKey(key);
    EXPECT_EQ(table.OwnerOf(key), expected ? std::optional(expected->group_id) : std::nullopt)
        << "key " << QuoteKey(key);
    if (expected == nullptr) continue;
    EXPECT_TRUE(SameRoute(*found, *expected)) << "key " << QuoteKey(key);
    EXPECT_EQ(&naive.routes[found->rank], expected) << "key " << QuoteKey(key) << " rank " << found->rank;
  }
  for (std::size_t i = 0; i < 40; ++i) {
    KeyRange range{draws.Pick(probes), std::nullopt};
    if (!draws.OneIn(8)) range.end = draws.Pick(probes);
    std::optional<std::string_view> end;
    if (range.end.has_value()) end = *range.end;
    EXPECT_EQ(RanksOf(table.Intersecting(range.start, end)), naive.Sharing(range)) << FormatRange(range);
    EXPECT_EQ(RanksOf(table.WithBoundsAcross(range.start, end)), naive.Across(range)) << FormatRange(range);
  }
}

// Disjoint routes with gaps, in order of start.
std::vector<RouteDescriptor> DrawDisjointRoutes(CounterDraws& draws, std::size_t most_bounds) {
  std::set<std::string> distinct;
  const std::size_t tries = draws.Below(most_bounds + 1);
  for (std::size_t i = 0; i < tries; ++i) distinct.insert(DrawKey(draws));
  if (draws.OneIn(2)) distinct.insert("");
  const std::vector<std::string> bounds(distinct.begin(), distinct.end());
  std::vector<RouteDescriptor> routes;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    const bool is_last = i + 1 == bounds.size();
    if (draws.OneIn(5) || (is_last && draws.OneIn(2))) continue;
    RouteDescriptor route;
    route.route_id = RouteId(1000 - routes.size());
    route.start = bounds[i];
    if (!is_last) route.end = bounds[i + 1];
    route.group_id = GroupId(1 + draws.Below(4));
    route.state = RouteState{static_cast<std::uint8_t>(draws.Below(4))};
    route.epoch = RangeEpoch(draws.Below(10));
    routes.push_back(std::move(route));
  }
  return routes;
}

TEST(RouteTable, AnswersAsTheNaiveTwinForAnySnapshot) {
  const std::uint64_t first_seed = FirstTestSeed();
  for (std::uint64_t seed = first_seed; seed < first_seed + 400; ++seed) {
    SCOPED_TRACE("FENCEPOST_TEST_SEED=" + std::to_string(seed));
    CounterDraws draws(seed);
    NaiveTable naive;
    naive.routes = DrawDisjointRoutes(draws, seed % 20 == 0 ? 400 : 12);
    std::vector<RouteDescriptor> shuffled = naive.routes;
    draws.Shuffle(shuffled);
    const absl::StatusOr<RouteTable> table = RouteTable::FromRoutes(shuffled);
    ASSERT_TRUE(table.ok()) << table.status();
    ExpectSameAnswers(*table, naive, draws);
    EXPECT_TRUE(table->HoldsExactly(shuffled));
    if (HasFailure()) return;
  }
}

TEST(RouteTable, AnswersAsTheNaiveTwinAfterAnyEphemeralChanges) {
  const std::uint64_t first_seed = FirstTestSeed();
  for (std::uint64_t seed = first_seed; seed < first_seed + 400; ++seed) {
    SCOPED_TRACE("FENCEPOST_TEST_SEED=" + std::to_string(seed));
    CounterDraws draws(seed);
    NaiveTable naive;
    RouteTable table;
    for (std::uint64_t step = 1; step <= 12; ++step) {
      RouteDescriptor route;
      route.start = DrawKey(draws);
      if (!draws.OneIn(4)) route.end = DrawKey(draws);
      route.group_id = GroupId(step);
      const std::string split_key = DrawKey(draws);
      const std::optional<RouteView> hit = table.Find(split_key);
      if (hit.has_value() && hit->start < split_key) {
        const std::size_t rank = hit->rank;
        table = table.WithSplit(rank, split_key, RouteState::kMigratingSource).table;
        naive.Split(rank, split_key, RouteState::kMigratingSource);
      } else {
        const RouteTable::Grown grown = table.WithRoute(route.range(), route.group_id);
        EXPECT_EQ(grown.table.At(grown.rank).group_id, route.group_id) << "step " << step;
        table = grown.table;
        naive.Add(route);
      }
      ExpectSameAnswers(table, naive, draws);
      if (HasFailure()) return;
    }
  }
}

// The checks in the words of the contract, with every pair compared.
std::optional<Error> NaiveFault(std::vector<RouteDescriptor> routes) {
  for (std::size_t i = 0; i < routes.size(); ++i) {
    const absl::Status valid = ValidateRouteDescriptor(routes[i]);
    if (!valid.ok()) return ErrorOf(valid);
    for (std::size_t j = 0; j < i; ++j) {
      if (routes[j].route_id == routes[i].route_id) return Error::kEngineSnapshotDuplicateId;
    }
  }
  std::sort(routes.begin(), routes.end(), CatalogOrder);
  for (std::size_t i = 1; i < routes.size(); ++i) {
    if (routes[i - 1].start == routes[i].start) return Error::kEngineSnapshotRouteOrder;
    if (!routes[i - 1].end.has_value()) return Error::kEngineSnapshotRouteOrder;
    if (*routes[i - 1].end > routes[i].start) return Error::kEngineSnapshotRouteOverlap;
  }
  return std::nullopt;
}

void Damage(std::vector<RouteDescriptor>& routes, CounterDraws& draws) {
  RouteDescriptor& route = routes[draws.Below(routes.size())];
  switch (draws.Below(7)) {
    case 0:
      route.route_id = RouteId(0);
      break;
    case 1:
      route.group_id = GroupId(0);
      break;
    case 2:
      route.state = RouteState{9};
      break;
    case 3:
      route.end = DrawKey(draws);
      break;
    case 4:
      route.end.reset();
      break;
    case 5:
      route.start = DrawKey(draws);
      break;
    case 6:
      route.route_id = routes[draws.Below(routes.size())].route_id;
      break;
  }
}

TEST(RouteTable, ReportsTheSameFaultAsTheNaiveTwinForAnyDamagedSnapshot) {
  const std::uint64_t first_seed = FirstTestSeed();
  std::set<std::optional<Error>> met;
  for (std::uint64_t seed = first_seed; seed < first_seed + 2000; ++seed) {
    SCOPED_TRACE("FENCEPOST_TEST_SEED=" + std::to_string(seed));
    CounterDraws draws(seed);
    std::vector<RouteDescriptor> routes = DrawDisjointRoutes(draws, 8);
    if (routes.empty()) continue;
    draws.Shuffle(routes);
    const std::size_t wounds = 1 + draws.Below(3);
    for (std::size_t i = 0; i < wounds; ++i) Damage(routes, draws);
    const std::optional<Error> expected = NaiveFault(routes);
    ASSERT_EQ(ErrorOf(RouteTable::FromRoutes(routes).status()), expected)
        << (expected.has_value() ? ErrorName(*expected) : "no fault");
    met.insert(expected);
  }
  // No fault, four of a single route, and three of the whole: the generator reaches each.
  EXPECT_EQ(met.size(), 8u);
}

}  // namespace
}  // namespace fencepost
