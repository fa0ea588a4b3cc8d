// The durable layout: round trips, one encoding per record, and lib's codec against a second reading of the
// layout, on valid, damaged and arbitrary bytes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "fencepost/base/error.h"
#include "fencepost/catalog/catalog_store.h"
#include "fencepost/catalog/codec.h"
#include "model/reference/compare.h"
#include "model/reference/naive_catalog.h"
#include "model/reference/naive_codec.h"
#include "tests/property/generators.h"
#include "tests/property/property.h"

namespace fencepost::property {
namespace {

using model::Difference;
using Reached = std::set<std::string>;

std::string Encoded(const RouteDescriptor& route) {
  const absl::StatusOr<std::string> raw = EncodeRouteDescriptor(route);
  if (!raw.ok()) RC_FAIL(std::string(raw.status().message()));
  return *raw;
}

// What every decoder must make of `raw`: the same answer as the naive one, and if it accepts, the only bytes
// that encode to that.
void CheckRouteRecord(const std::string& raw) {
  const absl::StatusOr<RouteDescriptor> decoded = DecodeRouteDescriptor(raw);
  if (const Difference difference = model::DiffAnswer(model::NaiveDecodeRoute(raw), decoded)) {
    RC_FAIL("route record " + QuoteKey(raw) + ": " + *difference);
  }
  if (decoded.ok()) RC_ASSERT(Encoded(*decoded) == raw);
}

void CheckNumberRecords(const std::string& raw) {
  const absl::StatusOr<Version> version = DecodeCatalogVersion(raw);
  if (const Difference difference = model::DiffAnswer(model::NaiveDecodeVersion(raw), version)) {
    RC_FAIL("version record " + QuoteKey(raw) + ": " + *difference);
  }
  if (version.ok()) RC_ASSERT(EncodeCatalogVersion(*version) == raw);
  const absl::StatusOr<RouteId> next = DecodeCatalogNextRouteId(raw);
  if (const Difference difference = model::DiffAnswer(model::NaiveDecodeNextRouteId(raw), next)) {
    RC_FAIL("next-id record " + QuoteKey(raw) + ": " + *difference);
  }
  if (next.ok()) RC_ASSERT(EncodeCatalogNextRouteId(*next) == raw);
}

std::string WithBitFlipped(std::string raw, std::size_t bit) {
  raw[bit / 8] = static_cast<char>(static_cast<unsigned char>(raw[bit / 8]) ^ (1U << (bit % 8)));
  return raw;
}

// Replaces, inserts and removes a few bytes, often by the small numbers that lengths and flags are made of.
rc::Gen<std::string> Mutated(const std::string& raw) {
  using Change = std::tuple<int, int, int>;
  const auto byte = AtFullSize(rc::gen::oneOf(rc::gen::element(0, 1, 2, 3, 4, 255), Between(0, 255)));
  const auto changes = rc::gen::resize(
      4, rc::gen::container<std::vector<Change>>(rc::gen::tuple(Between(0, 2), Between(0, 1000), byte)));
  return rc::gen::map(changes, [raw](const std::vector<Change>& all) {
    std::string mutated = raw;
    for (const auto& [kind, position, value] : all) {
      const std::size_t at = static_cast<std::size_t>(position) % (mutated.size() + 1);
      if (kind == 0 && at < mutated.size()) mutated[at] = static_cast<char>(value);
      if (kind == 1)
        mutated.insert(mutated.begin() + static_cast<std::ptrdiff_t>(at), static_cast<char>(value));
      if (kind == 2 && at < mutated.size()) mutated.erase(at, 1);
    }
    return mutated;
  });
}

TEST(CodecProperty, AValidRouteComesBackFromItsRecord) {
  CheckProperty([] {
    const RouteDescriptor route = *AnyValidRoute().as("route");
    const absl::StatusOr<RouteDescriptor> decoded = DecodeRouteDescriptor(Encoded(route));
    if (!decoded.ok()) RC_FAIL(std::string(decoded.status().message()));
    if (const Difference difference = model::DiffValue(route, *decoded)) RC_FAIL(*difference);
  });
}

TEST(CodecProperty, NumbersComeBackFromTheirRecords) {
  CheckProperty([] {
    const std::uint64_t number =
        *rc::gen::oneOf(AnyNumber(), AtFullSize(rc::gen::arbitrary<std::uint64_t>()));
    const absl::StatusOr<Version> version = DecodeCatalogVersion(EncodeCatalogVersion(Version(number)));
    RC_ASSERT(version.ok() && version->value == number);
    const absl::StatusOr<RouteId> next = DecodeCatalogNextRouteId(EncodeCatalogNextRouteId(RouteId(number)));
    RC_ASSERT(next.ok() == (number != 0));
    if (next.ok()) RC_ASSERT(next->value == number);
    RC_ASSERT(EncodeCatalogVersion(Version(number)) == model::NaiveEncodeNumber(number));
  });
}

TEST(CodecProperty, AnyRouteIsEncodedOrRefusedAsByTheNaiveCodec) {
  Reached reached;
  const bool held = CheckProperty([&reached] {
    const RouteDescriptor route = *AnyRoute().as("route");
    const absl::StatusOr<std::string> expected = model::NaiveEncodeRoute(route);
    reached.insert(NameOf(expected.status()));
    if (const auto difference = model::DiffAnswer(expected, EncodeRouteDescriptor(route)))
      RC_FAIL(*difference);
    if (const auto difference =
            model::DiffStatus(model::NaiveValidate(route), ValidateRouteDescriptor(route))) {
      RC_FAIL(*difference);
    }
  });
  if (!held) return;
  ExpectReached(reached, {"OK", "CatalogRouteIdRequired", "CatalogGroupIdRequired",
                          "CatalogInvalidRouteState", "CatalogInvalidRouteRange"});
}

TEST(CodecProperty, EveryTruncationOfARouteRecordIsRefused) {
  CheckProperty([] {
    const std::string raw = Encoded(*AnyValidRoute().as("route"));
    for (std::size_t length = 0; length < raw.size(); ++length) {
      const std::string cut = raw.substr(0, length);
      RC_ASSERT(IsError(DecodeRouteDescriptor(cut).status(), Error::kCatalogInvalidRouteRecord));
      CheckRouteRecord(cut);
    }
  });
}

TEST(CodecProperty, EveryBitFlipOfARecordIsRefusedOrIsAnotherRecordInItsOnlyEncoding) {
  CheckProperty([] {
    const RouteDescriptor route = *AnyValidRoute().as("route");
    const std::string raw = Encoded(route);
    for (std::size_t bit = 0; bit < 8 * raw.size(); ++bit) {
      const std::string flipped = WithBitFlipped(raw, bit);
      CheckRouteRecord(flipped);
      const absl::StatusOr<RouteDescriptor> decoded = DecodeRouteDescriptor(flipped);
      if (decoded.ok()) RC_ASSERT(!model::SameRecord(*decoded, route));
    }
    const std::string number = EncodeCatalogVersion(Version(route.route_id.value));
    for (std::size_t bit = 0; bit < 8 * number.size(); ++bit) CheckNumberRecords(WithBitFlipped(number, bit));
  });
}

TEST(CodecProperty, MutatedRecordsAreJudgedAsByTheNaiveCodec) {
  CheckProperty([] {
    const std::string route = Encoded(*AnyValidRoute().as("route"));
    CheckRouteRecord(*Mutated(route).as("mutated route record"));
    const std::string number = EncodeCatalogVersion(Version(*AnyNumber().as("number")));
    CheckNumberRecords(*Mutated(number).as("mutated number record"));
  });
}

TEST(CodecProperty, ArbitraryBytesAreJudgedAsByTheNaiveCodec) {
  CheckProperty([] {
    const std::string raw = *AnyBytes().as("bytes");
    CheckRouteRecord(raw);
    CheckNumberRecords(raw);
    CheckRouteRecord("\x01" + raw);
    CheckNumberRecords("\x01" + raw);
  });
}

TEST(CodecProperty, KeysComeBackAndNothingElseIsTakenForARouteKey) {
  CheckProperty([] {
    const RouteId id(*rc::gen::oneOf(AnyNumber(), AtFullSize(rc::gen::arbitrary<std::uint64_t>())));
    const std::string key = CatalogRouteKey(id);
    RC_ASSERT(key == model::NaiveRouteKey(id));
    RC_ASSERT(CatalogRouteIdFromKey(key) == std::optional<RouteId>(id));
    const std::string other =
        *rc::gen::oneOf(Mutated(key), Mutated("!dist|route|"), AnyBytes()).as("other key");
    RC_ASSERT(CatalogRouteIdFromKey(other) == model::NaiveRouteIdFromKey(other));
    const bool has_prefix = other.starts_with("!dist|route|");
    RC_ASSERT(IsCatalogRouteKey(other) == has_prefix);
    RC_ASSERT(Contains(CatalogRouteKeyRange(), other) == has_prefix);
    RC_ASSERT(Contains(CatalogKeyRange(), other) == other.starts_with("!dist|"));
  });
}

TEST(CodecProperty, RouteKeysSortAsTheirIds) {
  CheckProperty([] {
    const RouteId a(*rc::gen::oneOf(AnyNumber(), AtFullSize(rc::gen::arbitrary<std::uint64_t>())));
    const RouteId b(*rc::gen::oneOf(AnyNumber(), AtFullSize(rc::gen::arbitrary<std::uint64_t>())));
    RC_ASSERT((CatalogRouteKey(a) < CatalogRouteKey(b)) == (a < b));
  });
}

TEST(CodecProperty, TheNextIdFloorIsAboveEveryRoute) {
  CheckProperty([] {
    const auto routes =
        *rc::gen::resize(6, rc::gen::container<std::vector<RouteDescriptor>>(AnyRoute())).as("routes");
    if (const auto difference =
            model::DiffAnswer(model::NaiveNextRouteIdFloor(routes), NextRouteIdFloor(routes))) {
      RC_FAIL(*difference);
    }
  });
}

// A decoder that takes any end flag other than 0 for 1 accepts two encodings of one route.
TEST(CodecPropertyCanFail, WhenADecoderTakesEveryFlagForAnEnd) {
  const auto lax_decode = [](std::string raw) {
    const std::size_t flag_at = 34;  // for an empty start
    if (raw.size() > flag_at && raw[flag_at] != '\0') raw[flag_at] = '\x01';
    return DecodeRouteDescriptor(raw);
  };
  const auto counterexample = FindCounterexample([&] {
    RouteDescriptor route = *AnyValidRoute().as("route");
    route.start.clear();
    const std::string mutated = *Mutated(Encoded(route)).as("mutated route record");
    const absl::StatusOr<RouteDescriptor> decoded = lax_decode(mutated);
    if (decoded.ok() && Encoded(*decoded) != mutated) RC_FAIL("accepted two encodings");
  });
  ASSERT_TRUE(counterexample.has_value());
  EXPECT_THAT(counterexample->description, ::testing::HasSubstr("accepted two encodings"));
}

}  // namespace
}  // namespace fencepost::property
