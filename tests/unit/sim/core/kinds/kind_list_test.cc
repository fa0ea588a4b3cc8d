// Lists of kinds: by name, whatever the order of registration.
#include "sim/core/kinds/kind_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sim/core/kinds/kinds.h"
#include "sim/core/kinds/nearest_name.h"

namespace fencepost::sim {
namespace {

using testing::ElementsAre;

constexpr MarkKind kApple{"apple", "an apple"};
constexpr MarkKind kBanana{"banana", "a banana"};
constexpr MarkKind kCherry{"cherry", "a cherry"};

KindList<MarkKind> ListOf(const std::vector<const MarkKind*>& kinds) {
  KindList<MarkKind> list;
  for (const MarkKind* const kind : kinds) list.Add(*kind);
  return list;
}

TEST(KindList, IsTheSameListInWhateverOrderItsKindsAreRegistered) {
  std::vector<const MarkKind*> order = {&kApple, &kBanana, &kCherry};
  do {
    const KindList<MarkKind> list = ListOf(order);
    EXPECT_THAT(list.all(), ElementsAre(&kApple, &kBanana, &kCherry));
    EXPECT_EQ(list.PositionOf(kApple), 0u);
    EXPECT_EQ(list.PositionOf(kBanana), 1u);
    EXPECT_EQ(list.PositionOf(kCherry), 2u);
  } while (std::ranges::next_permutation(order).found);
}

TEST(KindList, FindsByNameAndKnowsWhatIsNotRegistered) {
  const KindList<MarkKind> list = ListOf({&kCherry, &kApple});
  EXPECT_EQ(list.Find("cherry"), &kCherry);
  EXPECT_EQ(list.Find("banana"), nullptr);
  EXPECT_EQ(list.Find(""), nullptr);
  EXPECT_EQ(list.PositionOf(kBanana), KindList<MarkKind>::kNone);
  EXPECT_EQ(KindList<MarkKind>().PositionOf(kApple), KindList<MarkKind>::kNone);
  constexpr MarkKind kSameApple{"apple", "defined elsewhere"};
  EXPECT_EQ(list.PositionOf(kSameApple), 0u) << "a kind is its name, not its address";
}

TEST(KindList, FindsEachOfMany) {
  std::vector<std::string> names;
  for (int i = 0; i < 300; ++i) names.push_back("kind-" + std::to_string(i * 7919 % 1000));
  std::vector<MarkKind> kinds;
  for (const std::string& name : names) kinds.emplace_back(name, "one of many");
  KindList<MarkKind> list;
  for (const MarkKind& kind : kinds) list.Add(kind);
  ASSERT_TRUE(std::ranges::is_sorted(list.all(), {}, &MarkKind::name));
  for (const MarkKind& kind : kinds) {
    EXPECT_EQ(list[list.PositionOf(kind)].name, kind.name);
    EXPECT_EQ(list.Find(kind.name), &kind);
  }
}

TEST(PerKind, HoldsAValueForEachKindWhereverItStands) {
  const KindList<MarkKind> one = ListOf({&kBanana, &kApple, &kCherry});
  const KindList<MarkKind> other = ListOf({&kCherry, &kBanana, &kApple});
  PerKind<MarkKind, int> left(one);
  PerKind<MarkKind, int> right(other);
  EXPECT_THAT(left.values(), ElementsAre(0, 0, 0));
  for (PerKind<MarkKind, int>* const values : {&left, &right}) {
    (*values)[kCherry] = 3;
    (*values)[kApple] = 1;
  }
  EXPECT_THAT(left.values(), ElementsAre(1, 0, 3)) << "by name";
  EXPECT_EQ(left, right);
  ++right[kBanana];
  EXPECT_FALSE(left == right);
}

TEST(NearestName, IsTheOneWithTheFewestEdits) {
  const std::vector<std::string_view> names = {"apple", "banana", "cherry"};
  EXPECT_EQ(NearestName("banan", names), "banana");
  EXPECT_EQ(NearestName("chery", names), "cherry");
  EXPECT_EQ(NearestName("x", {}), "");
}

}  // namespace
}  // namespace fencepost::sim
