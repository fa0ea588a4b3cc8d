// The algebra of key ranges, against sets of keys: a range is what it contains.
//
// The alphabet is small enough to look at every key. A range whose bounds are in the alphabet is non-empty if
// and only if it contains one of the keys, so statements about all keys can be checked on these.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fencepost/base/key_range.h"
#include "fencepost/base/route.h"
#include "tests/property/generators.h"
#include "tests/property/property.h"

namespace fencepost::property {
namespace {

// Compares byte by byte, as numbers.
bool Below(std::string_view a, std::string_view b) {
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    const auto byte_a = static_cast<unsigned>(static_cast<unsigned char>(a[i]));
    const auto byte_b = static_cast<unsigned>(static_cast<unsigned char>(b[i]));
    if (byte_a != byte_b) return byte_a < byte_b;
  }
  return a.size() < b.size();
}

std::vector<std::string> KeysIn(const KeyRange& range) {
  std::vector<std::string> keys;
  for (const std::string& key : AllKeys()) {
    const bool from_start = !Below(key, range.start);
    const bool before_end = !range.end.has_value() || Below(key, *range.end);
    if (from_start && before_end) keys.push_back(key);
  }
  return keys;
}

TEST(KeyRangeProperty, ContainsExactlyTheKeysBetweenItsBounds) {
  CheckProperty([] {
    const KeyRange range = *AnyRange().as("range");
    const std::vector<std::string> inside = KeysIn(range);
    for (const std::string& key : AllKeys()) {
      const bool expected = std::find(inside.begin(), inside.end(), key) != inside.end();
      if (Contains(range, key) != expected) RC_FAIL("about key " + QuoteKey(key));
    }
  });
}

TEST(KeyRangeProperty, IsNonEmptyExactlyWhenItContainsAKey) {
  CheckProperty([] {
    const KeyRange range = *AnyRange().as("range");
    const bool expected = !KeysIn(range).empty();
    RC_ASSERT(IsNonEmpty(range) == expected);
    const auto end = range.end.has_value() ? std::optional<std::string_view>(*range.end) : std::nullopt;
    RC_ASSERT(IsNonEmpty(range.start, end) == expected);
  });
}

TEST(KeyRangeProperty, IntersectsExactlyWhenAKeyIsInBoth) {
  CheckProperty([] {
    const KeyRange a = *AnyRange().as("a");
    const KeyRange b = *AnyRange().as("b");
    const std::vector<std::string> keys_a = KeysIn(a);
    const std::vector<std::string> keys_b = KeysIn(b);
    std::vector<std::string> both;
    std::set_intersection(keys_a.begin(), keys_a.end(), keys_b.begin(), keys_b.end(),
                          std::back_inserter(both), Below);
    RC_ASSERT(Intersects(a, b) == !both.empty());
    RC_ASSERT(Intersects(b, a) == !both.empty());
  });
}

TEST(KeyRangeProperty, EndsBeforeOrdersEndsWithUnboundedLast) {
  CheckProperty([] {
    const std::optional<std::string> a = *AnyEnd().as("a");
    const std::optional<std::string> b = *AnyEnd().as("b");
    const bool expected = a.has_value() && (!b.has_value() || Below(*a, *b));
    RC_ASSERT(EndsBefore(a, b) == expected);
    // A range that ends no later contains no key that the other, with the same start, does not.
    if (EndsBefore(a, b)) RC_ASSERT(KeysIn(KeyRange{"", a}).size() <= KeysIn(KeyRange{"", b}).size());
  });
}

TEST(KeyRangeProperty, CatalogOrderIsAStrictTotalOrderByStartEndAndId) {
  CheckProperty([] {
    const RouteDescriptor a = *AnyRoute().as("a");
    const RouteDescriptor b = *AnyRoute().as("b");
    const RouteDescriptor c = *AnyRoute().as("c");
    RC_ASSERT(!CatalogOrder(a, a));
    RC_ASSERT(!(CatalogOrder(a, b) && CatalogOrder(b, a)));
    if (CatalogOrder(a, b) && CatalogOrder(b, c)) RC_ASSERT(CatalogOrder(a, c));
    const bool tied = a.start == b.start && a.end == b.end && a.route_id == b.route_id;
    RC_ASSERT((CatalogOrder(a, b) || CatalogOrder(b, a)) == !tied);
    if (Below(a.start, b.start)) RC_ASSERT(CatalogOrder(a, b));
    if (a.start == b.start && a.end != b.end) RC_ASSERT(CatalogOrder(a, b) == EndsBefore(a.end, b.end));
  });
}

TEST(KeyRangeProperty, QuotingIsInjective) {
  CheckProperty([] {
    const std::string a = *rc::gen::oneOf(AnyKey(), AnyBytes()).as("a");
    const std::string b = *rc::gen::oneOf(AnyKey(), AnyBytes()).as("b");
    RC_ASSERT((QuoteKey(a) == QuoteKey(b)) == (a == b));
    for (const char c : QuoteKey(a)) RC_ASSERT(c >= ' ' && c <= '~');
  });
}

TEST(KeyRangePropertyCanFail, WhenTheEndIsTakenForInclusive) {
  const auto counterexample = FindCounterexample([] {
    const KeyRange range = *AnyRange().as("range");
    const std::string key = *AnyKey().as("key");
    const bool inclusive = range.start <= key && (!range.end.has_value() || key <= *range.end);
    if (Contains(range, key) != inclusive) RC_FAIL("the end " + QuoteKey(range.end.value_or("")));
  });
  ASSERT_TRUE(counterexample.has_value());
  EXPECT_THAT(counterexample->description, ::testing::HasSubstr("the end "));
}

}  // namespace
}  // namespace fencepost::property
