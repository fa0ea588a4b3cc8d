#include "fuzz/read_entry.h"

#include <algorithm>
#include <utility>

namespace fencepost::fuzz {

const std::vector<std::string>& EntryKeys() {
  static const std::vector<std::string> keys = {"", "a", std::string("a\0", 2), "b", "c\xff", "d"};
  return keys;
}

std::string EntryReader::Key() { return EntryKeys()[bytes_->Below(EntryKeys().size())]; }

KeyRange EntryReader::Range() {
  const std::size_t keys = EntryKeys().size();
  const std::size_t bounds = bytes_->Byte();  // both ends; from the number of pairs on, the last range again
  if (bounds >= keys * (keys + 1)) return last_range_;
  const std::size_t end = bounds % (keys + 1);
  last_range_ = KeyRange{EntryKeys()[bounds / (keys + 1)], std::nullopt};
  if (end > 0) last_range_.end = EntryKeys()[end - 1];
  return last_range_;
}

OwnershipEpoch EntryReader::Epoch() {
  const std::uint64_t byte = bytes_->Byte();
  switch (byte % 4) {
    case 2:
      return OwnershipEpoch(++newest_epoch_);
    case 3:
      return OwnershipEpoch(newest_epoch_ - std::min(newest_epoch_, 1 + byte / 4 % 4));
    default:
      return OwnershipEpoch(newest_epoch_);
  }
}

Timestamp EntryReader::CommitTimestamp() { return Timestamp(bytes_->Number()); }

TransactionId EntryReader::Id() {
  constexpr std::size_t kTransactions = 4;
  return TransactionId(bytes_->Below(kTransactions + 1));
}

PrepareTransaction EntryReader::Prepare() {
  constexpr std::size_t kMostClaims = 3;
  PrepareTransaction prepare;
  prepare.id = Id();
  prepare.earliest_commit = CommitTimestamp();
  for (std::size_t left = bytes_->Below(kMostClaims + 1); left > 0; --left) {
    WriteClaim& write = prepare.writes.emplace_back();
    write.key = Key();
    write.epoch = Epoch();
  }
  for (std::size_t left = bytes_->Below(kMostClaims); left > 0; --left) {
    ReadClaim& read = prepare.reads.emplace_back();
    read.range = Range();
    read.epoch = Epoch();
  }
  // As read, the claims may be out of order, which no replica may let in.
  const bool in_order = bytes_->Below(8) != 7;
  if (!in_order) return prepare;
  return MakePrepare(prepare.id, prepare.earliest_commit, std::move(prepare.writes),
                     std::move(prepare.reads));
}

ResolveTransaction EntryReader::Resolve() {
  constexpr std::uint8_t kOutcomes[] = {0, 1, 1, 2};  // the last one is none
  ResolveTransaction resolve;
  resolve.id = Id();
  resolve.outcome = static_cast<TransactionOutcome>(kOutcomes[bytes_->Below(4)]);
  if (resolve.outcome != TransactionOutcome::kAborted || bytes_->Below(8) == 7) {
    resolve.commit_ts = CommitTimestamp();
  }
  return resolve;
}

OwnershipEntry EntryReader::Entry() {
  switch (bytes_->Below(5)) {
    case 0: {
      KeyRange range = Range();
      const OwnershipEpoch epoch = Epoch();
      return ActivateRange{std::move(range), epoch, CommitTimestamp()};
    }
    case 1: {
      KeyRange range = Range();
      return FenceRange{std::move(range), Epoch()};
    }
    case 2: {
      KeyRange range = Range();
      return ReleaseRange{std::move(range), Epoch()};
    }
    case 3:
      return Prepare();
    default:
      return Resolve();
  }
}

}  // namespace fencepost::fuzz
