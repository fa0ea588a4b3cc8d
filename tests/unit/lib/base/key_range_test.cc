#include "fencepost/base/key_range.h"

#include <gtest/gtest.h>

#include <vector>

namespace fencepost {
namespace {

const std::optional<std::string> kUnbounded;

TEST(KeyRange, AnAbsentEndIsInfinityAndAnEmptyEndIsNothing) {
  const KeyRange unbounded{"a", kUnbounded};
  const KeyRange nothing{"a", ""};
  EXPECT_TRUE(IsNonEmpty(unbounded));
  EXPECT_TRUE(Contains(unbounded, "\xff\xff"));
  EXPECT_FALSE(IsNonEmpty(nothing));
  EXPECT_FALSE(Contains(nothing, "a"));
  EXPECT_FALSE(IsNonEmpty(KeyRange{"", ""})) << "not even the smallest key is below itself";
}

TEST(KeyRange, ContainsItsStartButNotItsEnd) {
  const KeyRange range{"b", "d"};
  EXPECT_FALSE(Contains(range, "a"));
  EXPECT_TRUE(Contains(range, "b"));
  EXPECT_TRUE(Contains(range, "c\xff"));
  EXPECT_FALSE(Contains(range, "d"));
}

TEST(KeyRange, OrdersKeysAsUnsignedBytesWithAPrefixFirst) {
  EXPECT_TRUE(IsNonEmpty("\x7f", "\x80"));
  EXPECT_FALSE(IsNonEmpty("\x80", "\x7f"));
  EXPECT_TRUE(IsNonEmpty("a", std::string_view("a\0", 2)));
  EXPECT_FALSE(IsNonEmpty("a", "a"));
}

// Every pair of small ranges against the definition: they intersect if some key lies in both.
TEST(KeyRange, IntersectsExactlyWhenAKeyLiesInBoth) {
  const std::vector<std::string> keys = {"", std::string(1, '\0'), "a", std::string("a\0", 2), "b", "\xff"};
  std::vector<KeyRange> ranges;
  for (const std::string& start : keys) {
    ranges.push_back(KeyRange{start, kUnbounded});
    for (const std::string& end : keys) ranges.push_back(KeyRange{start, end});
  }
  for (const KeyRange& a : ranges) {
    for (const KeyRange& b : ranges) {
      bool shared = false;
      for (const std::string& key : keys) shared = shared || (Contains(a, key) && Contains(b, key));
      EXPECT_EQ(Intersects(a, b), shared) << FormatRange(a) << " and " << FormatRange(b);
    }
  }
}

TEST(KeyRange, AnUnboundedEndComesAfterEveryOther) {
  EXPECT_TRUE(EndsBefore("a", "b"));
  EXPECT_FALSE(EndsBefore("b", "a"));
  EXPECT_TRUE(EndsBefore("\xff", kUnbounded));
  EXPECT_FALSE(EndsBefore(kUnbounded, "\xff"));
  EXPECT_FALSE(EndsBefore(kUnbounded, kUnbounded));
}

TEST(KeyRange, IsWrittenSoThatEveryByteCanBeReadBack) {
  EXPECT_EQ(QuoteKey(""), R"("")");
  EXPECT_EQ(QuoteKey("key 7~"), R"("key 7~")");
  EXPECT_EQ(QuoteKey(std::string("\0\x1f\x7f\xff\"\\", 6)), R"("\x00\x1f\x7f\xff\x22\x5c")");
  EXPECT_EQ(FormatRange(KeyRange{"a", "m"}), R"(["a", "m"))");
  EXPECT_EQ(FormatRange(KeyRange{"m", kUnbounded}), R"(["m", +inf))");
}

}  // namespace
}  // namespace fencepost
