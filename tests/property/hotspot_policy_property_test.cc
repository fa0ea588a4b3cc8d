// Where hot ranges are cut, against every possible cut.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "fencepost/engine/hotspot_policy.h"
#include "tests/property/generators.h"
#include "tests/property/property.h"

namespace fencepost::property {
namespace {

using Keys = std::vector<std::string>;

struct HotRange {
  KeyRange range;  // bounded, not empty
  Keys sampled;    // keys of the range
};

HotRange AnyHotRange() {
  const std::string a = *AnyKey().as("a bound");
  // By value: the generator outlives this call, for shrinking.
  const std::string b =
      *rc::gen::suchThat(AnyKey(), [a](const std::string& key) { return key != a; }).as("the other");
  HotRange hot;
  hot.range = KeyRange{std::min(a, b), std::max(a, b)};
  const Keys drawn = *rc::gen::container<Keys>(AnyKey()).as("accessed");
  for (const std::string& key : drawn) {
    if (Contains(hot.range, key)) hot.sampled.push_back(key);
  }
  return hot;
}

std::size_t LargerSide(const Keys& sampled, const std::string& cut) {
  const auto left = static_cast<std::size_t>(
      std::count_if(sampled.begin(), sampled.end(), [&](const std::string& key) { return key < cut; }));
  return std::max(left, sampled.size() - left);
}

// The best that any cut inside the range can do; nothing when none leaves a sampled key on both sides.
std::optional<std::size_t> BestLargerSide(const HotRange& hot) {
  std::optional<std::size_t> best;
  for (const std::string& cut : hot.sampled) {
    if (cut == *std::min_element(hot.sampled.begin(), hot.sampled.end())) continue;
    const std::size_t larger = LargerSide(hot.sampled, cut);
    best = best.has_value() ? std::min(*best, larger) : larger;
  }
  return best;
}

TEST(HotspotPolicyProperty, LoadHalvingCutsNoWorseThanAnyOtherCut) {
  CheckProperty([] {
    const HotRange hot = AnyHotRange();
    const std::optional<std::string> cut = LoadHalvingPolicy().SplitKey(hot.range, hot.sampled);
    const std::optional<std::size_t> best = BestLargerSide(hot);
    if (hot.sampled.empty()) return;
    if (cut.has_value() != best.has_value())
      RC_FAIL(cut.has_value() ? "cut where none helps" : "did not cut");
    if (!cut.has_value()) return;
    RC_ASSERT(hot.range.start < *cut && *cut < *hot.range.end);
    RC_ASSERT(LargerSide(hot.sampled, *cut) == *best);
  });
}

TEST(HotspotPolicyProperty, LoadHalvingDoesNotDependOnTheOrderOfTheSample) {
  CheckProperty([] {
    HotRange hot = AnyHotRange();
    const std::optional<std::string> cut = LoadHalvingPolicy().SplitKey(hot.range, hot.sampled);
    std::reverse(hot.sampled.begin(), hot.sampled.end());
    RC_ASSERT(LoadHalvingPolicy().SplitKey(hot.range, hot.sampled) == cut);
    std::sort(hot.sampled.begin(), hot.sampled.end());
    RC_ASSERT(LoadHalvingPolicy().SplitKey(hot.range, hot.sampled) == cut);
  });
}

TEST(HotspotPolicyProperty, TheReferencePolicyPeelsOffTheFirstKeyOrNothing) {
  CheckProperty([] {
    const HotRange hot = AnyHotRange();
    const std::string next = hot.range.start + std::string(1, '\0');
    const std::optional<std::string> expected =
        next < *hot.range.end ? std::optional<std::string>(next) : std::nullopt;
    RC_ASSERT(ReferenceHotspotPolicy().SplitKey(hot.range, hot.sampled) == expected);
  });
}

// The reference's policy does not halve the load; the property tells.
TEST(HotspotPolicyPropertyCanFail, WhenTheReferencePolicyIsTakenForAHalvingOne) {
  const auto counterexample = FindCounterexample([] {
    const HotRange hot = AnyHotRange();
    const std::optional<std::string> cut = ReferenceHotspotPolicy().SplitKey(hot.range, hot.sampled);
    const std::optional<std::size_t> best = BestLargerSide(hot);
    if (!cut.has_value() || !best.has_value()) return;
    if (LargerSide(hot.sampled, *cut) > *best) RC_FAIL("a better cut exists");
  });
  EXPECT_TRUE(counterexample.has_value());
}

}  // namespace
}  // namespace fencepost::property
