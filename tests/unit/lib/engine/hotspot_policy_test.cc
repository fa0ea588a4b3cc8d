#include "fencepost/engine/hotspot_policy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/unit/sim/core/choices/counter_draws.h"

namespace fencepost {
namespace {

std::size_t AccessesBelow(const std::vector<std::string>& keys, const std::string& cut) {
  return static_cast<std::size_t>(
      std::count_if(keys.begin(), keys.end(), [&cut](const std::string& key) { return key < cut; }));
}

std::size_t LargerHalf(const std::vector<std::string>& keys, const std::string& cut) {
  const std::size_t left = AccessesBelow(keys, cut);
  return std::max(left, keys.size() - left);
}

TEST(LoadHalvingPolicy, CutsSoThatHalfOfTheAccessesLieOnEachSide) {
  const std::vector<std::string> keys = {"p3", "c", "p1", "p2", "a", "b"};
  const std::optional<std::string> cut = LoadHalvingPolicy().SplitKey(KeyRange{"", "z"}, keys);
  ASSERT_TRUE(cut.has_value());
  EXPECT_EQ(AccessesBelow(keys, *cut), 3u) << "cut at " << QuoteKey(*cut);
}

TEST(LoadHalvingPolicy, CountsRepeatedKeysAsLoad) {
  const std::vector<std::string> keys = {"a", "b", "c", "x", "x", "x", "x", "x"};
  const std::optional<std::string> cut = LoadHalvingPolicy().SplitKey(KeyRange{"", "z"}, keys);
  ASSERT_TRUE(cut.has_value());
  EXPECT_EQ(AccessesBelow(keys, *cut), 3u) << "cut at " << QuoteKey(*cut);
}

TEST(LoadHalvingPolicy, FindsNoCutWhenEveryAccessHitOneKey) {
  const std::vector<std::string> keys = {"k", "k", "k"};
  EXPECT_EQ(LoadHalvingPolicy().SplitKey(KeyRange{"", "z"}, keys), std::nullopt);
  EXPECT_EQ(LoadHalvingPolicy().SplitKey(KeyRange{"", "z"}, {}), std::nullopt);
}

TEST(LoadHalvingPolicy, KeepsTheBoundaryAsShortAsItsPlaceAllows) {
  const std::vector<std::string> keys = {"user/alice/inbox/000017", "user/bob/inbox/000423"};
  EXPECT_EQ(LoadHalvingPolicy().SplitKey(KeyRange{"user/", "user0"}, keys), "user/b");
  const std::vector<std::string> prefix_of_next = {"ab", "abc"};
  EXPECT_EQ(LoadHalvingPolicy().SplitKey(KeyRange{"a", "b"}, prefix_of_next), "abc");
}

TEST(LoadHalvingPolicy, IgnoresKeysOutsideTheRange) {
  const std::vector<std::string> keys = {"a", "m", "z"};
  EXPECT_EQ(LoadHalvingPolicy().SplitKey(KeyRange{"l", "n"}, keys), std::nullopt);
}

TEST(LoadHalvingPolicy, NoOtherCutIsBetterForAnySample) {
  const std::uint64_t first_seed = FirstTestSeed();
  std::size_t cuts = 0;
  for (std::uint64_t seed = first_seed; seed < first_seed + 500; ++seed) {
    SCOPED_TRACE("FENCEPOST_TEST_SEED=" + std::to_string(seed));
    CounterDraws draws(seed);
    KeyRange range{DrawKey(draws), DrawKey(draws)};
    if (!IsNonEmpty(range)) continue;
    std::vector<std::string> keys;
    for (int i = 0; i < 20; ++i) {
      std::string key = DrawKey(draws);
      if (Contains(range, key)) keys.push_back(std::move(key));
    }
    const std::optional<std::string> cut = LoadHalvingPolicy().SplitKey(range, keys);
    std::size_t best = keys.size();
    for (const std::string& key : keys) best = std::min(best, LargerHalf(keys, key));
    ASSERT_EQ(cut.has_value(), best < keys.size());
    if (!cut.has_value()) continue;
    ++cuts;
    EXPECT_LT(range.start, *cut);
    EXPECT_LT(*cut, *range.end);
    EXPECT_EQ(LargerHalf(keys, *cut), best) << "cut at " << QuoteKey(*cut);
  }
  EXPECT_GT(cuts, 50u) << "too few samples had a cut to test";
}

TEST(ReferenceHotspotPolicy, PeelsOffTheFirstKey) {
  const ReferenceHotspotPolicy policy;
  EXPECT_EQ(policy.sample_size(), 0u);
  EXPECT_EQ(policy.SplitKey(KeyRange{"a", "m"}, {}), std::string("a\0", 2));
  EXPECT_EQ(policy.SplitKey(KeyRange{"", "m"}, {}), std::string("\0", 1));
}

TEST(ReferenceHotspotPolicy, FindsNoCutInARangeOfOneKey) {
  EXPECT_EQ(ReferenceHotspotPolicy().SplitKey(KeyRange{"a", std::string("a\0", 2)}, {}), std::nullopt);
}

}  // namespace
}  // namespace fencepost
