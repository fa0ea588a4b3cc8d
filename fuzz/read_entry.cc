#include "fuzz/read_entry.h"

#include <utility>

namespace fencepost::fuzz {
namespace {

constexpr std::size_t kEpochs = 16;
constexpr std::size_t kTransactions = 4;
constexpr std::size_t kMostClaims = 3;

Timestamp ReadTimestamp(ByteReader* bytes) { return Timestamp(bytes->Number()); }

TransactionId ReadTransactionId(ByteReader* bytes) { return TransactionId(bytes->Below(kTransactions + 1)); }

PrepareTransaction ReadPrepare(ByteReader* bytes) {
  PrepareTransaction prepare;
  prepare.id = ReadTransactionId(bytes);
  prepare.earliest_commit = ReadTimestamp(bytes);
  for (std::size_t left = bytes->Below(kMostClaims + 1); left > 0; --left) {
    WriteClaim& write = prepare.writes.emplace_back();
    write.key = ReadEntryKey(bytes);
    write.epoch = ReadEpoch(bytes);
  }
  for (std::size_t left = bytes->Below(kMostClaims); left > 0; --left) {
    ReadClaim& read = prepare.reads.emplace_back();
    read.range = ReadEntryRange(bytes);
    read.epoch = ReadEpoch(bytes);
  }
  // As read, the claims may be out of order, which no replica may let in.
  const bool in_order = bytes->Below(8) != 7;
  if (!in_order) return prepare;
  return MakePrepare(prepare.id, prepare.earliest_commit, std::move(prepare.writes),
                     std::move(prepare.reads));
}

ResolveTransaction ReadResolve(ByteReader* bytes) {
  constexpr std::uint8_t kOutcomes[] = {0, 1, 1, 2};  // the last one is none
  ResolveTransaction resolve;
  resolve.id = ReadTransactionId(bytes);
  resolve.outcome = static_cast<TransactionOutcome>(kOutcomes[bytes->Below(4)]);
  if (resolve.outcome != TransactionOutcome::kAborted || bytes->Below(8) == 7) {
    resolve.commit_ts = ReadTimestamp(bytes);
  }
  return resolve;
}

}  // namespace

const std::vector<std::string>& EntryKeys() {
  static const std::vector<std::string> keys = {"", "a", std::string("a\0", 2), "b", "c\xff", "d"};
  return keys;
}

std::string ReadEntryKey(ByteReader* bytes) { return EntryKeys()[bytes->Below(EntryKeys().size())]; }

KeyRange ReadEntryRange(ByteReader* bytes) {
  const std::size_t keys = EntryKeys().size();
  const std::size_t bounds = bytes->Below(keys * (keys + 1));  // one byte for both ends
  const std::size_t end = bounds % (keys + 1);
  KeyRange range{EntryKeys()[bounds / (keys + 1)], std::nullopt};
  if (end > 0) range.end = EntryKeys()[end - 1];
  return range;
}

OwnershipEpoch ReadEpoch(ByteReader* bytes) { return OwnershipEpoch(bytes->Below(kEpochs)); }

OwnershipEntry ReadEntry(ByteReader* bytes) {
  switch (bytes->Below(5)) {
    case 0: {
      KeyRange range = ReadEntryRange(bytes);
      const OwnershipEpoch epoch = ReadEpoch(bytes);
      return ActivateRange{std::move(range), epoch, ReadTimestamp(bytes)};
    }
    case 1: {
      KeyRange range = ReadEntryRange(bytes);
      return FenceRange{std::move(range), ReadEpoch(bytes)};
    }
    case 2: {
      KeyRange range = ReadEntryRange(bytes);
      return ReleaseRange{std::move(range), ReadEpoch(bytes)};
    }
    case 3:
      return ReadPrepare(bytes);
    default:
      return ReadResolve(bytes);
  }
}

}  // namespace fencepost::fuzz
