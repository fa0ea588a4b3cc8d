// Short ways to write down what the tests of the logged fence put in a group's log.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fencepost/fence/logged_fence.h"
#include "fencepost/fence/ownership.h"

namespace fencepost {

// [start, end); no end: unbounded.
inline KeyRange Between(std::string start, std::optional<std::string> end = std::nullopt) {
  return KeyRange{std::move(start), std::move(end)};
}

inline FenceRange Fence(KeyRange range, std::uint64_t epoch) {
  return FenceRange{std::move(range), OwnershipEpoch(epoch)};
}

inline ActivateRange Activate(KeyRange range, std::uint64_t epoch, std::uint64_t floor = 0) {
  return ActivateRange{std::move(range), OwnershipEpoch(epoch), Timestamp(floor)};
}

inline ReleaseRange Release(KeyRange range, std::uint64_t epoch) {
  return ReleaseRange{std::move(range), OwnershipEpoch(epoch)};
}

inline WriteClaim Write(std::string key, std::uint64_t epoch) {
  return WriteClaim{std::move(key), OwnershipEpoch(epoch)};
}

inline ReadClaim Read(std::string key, std::uint64_t epoch) {
  return PointRead(std::move(key), OwnershipEpoch(epoch));
}

inline ReadClaim Scan(KeyRange range, std::uint64_t epoch) {
  return ReadClaim{std::move(range), OwnershipEpoch(epoch)};
}

inline PrepareTransaction Prepare(std::uint64_t id, std::uint64_t earliest_commit,
                                  std::vector<WriteClaim> writes, std::vector<ReadClaim> reads = {}) {
  return MakePrepare(TransactionId(id), Timestamp(earliest_commit), std::move(writes), std::move(reads));
}

inline ResolveTransaction CommitOf(std::uint64_t id, std::uint64_t commit_ts) {
  return ResolveTransaction{TransactionId(id), TransactionOutcome::kCommitted, Timestamp(commit_ts)};
}

inline ResolveTransaction AbortOf(std::uint64_t id) {
  return ResolveTransaction{TransactionId(id), TransactionOutcome::kAborted, Timestamp(0)};
}

// A group's log so far, applied by one replica as it grows.
class SampleGroup {
 public:
  // Appends and applies.
  EntryOutcome Log(const OwnershipEntry& entry) {
    log_.push_back(entry);
    return ownership_.Apply(LogIndex(log_.size()), entry);
  }

  // Appends entries that must take effect.
  SampleGroup& With(const std::vector<OwnershipEntry>& entries) {
    for (const OwnershipEntry& entry : entries) {
      const EntryOutcome outcome = Log(entry);
      EXPECT_EQ(outcome.effect, EntryEffect::kTookEffect) << FormatEntry(entry) << ": " << outcome.refusal;
    }
    return *this;
  }

  const GroupOwnership& ownership() const { return ownership_; }
  const std::vector<OwnershipEntry>& log() const { return log_; }

  // One write committed at once, at a timestamp above every floor of these tests unless given.
  absl::Status Commit(const WriteClaim& write, std::uint64_t commit_ts = 1000) const {
    return CheckCommit(ownership_, Timestamp(commit_ts), std::vector{write}, {});
  }

 private:
  GroupOwnership ownership_;
  std::vector<OwnershipEntry> log_;
};

}  // namespace fencepost
