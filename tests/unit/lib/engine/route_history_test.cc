#include "fencepost/engine/route_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/sample_routes.h"
#include "tests/unit/sim/core/choices/counter_draws.h"

namespace fencepost {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Each version gives the whole keyspace to the group of the same number, so that an answer names its version.
RouteHistorySnapshot AtVersion(std::uint64_t version) {
  return RouteHistorySnapshot(Version(version), TableOf(EverythingTo(version)));
}

RouteHistory HistoryOf(std::size_t depth, const std::vector<std::uint64_t>& versions) {
  RouteHistory history(depth);
  for (const std::uint64_t version : versions) history = history.Recorded(AtVersion(version));
  return history;
}

std::vector<std::uint64_t> VersionsOf(const RouteHistory& history) {
  std::vector<std::uint64_t> versions;
  for (const Version version : history.RecordedVersions()) versions.push_back(version.value);
  return versions;
}

TEST(RouteHistory, BeforeTheFirstRecordingThereIsNothingCurrent) {
  const RouteHistory history(32);
  EXPECT_EQ(history.current_version(), Version(0));
  EXPECT_FALSE(history.Current().has_value());
  EXPECT_FALSE(history.At(Version(0)).has_value());
  EXPECT_FALSE(history.GapAround(Version(0)).has_value());
  EXPECT_THAT(history.RecordedVersions(), IsEmpty());
}

TEST(RouteHistory, HoldsExactlyTheLastVersionsThatWereRecorded) {
  const RouteHistory history = HistoryOf(3, {1, 2, 5, 6, 9});
  EXPECT_THAT(VersionsOf(history), ElementsAre(5, 6, 9));
  EXPECT_EQ(history.current_version(), Version(9));
  EXPECT_EQ(history.Current()->OwnerOf("k"), GroupId(9));
  EXPECT_EQ(history.At(Version(6))->OwnerOf("k"), GroupId(6));
  EXPECT_FALSE(history.At(Version(2)).has_value()) << "evicted";
  EXPECT_FALSE(history.At(Version(7)).has_value()) << "skipped";
  EXPECT_FALSE(history.At(Version(10)).has_value()) << "not yet";
}

TEST(RouteHistory, VersionZeroCanBeRecorded) {
  const RouteHistory history =
      RouteHistory(2).Recorded(RouteHistorySnapshot(Version(0), TableOf(EverythingTo(4))));
  ASSERT_TRUE(history.Current().has_value());
  EXPECT_EQ(history.Current()->OwnerOf("k"), GroupId(4));
}

TEST(RouteHistory, RecordingAVersionTwiceOrAnOlderOneChangesNothing) {
  const RouteHistory history = HistoryOf(3, {2, 4});
  const RouteHistorySnapshot other(Version(4), TableOf(EverythingTo(77)));
  EXPECT_EQ(history.Recorded(other).Current()->OwnerOf("k"), GroupId(4));
  EXPECT_THAT(VersionsOf(history.Recorded(AtVersion(3))), ElementsAre(2, 4));
}

TEST(RouteHistory, ASmallerDepthEvictsTheOldestAtOnceAndALargerOneBringsNothingBack) {
  const RouteHistory history = HistoryOf(4, {1, 2, 3, 4});
  const RouteHistory shrunk = history.WithDepth(1);
  EXPECT_THAT(VersionsOf(shrunk), ElementsAre(4));
  EXPECT_EQ(shrunk.depth(), 1u);
  const RouteHistory grown = shrunk.WithDepth(3);
  EXPECT_THAT(VersionsOf(grown), ElementsAre(4));
  EXPECT_THAT(VersionsOf(grown.Recorded(AtVersion(5))), ElementsAre(4, 5));
  EXPECT_THAT(VersionsOf(history), ElementsAre(1, 2, 3, 4)) << "a history is a value";
}

TEST(RouteHistory, ASnapshotAnswersTheSameAfterItWasEvictedAndTheHistoryIsGone) {
  std::optional<RouteHistory> history = HistoryOf(2, {1, 2});
  const std::optional<RouteHistorySnapshot> held = history->At(Version(1));
  ASSERT_TRUE(held.has_value());
  history = HistoryOf(2, {3, 4, 5});
  history.reset();
  EXPECT_EQ(held->version(), Version(1));
  EXPECT_EQ(held->OwnerOf("k"), GroupId(1));
  EXPECT_EQ(held->table().size(), 1u);
}

TEST(RouteHistory, AVersionThatWasSkippedHasItsRecordedNeighbours) {
  const RouteHistory history = HistoryOf(3, {2, 5, 9});
  const std::optional<RouteHistory::Gap> gap = history.GapAround(Version(7));
  ASSERT_TRUE(gap.has_value());
  EXPECT_EQ(gap->before.version(), Version(5));
  EXPECT_EQ(gap->after.version(), Version(9));
  EXPECT_FALSE(history.GapAround(Version(5)).has_value()) << "recorded";
  EXPECT_FALSE(history.GapAround(Version(1)).has_value()) << "older than the oldest";
  EXPECT_FALSE(history.GapAround(Version(10)).has_value()) << "newer than the newest";
}

TEST(RouteHistory, AnOwnerKeepsAHistoryAliveThatItHolds) {
  auto owner = std::make_shared<RouteHistory>(HistoryOf(2, {1, 2}));
  const std::weak_ptr<RouteHistory> watched = owner;
  std::optional<RouteHistory> borrowed(std::in_place, *owner, owner);
  owner.reset();
  EXPECT_FALSE(watched.expired());
  EXPECT_EQ(borrowed->At(Version(1))->OwnerOf("k"), GroupId(1));
  borrowed.reset();
  EXPECT_TRUE(watched.expired());
}

// The ring as the contract words it: every version ever recorded, of which the last few count.
TEST(RouteHistory, HoldsWhatTheNaiveTwinHoldsUnderAnyDepthChanges) {
  const std::uint64_t first_seed = FirstTestSeed();
  for (std::uint64_t seed = first_seed; seed < first_seed + 200; ++seed) {
    SCOPED_TRACE("FENCEPOST_TEST_SEED=" + std::to_string(seed));
    CounterDraws draws(seed);
    std::size_t depth = 1 + draws.Below(5);
    RouteHistory history(depth);
    std::vector<std::uint64_t> naive;
    std::uint64_t version = 0;
    for (int step = 0; step < 30; ++step) {
      if (draws.OneIn(5)) {
        depth = 1 + draws.Below(5);
        history = history.WithDepth(depth);
      } else {
        version += 1 + draws.Below(3);
        history = history.Recorded(AtVersion(version));
        naive.push_back(version);
      }
      while (naive.size() > depth) naive.erase(naive.begin());
      ASSERT_EQ(VersionsOf(history), naive) << "step " << step;
      for (std::uint64_t probe = 0; probe <= version + 1; ++probe) {
        const bool recorded = std::find(naive.begin(), naive.end(), probe) != naive.end();
        const RouteHistorySnapshot* found = history.Find(Version(probe));
        ASSERT_EQ(found != nullptr, recorded) << "version " << probe;
        if (recorded) {
          EXPECT_EQ(found->OwnerOf("k"), GroupId(probe));
        }
        const bool inside = !naive.empty() && naive.front() < probe && probe < naive.back();
        ASSERT_EQ(history.GapAround(Version(probe)).has_value(), inside && !recorded) << "version " << probe;
      }
    }
  }
}

}  // namespace
}  // namespace fencepost
