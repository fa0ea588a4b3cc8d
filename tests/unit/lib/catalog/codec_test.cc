#include "fencepost/catalog/codec.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "fencepost/base/error.h"
#include "tests/unit/sample_routes.h"

namespace fencepost {
namespace {

const std::optional<std::string> kUnbounded;
constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();

std::string Bytes(std::initializer_list<int> bytes) {
  std::string text;
  for (const int byte : bytes) text.push_back(static_cast<char>(byte));
  return text;
}

std::string U64(std::uint64_t number) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(number >> shift & 0xff));
  return bytes;
}

RouteDescriptor SampleBounded() {
  RouteDescriptor route = AsDescriptor({.id = 0x0102030405060708, .start = "a", .end = "mn", .group = 9});
  route.state = RouteState::kMigratingSource;
  route.parent_route_id = RouteId(5);
  return route;
}

std::string SampleRecord() {
  return Bytes({1}) + U64(0x0102030405060708) + U64(9) + Bytes({2}) + U64(5) + U64(1) + "a" + Bytes({1}) +
         U64(2) + "mn";
}

TEST(CatalogKeys, AreTheDurableOnes) {
  EXPECT_EQ(CatalogVersionKey(), "!dist|meta|version");
  EXPECT_EQ(CatalogNextRouteIdKey(), "!dist|meta|next_route_id");
  EXPECT_EQ(CatalogRouteKey(RouteId(0x0102030405060708)), "!dist|route|" + Bytes({1, 2, 3, 4, 5, 6, 7, 8}));
}

TEST(CatalogKeys, OfRoutesSortById) {
  const std::vector<std::uint64_t> ids = {0, 1, 0x7f, 0x80, 0xff, 0x100, kMax - 1, kMax};
  for (std::size_t i = 1; i < ids.size(); ++i) {
    EXPECT_LT(CatalogRouteKey(RouteId(ids[i - 1])), CatalogRouteKey(RouteId(ids[i]))) << ids[i];
  }
}

TEST(CatalogKeys, YieldTheIdOnlyWhenTheyAreThePrefixAndEightBytes) {
  for (const std::uint64_t id : {std::uint64_t{0}, std::uint64_t{7}, kMax}) {
    EXPECT_EQ(CatalogRouteIdFromKey(CatalogRouteKey(RouteId(id))), RouteId(id));
  }
  const std::string good = CatalogRouteKey(RouteId(7));
  for (const std::string& bad : {std::string(), std::string("!dist|route|"), good.substr(0, good.size() - 1),
                                 good + "x", "x" + good, CatalogVersionKey()}) {
    EXPECT_EQ(CatalogRouteIdFromKey(bad), std::nullopt) << QuoteKey(bad);
  }
}

TEST(CatalogKeys, ARouteKeySpaceHoldsExactlyTheKeysWithItsPrefix) {
  const KeyRange routes = CatalogRouteKeyRange();
  const std::vector<std::string> keys = {"",
                                         "!dist|",
                                         "!dist|route",
                                         "!dist|route|",
                                         CatalogRouteKey(RouteId(0)),
                                         CatalogRouteKey(RouteId(kMax)),
                                         "!dist|route|" + std::string(20, '\xff'),
                                         "!dist|route}",
                                         CatalogVersionKey(),
                                         CatalogNextRouteIdKey()};
  for (const std::string& key : keys) {
    EXPECT_EQ(Contains(routes, key), IsCatalogRouteKey(key)) << QuoteKey(key);
    EXPECT_EQ(Contains(CatalogKeyRange(), key), key.starts_with("!dist|")) << QuoteKey(key);
  }
}

TEST(CatalogRecords, OfNumbersAreNineBytes) {
  EXPECT_EQ(EncodeCatalogVersion(Version(0x0102)), Bytes({1, 0, 0, 0, 0, 0, 0, 1, 2}));
  EXPECT_EQ(EncodeCatalogNextRouteId(RouteId(kMax)), Bytes({1}) + std::string(8, '\xff'));
  for (const std::uint64_t number : {std::uint64_t{1}, std::uint64_t{256}, kMax}) {
    EXPECT_EQ(DecodeCatalogVersion(EncodeCatalogVersion(Version(number))).value(), Version(number));
    EXPECT_EQ(DecodeCatalogNextRouteId(EncodeCatalogNextRouteId(RouteId(number))).value(), RouteId(number));
  }
  EXPECT_EQ(DecodeCatalogVersion(EncodeCatalogVersion(Version(0))).value(), Version(0));
}

TEST(CatalogRecords, OfNumbersThatDoNotParseHaveEachTheirOwnError) {
  for (const std::string& bad :
       {std::string(), Bytes({1}), Bytes({1}) + std::string(7, 'x'), Bytes({1}) + std::string(9, 'x'),
        Bytes({0}) + U64(1), Bytes({2}) + U64(1)}) {
    EXPECT_TRUE(IsError(DecodeCatalogVersion(bad).status(), Error::kCatalogInvalidVersionRecord))
        << QuoteKey(bad);
    EXPECT_TRUE(IsError(DecodeCatalogNextRouteId(bad).status(), Error::kCatalogInvalidNextRouteId))
        << QuoteKey(bad);
  }
  EXPECT_TRUE(
      IsError(DecodeCatalogNextRouteId(Bytes({1}) + U64(0)).status(), Error::kCatalogInvalidNextRouteId));
}

TEST(CatalogRecords, OfRoutesAreTheDurableBytes) {
  EXPECT_EQ(EncodeRouteDescriptor(SampleBounded()).value(), SampleRecord());
  const RouteDescriptor unbounded = AsDescriptor({.id = 1, .start = "", .end = kUnbounded, .group = 2});
  EXPECT_EQ(EncodeRouteDescriptor(unbounded).value(),
            Bytes({1}) + U64(1) + U64(2) + Bytes({0}) + U64(0) + U64(0) + Bytes({0}));
}

TEST(CatalogRecords, OfRoutesComeBackAsTheyWere) {
  for (const RouteDescriptor& route :
       {SampleBounded(), AsDescriptor({.id = kMax, .start = std::string("\0\xff", 2), .end = kUnbounded}),
        AsDescriptor({.id = 1, .start = "", .end = std::string(1, '\0'), .group = kMax})}) {
    const auto decoded = DecodeRouteDescriptor(EncodeRouteDescriptor(route).value());
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    EXPECT_EQ(*decoded, route);
    EXPECT_EQ(decoded->epoch, RangeEpoch(0)) << "the epoch is no part of the record";
  }
}

TEST(CatalogRecords, OfRoutesCutAnywhereAreInvalid) {
  const std::string record = SampleRecord();
  for (std::size_t size = 0; size < record.size(); ++size) {
    const auto decoded = DecodeRouteDescriptor(record.substr(0, size));
    EXPECT_TRUE(IsError(decoded.status(), Error::kCatalogInvalidRouteRecord))
        << size << " bytes: " << decoded.status();
  }
  EXPECT_TRUE(IsError(DecodeRouteDescriptor(record + "x").status(), Error::kCatalogInvalidRouteRecord));
}

// Whatever a changed byte makes of the record: an error of a route, or a record that encodes to these bytes.
TEST(CatalogRecords, OfRoutesWithAnyByteChangedAreRefusedOrCanonical) {
  const std::string record = SampleRecord();
  int accepted = 0;
  for (std::size_t at = 0; at < record.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = record;
      changed[at] = static_cast<char>(byte);
      const auto decoded = DecodeRouteDescriptor(changed);
      if (decoded.ok()) {
        ++accepted;
        EXPECT_EQ(EncodeRouteDescriptor(*decoded).value(), changed);
      } else {
        EXPECT_TRUE(ErrorOf(decoded.status()).has_value()) << decoded.status();
      }
    }
  }
  EXPECT_GT(accepted, static_cast<int>(record.size())) << "the test never saw an accepted record";
}

TEST(CatalogRecords, ClaimedLengthsAreNotBelieved) {
  const std::string head = Bytes({1}) + U64(1) + U64(2) + Bytes({0}) + U64(0);
  for (const std::uint64_t length :
       {std::uint64_t{4}, std::uint64_t{1} << 32, std::uint64_t{1} << 63, kMax - 7, kMax}) {
    EXPECT_TRUE(IsError(DecodeRouteDescriptor(head + U64(length) + "abc").status(),
                        Error::kCatalogInvalidRouteRecord))
        << length;
    EXPECT_TRUE(IsError(DecodeRouteDescriptor(head + U64(0) + Bytes({1}) + U64(length) + "abc").status(),
                        Error::kCatalogInvalidRouteRecord))
        << length;
  }
}

TEST(CatalogRecords, AnEndFlagIsZeroOrOne) {
  const std::string head = Bytes({1}) + U64(1) + U64(2) + Bytes({0}) + U64(0) + U64(0);
  for (int flag = 2; flag < 256; ++flag) {
    EXPECT_TRUE(
        IsError(DecodeRouteDescriptor(head + Bytes({flag})).status(), Error::kCatalogInvalidRouteRecord));
  }
}

TEST(RouteDescriptorCheck, AnswersTheFirstFaultInItsOrder) {
  RouteDescriptor route = AsDescriptor({.id = 0, .start = "m", .end = "a", .group = 0});
  route.state = static_cast<RouteState>(4);
  EXPECT_TRUE(IsError(ValidateRouteDescriptor(route), Error::kCatalogRouteIdRequired));
  route.route_id = RouteId(7);
  EXPECT_TRUE(IsError(ValidateRouteDescriptor(route), Error::kCatalogGroupIdRequired));
  route.group_id = GroupId(1);
  EXPECT_TRUE(IsError(ValidateRouteDescriptor(route), Error::kCatalogInvalidRouteState));
  route.state = RouteState::kWriteFenced;
  EXPECT_TRUE(IsError(ValidateRouteDescriptor(route), Error::kCatalogInvalidRouteRange));
  route.end = "m";
  EXPECT_TRUE(IsError(ValidateRouteDescriptor(route), Error::kCatalogInvalidRouteRange)) << "an empty range";
  route.end = "n";
  EXPECT_EQ(ValidateRouteDescriptor(route), absl::OkStatus());
}

TEST(RouteDescriptorCheck, ComesFirstWhenEncodingAndLastWhenDecoding) {
  RouteDescriptor route = SampleBounded();
  route.route_id = RouteId(0);
  EXPECT_TRUE(IsError(EncodeRouteDescriptor(route).status(), Error::kCatalogRouteIdRequired));
  std::string record = SampleRecord();
  record.replace(1, 8, U64(0));
  EXPECT_TRUE(IsError(DecodeRouteDescriptor(record).status(), Error::kCatalogRouteIdRequired));
  EXPECT_TRUE(IsError(DecodeRouteDescriptor(record + "x").status(), Error::kCatalogInvalidRouteRecord));
}

}  // namespace
}  // namespace fencepost
