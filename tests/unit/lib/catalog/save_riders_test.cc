// Records that ride on a save: they land with the routes or not at all, and an unknown outcome is settled by
// both.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "fencepost/base/error.h"
#include "tests/support/catalog_harness.h"
#include "tests/unit/sample_routes.h"

namespace fencepost {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

const std::optional<std::string> kGone;

std::vector<RouteDescriptor> Routes() { return Described(EverythingTo(1)); }

KeyRange RiderRange() { return KeyRange{"!dist|move|", "!dist|move}"}; }

class Riders : public testing::Test {
 protected:
  absl::StatusOr<SaveResult> Save(std::uint64_t expected, std::vector<Mutation> riders) {
    return RunAwaitable(harness_.catalog().Save(Version(expected), Routes(), std::move(riders)));
  }

  CatalogHarness harness_;
};

// From here on each commit is overtaken by somebody else's save of the same routes with other riders, and
// has an unknown outcome itself.
void OvertakeWith(CatalogHarness& harness, std::vector<Mutation> riders) {
  harness.store().before_commit = [&harness, riders = std::move(riders)](
                                      const WriteBatch& batch) -> std::optional<absl::StatusOr<Timestamp>> {
    WriteBatch other = batch;
    std::erase_if(other.mutations,
                  [](const Mutation& mutation) { return Contains(RiderRange(), mutation.key); });
    other.mutations.insert(other.mutations.end(), riders.begin(), riders.end());
    EXPECT_TRUE(harness.memory().CommitNow(other).ok());
    return absl::UnknownError("no answer in time");
  };
}

TEST_F(Riders, LandWithTheRoutesAndAreNoRoutes) {
  ASSERT_TRUE(Save(0, {{"!dist|move|1", "one"}, {"elsewhere", "two"}}).ok());
  EXPECT_EQ(harness_.Stored("!dist|move|1"), "one");
  EXPECT_EQ(harness_.Stored("elsewhere"), "two");
  const auto snapshot = harness_.Snapshot();
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  EXPECT_EQ(snapshot->routes, Routes());
  const auto riders = RunAwaitable(harness_.catalog().RidersAt(RiderRange(), snapshot->read_ts));
  ASSERT_TRUE(riders.ok()) << riders.status();
  ASSERT_THAT(*riders, SizeIs(1));
  EXPECT_EQ(riders->front().value, "one");

  const auto removed = Save(1, {{"!dist|move|1", kGone}});
  ASSERT_TRUE(removed.ok()) << removed.status();
  EXPECT_TRUE(removed->no_op) << "of the routes, which it speaks about";
  EXPECT_THAT(RunAwaitable(harness_.catalog().Riders(RiderRange())).value(), IsEmpty());
  EXPECT_THAT(RunAwaitable(harness_.catalog().RidersAt(RiderRange(), snapshot->read_ts)).value(), SizeIs(1));
}

TEST_F(Riders, ARefusedSaveTakesThemAlongNowhere) {
  ASSERT_TRUE(Save(0, {}).ok());
  EXPECT_TRUE(IsError(Save(0, {{"!dist|move|1", "one"}}).status(), Error::kCatalogVersionMismatch));
  EXPECT_EQ(harness_.Stored("!dist|move|1"), kGone);
}

TEST_F(Riders, AreRefusedOverTheCatalogsOwnRecordsAndTwiceOverOne) {
  for (const std::string& key : {CatalogVersionKey(), CatalogNextRouteIdKey(), CatalogRouteKey(RouteId(1)),
                                 std::string("!dist|route|stray"), std::string("!dist|meta|to come")}) {
    const auto saved = Save(0, {{key, "mine"}});
    EXPECT_TRUE(IsError(saved.status(), Error::kCatalogInvalidRider)) << QuoteKey(key) << saved.status();
  }
  const auto twice = Save(0, {{"k", "one"}, {"k", "two"}});
  EXPECT_TRUE(IsError(twice.status(), Error::kCatalogInvalidRider)) << twice.status();
  EXPECT_EQ(harness_.store().commits, 0);
}

TEST_F(Riders, OfAnUnknownOutcomeAreOursIfTheyStand) {
  ASSERT_TRUE(Save(0, {{"!dist|move|1", "one"}}).ok());
  OvertakeWith(harness_, {{"!dist|move|1", kGone}, {"!dist|move|2", "two"}});
  const auto saved = Save(1, {{"!dist|move|2", "two"}, {"!dist|move|1", kGone}});
  ASSERT_TRUE(saved.ok()) << saved.status();
  EXPECT_EQ(saved->snapshot.version, Version(2));
}

// Two movers mark the same routes for two targets: the routes alone cannot tell who has won.
TEST_F(Riders, OfAnUnknownOutcomeAreSomebodyElsesIfTheyDiffer) {
  const std::vector<std::vector<Mutation>> others = {
      {{"!dist|move|1", kGone}, {"!dist|move|2", "another's"}},  // another value
      {{"!dist|move|1", kGone}},                                 // none at all
      {{"!dist|move|2", "two"}},                                 // one that we took away
  };
  for (const std::vector<Mutation>& other : others) {
    CatalogHarness harness;
    std::vector<Mutation> before = {{"!dist|move|1", "one"}};
    ASSERT_TRUE(RunAwaitable(harness.catalog().Save(Version(0), Routes(), std::move(before))).ok());
    OvertakeWith(harness, other);
    std::vector<Mutation> ours = {{"!dist|move|2", "two"}, {"!dist|move|1", kGone}};
    const auto saved = RunAwaitable(harness.catalog().Save(Version(1), Routes(), std::move(ours)));
    EXPECT_TRUE(IsError(saved.status(), Error::kCatalogVersionMismatch)) << saved.status();
  }
}

}  // namespace
}  // namespace fencepost
