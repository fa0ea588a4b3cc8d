// Two invariants that came from the field: a skipped version is no reason to refuse a pin, and a split of a
// hot range divides its load. Each holds where it holds, and names what broke it where it does not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "model/invariants/hot_split.h"
#include "model/invariants/invariants.h"
#include "model/invariants/pin_judged.h"

namespace fencepost::model {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// Versions 1 to 5 of a catalog of two routes; [m, +inf) is written anew at version 3.
class PinJudged : public testing::Test {
 protected:
  PinJudged() {
    for (std::uint64_t version = 1; version <= 5; ++version) {
      RouteDescriptor left;
      left.end = "m";
      left.epoch = RangeEpoch(10);
      RouteDescriptor right;
      right.start = "m";
      right.epoch = RangeEpoch(version < 3 ? 10 : 30);
      versions_[Version(version)] = {left, right};
    }
  }

  Verdict Check(std::uint64_t before, std::uint64_t pin, std::uint64_t after, std::vector<std::string> keys) {
    const RefusedPin refused{"node-2", Version(pin), Version(before), Version(after), std::move(keys)};
    return CheckPinJudged(refused, [this](Version version) -> const std::vector<RouteDescriptor>* {
      const auto found = versions_.find(version);
      return found == versions_.end() ? nullptr : &found->second;
    });
  }

  std::map<Version, std::vector<RouteDescriptor>> versions_;
};

TEST_F(PinJudged, ARefusalWhoseRangeNobodyTouchedIsNamed) {
  const Verdict verdict = Check(1, 2, 4, {"a"});
  ASSERT_TRUE(verdict.has_value()) << "nothing was found wrong";
  EXPECT_EQ(verdict->invariant, kPinJudged);
  EXPECT_EQ(verdict->sentence,
            "node-2 refused a write to \"a\" pinned to version 2 as evicted; its engine has versions 1 and "
            "4, and nobody touched the range in between");
}

TEST_F(PinJudged, ARefusalWhoseRangeWasTouchedInBetweenHolds) {
  EXPECT_FALSE(Check(1, 2, 4, {"x"}).has_value());
  EXPECT_FALSE(Check(2, 3, 4, {"x"}).has_value()) << "touched at the pinned version itself";
  EXPECT_TRUE(Check(3, 4, 5, {"x"}).has_value()) << "touched at the version before is not in between";
}

TEST_F(PinJudged, OneTouchedRangeIsReasonEnough) {
  EXPECT_FALSE(Check(1, 2, 4, {"a", "x"}).has_value());
  EXPECT_TRUE(Check(1, 2, 4, {"a", "b"}).has_value());
}

TEST_F(PinJudged, WhereTheCatalogHasNoRouteOrNoVersionNobodyIsToBlame) {
  versions_[Version(2)] = {};
  EXPECT_FALSE(Check(1, 2, 4, {"a"}).has_value()) << "no route covered it for a while";
  versions_.erase(Version(2));
  EXPECT_FALSE(Check(1, 2, 4, {"a"}).has_value()) << "unknown content proves nothing";
}

class HotSplit : public testing::Test {
 protected:
  const KeyRange range_{"b", "y"};
};

TEST_F(HotSplit, ASplitThatLeavesAccessesOnEitherSideHolds) {
  EXPECT_FALSE(CheckHotSplit("node-1", range_, "m", {{"c", 4}, {"m", 4}}).has_value());
  EXPECT_FALSE(CheckHotSplit("node-1", range_, "m", {{"c", 1}, {"x", 99}}).has_value());
}

TEST_F(HotSplit, ASplitThatPeelsOffWhatNobodyAccessesIsNamed) {
  const Verdict below = CheckHotSplit("node-1", range_, "x", {{"c", 5}, {"d", 5}});
  ASSERT_TRUE(below.has_value());
  EXPECT_EQ(below->invariant, kHotSplit);
  EXPECT_THAT(below->sentence, AllOf(HasSubstr("node-1 split the hot range [\"b\", \"y\") at \"x\""),
                                     HasSubstr("of 10 accesses to 2 keys all 10 fall on one side")));
  EXPECT_TRUE(CheckHotSplit("node-1", range_, "c", {{"c", 5}, {"d", 5}}).has_value())
      << "a key at the split is on its right";
  EXPECT_FALSE(CheckHotSplit("node-1", range_, "d", {{"c", 5}, {"d", 5}}).has_value());
}

TEST_F(HotSplit, OneKeyOrTooFewAccessesSayNothing) {
  EXPECT_FALSE(CheckHotSplit("node-1", range_, "x", {{"c", 100}}).has_value()) << "one key cannot be halved";
  EXPECT_FALSE(CheckHotSplit("node-1", range_, "x", {{"c", 4}, {"d", kTellingAccesses - 5}}).has_value());
  EXPECT_TRUE(CheckHotSplit("node-1", range_, "x", {{"c", 4}, {"d", kTellingAccesses - 4}}).has_value());
}

TEST_F(HotSplit, AccessesToOtherRangesDoNotCount) {
  EXPECT_TRUE(CheckHotSplit("node-1", range_, "x", {{"c", 5}, {"d", 5}, {"y", 50}}).has_value());
  EXPECT_TRUE(CheckHotSplit("node-1", range_, "c", {{"a", 50}, {"c", 5}, {"d", 5}}).has_value());
  EXPECT_FALSE(CheckHotSplit("node-1", range_, "x", {{"a", 50}, {"c", 2}, {"d", 2}}).has_value());
}

}  // namespace
}  // namespace fencepost::model
