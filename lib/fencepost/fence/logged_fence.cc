#include "fencepost/fence/logged_fence.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "fencepost/base/error.h"

namespace fencepost {
namespace {

bool Holds(const Tenure& tenure, OwnershipEpoch claimed) {
  return tenure.phase == OwnershipPhase::kActive && tenure.epoch == claimed;
}

absl::Status Moved(const GroupOwnership& ownership, const std::string& what) {
  return MakeError(Error::kOwnershipMoved,
                   what + ", by log index " + std::to_string(ownership.applied_index().value));
}

absl::Status CheckWrite(const GroupOwnership& ownership, Timestamp commit_ts, const WriteClaim& write) {
  const Tenure tenure = ownership.At(write.key);
  const std::string_view key = write.key;
  if (!Holds(tenure, write.epoch)) {
    return Moved(ownership, "the write of key " + QuoteKey(key) + " claims " + NameOf(write.epoch) +
                                ", the key is " + FormatTenure(tenure));
  }
  if (commit_ts <= tenure.floor) {
    return Moved(ownership, "the write of key " + QuoteKey(key) + " under " + NameOf(write.epoch) +
                                " commits at " + std::to_string(commit_ts.value) + ", not above the floor " +
                                std::to_string(tenure.floor.value));
  }
  return absl::OkStatus();
}

// A question about nothing must not be answered with "nothing stands against it".
absl::Status CheckNamed(const KeyRange& range, OwnershipEpoch epoch) {
  if (IsNonEmpty(range) && epoch != OwnershipEpoch(0)) return absl::OkStatus();
  return MakeError(Error::kInvalidOwnershipEntry,
                   "no move is named by the range " + FormatRange(range) + " and " + NameOf(epoch));
}

}  // namespace

absl::Status CheckCommit(const GroupOwnership& ownership, Timestamp commit_ts,
                         std::span<const WriteClaim> writes, std::span<const ReadClaim> reads) {
  if (writes.empty() && reads.empty()) return Moved(ownership, "the commit claims nothing under any epoch");
  for (const WriteClaim& write : writes) {
    if (absl::Status status = CheckWrite(ownership, commit_ts, write); !status.ok()) return status;
  }
  for (const ReadClaim& read : reads) {
    if (absl::Status status = CheckRead(ownership, read); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status CheckRead(const GroupOwnership& ownership, const ReadClaim& read) {
  if (!IsNonEmpty(read.range)) {
    return Moved(ownership, "the read of " + FormatRange(read.range) + " claims no key");
  }
  for (const RangeTenure& piece : ownership.In(read.range)) {
    if (Holds(piece.tenure, read.epoch)) continue;
    return Moved(ownership, "the read of " + FormatRange(read.range) + " claims " + NameOf(read.epoch) +
                                ", " + FormatRange(piece.range) + " is " + FormatTenure(piece.tenure));
  }
  return absl::OkStatus();
}

absl::Status CheckCopy(const GroupOwnership& ownership, const KeyRange& range, OwnershipEpoch epoch) {
  if (absl::Status status = CheckNamed(range, epoch); !status.ok()) return status;
  for (const RangeTenure& piece : ownership.In(range)) {
    if (piece.tenure.phase == OwnershipPhase::kAbsent && piece.tenure.highest_epoch < epoch) continue;
    return MakeError(Error::kOwnershipEntryStale, "a copy of " + FormatRange(range) + " for " +
                                                      NameOf(epoch) + ": " + FormatRange(piece.range) +
                                                      " is " + FormatTenure(piece.tenure) + " here");
  }
  return absl::OkStatus();
}

absl::StatusOr<Drain> CheckDrain(const GroupOwnership& ownership, const KeyRange& range,
                                 OwnershipEpoch epoch) {
  if (absl::Status status = CheckNamed(range, epoch); !status.ok()) return status;
  Drain drain;
  for (const RangeTenure& piece : ownership.In(range)) {
    if (piece.tenure.phase == OwnershipPhase::kActive || piece.tenure.highest_epoch != epoch) {
      return MakeError(Error::kOwnershipEntryStale, "no fence of " + FormatRange(range) + " under " +
                                                        NameOf(epoch) + ": " + FormatRange(piece.range) +
                                                        " is " + FormatTenure(piece.tenure) + " here");
    }
    drain.cut_off = std::max(drain.cut_off, piece.tenure.fenced_at);
  }
  drain.must_drain = ownership.PreparedIn(range);
  return drain;
}

bool ReadsHaveStopped(LogIndex cut_off, std::span<const ReplicaReads> replicas) {
  return !replicas.empty() && std::ranges::all_of(replicas, [cut_off](const ReplicaReads& replica) {
    return replica.lease_over || replica.applied >= cut_off;
  });
}

}  // namespace fencepost
