#include "fencepost/fence/ownership_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "fencepost/base/error.h"
#include "tests/unit/lib/fence/sample_ownership.h"

namespace fencepost {
namespace {

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

std::string Text(const std::string& text) { return U64(text.size()) + text; }

std::vector<OwnershipEntry> SampleEntries() {
  return {Fence(Between("a", "mn"), 7),
          Activate(Between("a"), 7, 0x0102030405060708),
          Release(Between("", "b"), 7),
          Prepare(3, 9, {Write("a", 1), Write("b", 2)}, {Scan(Between("c", "d"), 3), Scan(Between("c"), 3)}),
          CommitOf(3, 9),
          AbortOf(3)};
}

// With a range in each phase, and transactions prepared under epochs of now and of before.
GroupOwnership SampleState() {
  SampleGroup group;
  group.With({Activate(Between("", "b"), 1), Activate(Between("c"), 2, 5), Prepare(3, 9, {Write("d", 2)}),
              Prepare(4, 8, {}, {Scan(Between("c", "e"), 2)}), Fence(Between("a", "d"), 3),
              Release(Between("a", "c"), 3), Activate(Between("d", "e"), 4)});
  return group.ownership();
}

std::string SampleStateBytes() {
  const auto range = [](const std::string& start, const std::string& end, int phase, std::uint64_t epoch,
                        std::uint64_t highest, std::uint64_t cut_off, std::uint64_t floor) {
    return Text(start) + (end.empty() ? Bytes({0}) : Bytes({1}) + Text(end)) + Bytes({phase}) + U64(epoch) +
           U64(highest) + U64(cut_off) + U64(floor);
  };
  return Bytes({1, 6}) + U64(7) + U64(5) + range("", "a", 1, 1, 1, 0, 0) + range("a", "c", 0, 0, 3, 0, 0) +
         range("c", "d", 2, 2, 3, 5, 5) + range("d", "e", 1, 4, 4, 0, 5) + range("e", "", 1, 2, 2, 0, 5) +
         U64(2) + U64(3) + U64(9) + U64(1) + Text("d") + U64(2) + U64(0) + U64(4) + U64(8) + U64(0) + U64(1) +
         Text("c") + Bytes({1}) + Text("e") + U64(2);
}

TEST(OwnershipCodec, EntriesHaveTheDurableBytes) {
  const std::vector<std::string> expected = {
      Bytes({1, 1}) + Text("a") + Bytes({1}) + Text("mn") + U64(7),
      Bytes({1, 2}) + Text("a") + Bytes({0}) + U64(7) + Bytes({1, 2, 3, 4, 5, 6, 7, 8}),
      Bytes({1, 3}) + Text("") + Bytes({1}) + Text("b") + U64(7),
      Bytes({1, 4}) + U64(3) + U64(9) + U64(2) + Text("a") + U64(1) + Text("b") + U64(2) + U64(2) +
          Text("c") + Bytes({1}) + Text("d") + U64(3) + Text("c") + Bytes({0}) + U64(3),
      Bytes({1, 5}) + U64(3) + Bytes({1}) + U64(9),
      Bytes({1, 5}) + U64(3) + Bytes({0}) + U64(0),
  };
  const std::vector<OwnershipEntry> entries = SampleEntries();
  ASSERT_EQ(entries.size(), expected.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    EXPECT_EQ(EncodeOwnershipEntry(entries[i]).value(), expected[i]) << FormatEntry(entries[i]);
    EXPECT_EQ(DecodeOwnershipEntry(expected[i]).value(), entries[i]) << FormatEntry(entries[i]);
  }
}

TEST(OwnershipCodec, ASnapshotHasTheDurableBytes) {
  EXPECT_EQ(EncodeGroupOwnership(SampleState()), SampleStateBytes());
  EXPECT_EQ(DecodeGroupOwnership(SampleStateBytes()).value(), SampleState());
  EXPECT_EQ(EncodeGroupOwnership(GroupOwnership()), Bytes({1, 6}) + U64(0) + U64(0) + U64(0));
}

TEST(OwnershipCodec, AnEntryThatMakesNoSenseIsNeitherEncodedNorDecoded) {
  EXPECT_TRUE(
      IsError(EncodeOwnershipEntry(Fence(Between("b", "a"), 1)).status(), Error::kInvalidOwnershipEntry));
  const std::string raw = Bytes({1, 1}) + Text("b") + Bytes({1}) + Text("a") + U64(1);
  EXPECT_TRUE(IsError(DecodeOwnershipEntry(raw).status(), Error::kInvalidOwnershipEntry));
  const std::string outcome = Bytes({1, 5}) + U64(3) + Bytes({2}) + U64(0);
  EXPECT_TRUE(IsError(DecodeOwnershipEntry(outcome).status(), Error::kInvalidOwnershipEntry));
}

// Either it is refused by name, or it is the record of something else, byte for byte.
void ExpectRefusedOrCanonical(const std::string& raw, const std::string& what) {
  if (const auto entry = DecodeOwnershipEntry(raw); entry.ok()) {
    EXPECT_EQ(EncodeOwnershipEntry(*entry).value(), raw) << what;
  } else {
    EXPECT_TRUE(IsError(entry.status(), Error::kInvalidOwnershipRecord) ||
                IsError(entry.status(), Error::kInvalidOwnershipEntry))
        << what << ": " << entry.status();
  }
  if (const auto state = DecodeGroupOwnership(raw); state.ok()) {
    EXPECT_EQ(EncodeGroupOwnership(*state), raw) << what;
  } else {
    EXPECT_TRUE(IsError(state.status(), Error::kInvalidOwnershipRecord)) << what << ": " << state.status();
  }
}

std::vector<std::string> SampleRecords() {
  std::vector<std::string> records = {EncodeGroupOwnership(SampleState())};
  for (const OwnershipEntry& entry : SampleEntries()) records.push_back(EncodeOwnershipEntry(entry).value());
  return records;
}

TEST(OwnershipCodec, EveryTruncationAndEveryExtraByteIsRefused) {
  for (const std::string& record : SampleRecords()) {
    for (std::size_t length = 0; length < record.size(); ++length) {
      EXPECT_TRUE(
          IsError(DecodeOwnershipEntry(record.substr(0, length)).status(), Error::kInvalidOwnershipRecord))
          << length << " of " << record.size();
      EXPECT_TRUE(
          IsError(DecodeGroupOwnership(record.substr(0, length)).status(), Error::kInvalidOwnershipRecord))
          << length << " of " << record.size();
    }
    EXPECT_FALSE(DecodeOwnershipEntry(record + '\0').ok());
    EXPECT_FALSE(DecodeGroupOwnership(record + '\0').ok());
  }
}

TEST(OwnershipCodec, EveryFlippedBitAndEveryChangedByteIsRefusedOrCanonical) {
  for (const std::string& record : SampleRecords()) {
    for (std::size_t at = 0; at < record.size(); ++at) {
      for (int changed = 0; changed < 256; ++changed) {
        std::string raw = record;
        raw[at] = static_cast<char>(changed);
        ExpectRefusedOrCanonical(raw, "byte " + std::to_string(at) + " as " + std::to_string(changed));
      }
    }
  }
}

TEST(OwnershipCodec, AHugeClaimedCountIsRefusedForWhatIsNotThere) {
  const std::uint64_t huge = ~std::uint64_t{0};
  EXPECT_FALSE(DecodeGroupOwnership(Bytes({1, 6}) + U64(9) + U64(huge)).ok());
  EXPECT_FALSE(DecodeGroupOwnership(Bytes({1, 6}) + U64(9) + U64(0) + U64(huge)).ok());
  EXPECT_FALSE(DecodeOwnershipEntry(Bytes({1, 4}) + U64(3) + U64(9) + U64(huge)).ok());
  EXPECT_FALSE(DecodeOwnershipEntry(Bytes({1, 4}) + U64(3) + U64(9) + U64(0) + U64(huge)).ok());
  EXPECT_FALSE(DecodeOwnershipEntry(Bytes({1, 1}) + U64(huge) + "a").ok());
}

TEST(OwnershipCodec, PreparedTransactionsAreTakenInAscendingOrderOnly) {
  const std::string ranges = U64(1) + Text("") + Bytes({0, 1}) + U64(1) + U64(1) + U64(0) + U64(0);
  const auto prepared = [](std::uint64_t id) {
    return U64(id) + U64(9) + U64(1) + Text("d") + U64(1) + U64(0);
  };
  const std::string snapshot = Bytes({1, 6}) + U64(9) + ranges + U64(2);
  EXPECT_EQ(DecodeGroupOwnership(snapshot + prepared(3) + prepared(4)).status(), absl::OkStatus());
  for (const std::string& bad : {prepared(4) + prepared(3), prepared(3) + prepared(3)}) {
    EXPECT_TRUE(IsError(DecodeGroupOwnership(snapshot + bad).status(), Error::kInvalidOwnershipRecord));
  }
}

TEST(OwnershipCodec, AnEntryIsNoSnapshotAndTheOtherWayRound) {
  EXPECT_FALSE(DecodeOwnershipEntry(SampleStateBytes()).ok());
  for (const OwnershipEntry& entry : SampleEntries()) {
    EXPECT_FALSE(DecodeGroupOwnership(EncodeOwnershipEntry(entry).value()).ok()) << FormatEntry(entry);
  }
}

RangeTenure Known(KeyRange range, OwnershipPhase phase, std::uint64_t epoch, std::uint64_t highest,
                  std::uint64_t fenced_at = 0) {
  return RangeTenure{std::move(range), Tenure{phase, OwnershipEpoch(epoch), OwnershipEpoch(highest),
                                              LogIndex(fenced_at), Timestamp(0)}};
}

bool IsRefused(std::vector<RangeTenure> ranges, GroupOwnership::PreparedTransactions prepared = {}) {
  const auto restored = GroupOwnership::Restore(LogIndex(9), std::move(ranges), std::move(prepared));
  return IsError(restored.status(), Error::kInvalidOwnershipRecord);
}

TEST(OwnershipRestore, TakesNoRangesThatAreNotInTheOneOrder) {
  constexpr OwnershipPhase kActive = OwnershipPhase::kActive;
  EXPECT_FALSE(IsRefused({Known(Between("a", "c"), kActive, 1, 1), Known(Between("c", "e"), kActive, 2, 2)}));
  EXPECT_FALSE(IsRefused({Known(Between("a", "c"), kActive, 1, 1), Known(Between("d", "e"), kActive, 1, 1)}));
  EXPECT_TRUE(IsRefused({Known(Between("a", "c"), kActive, 1, 1), Known(Between("c", "e"), kActive, 1, 1)}))
      << "not joined";
  EXPECT_TRUE(IsRefused({Known(Between("a", "d"), kActive, 1, 1), Known(Between("c", "e"), kActive, 2, 2)}))
      << "overlapping";
  EXPECT_TRUE(IsRefused({Known(Between("c", "e"), kActive, 1, 1), Known(Between("a", "b"), kActive, 1, 1)}))
      << "descending";
  EXPECT_TRUE(IsRefused({Known(Between("a"), kActive, 1, 1), Known(Between("c", "e"), kActive, 2, 2)}))
      << "behind an unbounded one";
  EXPECT_TRUE(IsRefused({Known(Between("a", "a"), kActive, 1, 1)})) << "empty";
}

TEST(OwnershipRestore, TakesNoTenureThatNoLogLeadsTo) {
  constexpr OwnershipPhase kAbsent = OwnershipPhase::kAbsent;
  constexpr OwnershipPhase kActive = OwnershipPhase::kActive;
  constexpr OwnershipPhase kFenced = OwnershipPhase::kFenced;
  const KeyRange range = Between("a", "c");
  const std::vector<RangeTenure> good = {Known(range, kAbsent, 0, 3), Known(range, kActive, 3, 3),
                                         Known(range, kFenced, 3, 4, 9)};
  for (const RangeTenure& known : good) EXPECT_FALSE(IsRefused({known})) << FormatTenure(known.tenure);
  const std::vector<RangeTenure> bad = {
      Known(range, kAbsent, 0, 0),    Known(range, kAbsent, 2, 3),     Known(range, kAbsent, 0, 3, 1),
      Known(range, kActive, 0, 0),    Known(range, kActive, 2, 3),     Known(range, kActive, 3, 3, 1),
      Known(range, kFenced, 3, 3, 1), Known(range, kFenced, 0, 3, 1),  Known(range, kFenced, 4, 3, 1),
      Known(range, kFenced, 3, 4, 0), Known(range, kFenced, 3, 4, 10), Known(range, OwnershipPhase{3}, 3, 3),
  };
  for (const RangeTenure& known : bad) EXPECT_TRUE(IsRefused({known})) << FormatTenure(known.tenure);
  EXPECT_FALSE(GroupOwnership::Restore(LogIndex(0), good, {}).ok()) << "nothing is known before the log";
}

TEST(OwnershipRestore, TakesNoTransactionWhoseClaimsAreNotHeld) {
  const std::vector<RangeTenure> ranges = {Known(Between("a", "c"), OwnershipPhase::kActive, 3, 3),
                                           Known(Between("c", "e"), OwnershipPhase::kFenced, 3, 4, 2),
                                           Known(Between("e", "g"), OwnershipPhase::kAbsent, 0, 4)};
  const auto with = [&](const PrepareTransaction& prepare) {
    return IsRefused(ranges, {{TransactionId(7), prepare}});
  };
  EXPECT_FALSE(with(Prepare(7, 1, {Write("a", 3), Write("c", 2)}, {Scan(Between("b", "e"), 3)})));
  EXPECT_TRUE(with(Prepare(8, 1, {Write("a", 3)}))) << "filed under another id";
  EXPECT_TRUE(with(Prepare(7, 1, {}))) << "claims nothing";
  EXPECT_TRUE(with(Prepare(7, 1, {Write("a", 4)}))) << "an epoch yet to come";
  EXPECT_TRUE(with(Prepare(7, 1, {Write("a", 0)}))) << "no epoch";
  EXPECT_TRUE(with(Prepare(7, 1, {Write("e", 3)}))) << "released";
  EXPECT_TRUE(with(Prepare(7, 1, {Write("z", 3)}))) << "never owned";
  EXPECT_TRUE(with(Prepare(7, 1, {}, {Scan(Between("d", "f"), 3)}))) << "partly released";
}

}  // namespace
}  // namespace fencepost
