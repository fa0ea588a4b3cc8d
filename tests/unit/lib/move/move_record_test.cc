#include "fencepost/move/move_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "fencepost/base/error.h"
#include "fencepost/catalog/codec.h"
#include "tests/unit/lib/fence/sample_ownership.h"

namespace fencepost {
namespace {

using testing::HasSubstr;

MoveRecord Sample() {
  MoveRecord record;
  record.range = Between("a", "m");
  record.source = GroupId(1);
  record.target = GroupId(0x0203);
  record.epoch = OwnershipEpoch(9);
  record.undoes = OwnershipEpoch(7);
  record.stage = MoveStage::kHandedOver;
  return record;
}

std::string Bytes(std::initializer_list<int> bytes) {
  std::string text;
  for (const int byte : bytes) text.push_back(static_cast<char>(byte));
  return text;
}

TEST(MoveRecord, ItsBytesAreTheDocumentedOnes) {
  const std::string fixed = Bytes({1, 1,                    //
                                   0, 0, 0, 0, 0, 0, 0, 1,  // source
                                   0, 0, 0, 0, 0, 0, 2, 3,  // target
                                   0, 0, 0, 0, 0, 0, 0, 9,  // epoch
                                   0, 0, 0, 0, 0, 0, 0, 7,  // undoes
                                   0, 0, 0, 0, 0, 0, 0, 1, 'a'});
  EXPECT_EQ(EncodeMoveRecord(Sample()), fixed + Bytes({1, 0, 0, 0, 0, 0, 0, 0, 1, 'm'}));
  MoveRecord unbounded = Sample();
  unbounded.range.end.reset();
  EXPECT_EQ(EncodeMoveRecord(unbounded), fixed + Bytes({0}));
  EXPECT_EQ(MoveKey(OwnershipEpoch(0x0102)), "!dist|move|" + Bytes({0, 0, 0, 0, 0, 0, 1, 2}));
}

TEST(MoveRecord, ComesBackAsItWas) {
  for (const bool bounded : {true, false}) {
    for (const MoveStage stage : {MoveStage::kMoving, MoveStage::kHandedOver}) {
      for (const std::uint64_t undoes : {0U, 1U, 8U}) {
        MoveRecord record = Sample();
        record.stage = stage;
        record.undoes = OwnershipEpoch(undoes);
        record.range.start = std::string("\0\xff", 2);
        if (bounded) record.range.end = "\xff\xff";
        if (!bounded) record.range.end.reset();
        const auto decoded = DecodeMoveRecord(EncodeMoveRecord(record));
        ASSERT_TRUE(decoded.ok()) << decoded.status();
        EXPECT_EQ(*decoded, record) << FormatMove(*decoded);
      }
    }
  }
}

TEST(MoveRecord, NoPrefixAndNoContinuationOfARecordIsOne) {
  for (const bool bounded : {true, false}) {
    MoveRecord record = Sample();
    if (!bounded) record.range.end.reset();
    const std::string raw = EncodeMoveRecord(record);
    for (std::size_t size = 0; size < raw.size(); ++size) {
      EXPECT_TRUE(IsError(DecodeMoveRecord(raw.substr(0, size)).status(), Error::kInvalidMoveRecord)) << size;
    }
    EXPECT_TRUE(IsError(DecodeMoveRecord(raw + '\0').status(), Error::kInvalidMoveRecord));
  }
}

// Every byte changed to every other value: what is accepted encodes to the same bytes again.
TEST(MoveRecord, WhateverIsAcceptedIsCanonical) {
  const std::string raw = EncodeMoveRecord(Sample());
  int accepted = 0;
  int refused = 0;
  for (std::size_t at = 0; at < raw.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = raw;
      changed[at] = static_cast<char>(byte);
      const auto decoded = DecodeMoveRecord(changed);
      if (decoded.ok()) {
        EXPECT_EQ(EncodeMoveRecord(*decoded), changed) << "byte " << at << " is " << byte;
        ++accepted;
      } else {
        EXPECT_TRUE(IsError(decoded.status(), Error::kInvalidMoveRecord)) << decoded.status();
        ++refused;
      }
    }
  }
  EXPECT_GT(accepted, 1000);
  EXPECT_GT(refused, 1000);
}

TEST(MoveRecord, WhatNoMoverDecidesIsRefused) {
  struct Case {
    const char* what;
    void (*spoil)(MoveRecord&);
  };
  const Case cases[] = {
      {"an empty range", [](MoveRecord& move) { move.range.end = move.range.start; }},
      {"an inverted range", [](MoveRecord& move) { move.range.end = "A"; }},
      {"no source", [](MoveRecord& move) { move.source = GroupId(0); }},
      {"no target", [](MoveRecord& move) { move.target = GroupId(0); }},
      {"source is target", [](MoveRecord& move) { move.target = move.source; }},
      {"no epoch", [](MoveRecord& move) { move.epoch = move.undoes = OwnershipEpoch(0); }},
      {"undoes itself", [](MoveRecord& move) { move.undoes = move.epoch; }},
      {"undoes what is to come", [](MoveRecord& move) { move.undoes = OwnershipEpoch(10); }},
      {"an unknown stage", [](MoveRecord& move) { move.stage = static_cast<MoveStage>(2); }},
  };
  EXPECT_EQ(ValidateMoveRecord(Sample()), absl::OkStatus());
  for (const Case& spoiled : cases) {
    MoveRecord record = Sample();
    spoiled.spoil(record);
    EXPECT_TRUE(IsError(ValidateMoveRecord(record), Error::kInvalidMoveRecord)) << spoiled.what;
  }
}

TEST(MoveRecord, UnderAnotherEpochsKeyItIsRefusedByName) {
  const std::string raw = EncodeMoveRecord(Sample());
  EXPECT_EQ(DecodeStoredMove(MoveKey(OwnershipEpoch(9)), raw).value(), Sample());
  for (const std::string& key :
       {MoveKey(OwnershipEpoch(8)), MoveKey(OwnershipEpoch(9)) + "x", std::string("!dist|move|")}) {
    const auto decoded = DecodeStoredMove(key, raw);
    EXPECT_TRUE(IsError(decoded.status(), Error::kInvalidMoveRecord)) << QuoteKey(key);
    EXPECT_THAT(std::string(decoded.status().message()), HasSubstr(QuoteKey(key)));
  }
}

TEST(MoveRecord, KeysAreInTheOrderOfEpochsAndBesideTheCatalogsOwn) {
  const std::set<std::string> keys = {MoveKey(OwnershipEpoch(1)), MoveKey(OwnershipEpoch(0x1ff)),
                                      MoveKey(OwnershipEpoch::Max())};
  std::uint64_t before = 0;
  for (const std::string& key : keys) {
    const auto epoch = MoveEpochFromKey(key);
    ASSERT_TRUE(epoch.has_value()) << QuoteKey(key);
    EXPECT_GT(epoch->value, before);
    before = epoch->value;
    EXPECT_TRUE(Contains(MoveKeyRange(), key));
    EXPECT_TRUE(Contains(CatalogKeyRange(), key));
    EXPECT_FALSE(IsCatalogsOwnKey(key));
  }
  EXPECT_EQ(MoveEpochFromKey("!dist|move|1234567"), std::nullopt);
  EXPECT_EQ(MoveEpochFromKey(CatalogRouteKey(RouteId(1))), std::nullopt);
}

TEST(MoveRecord, ReadsWellToPeople) {
  EXPECT_EQ(FormatMove(Sample()),
            "move 9 of [\"a\", \"m\") from group 1 to group 515, undoing move 7, handed over");
}

}  // namespace
}  // namespace fencepost
