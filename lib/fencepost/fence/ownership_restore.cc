// Whether parts that came from outside are a state that a group can be in.
#include <optional>
#include <string>
#include <utility>

#include "fencepost/base/error.h"
#include "fencepost/fence/ownership.h"

namespace fencepost {
namespace {

absl::Status Broken(const std::string& what) {
  return MakeError(Error::kInvalidOwnershipRecord, "the ownership snapshot " + what);
}

bool IsReachable(const Tenure& tenure, LogIndex applied_index) {
  constexpr OwnershipEpoch kNone(0);
  const bool is_cut = tenure.fenced_at != LogIndex(0);
  switch (tenure.phase) {
    case OwnershipPhase::kAbsent:
      return tenure.epoch == kNone && tenure.highest_epoch != kNone && !is_cut;
    case OwnershipPhase::kActive:
      return tenure.epoch != kNone && tenure.highest_epoch == tenure.epoch && !is_cut;
    case OwnershipPhase::kFenced:
      return tenure.epoch != kNone && tenure.highest_epoch > tenure.epoch && is_cut &&
             tenure.fenced_at <= applied_index;
  }
  return false;
}

absl::Status CheckRanges(LogIndex applied_index, const std::vector<RangeTenure>& ranges) {
  const RangeTenure* before = nullptr;
  for (const RangeTenure& known : ranges) {
    if (!IsNonEmpty(known.range)) return Broken("has the empty range " + FormatRange(known.range));
    if (!IsReachable(known.tenure, applied_index)) {
      return Broken("has " + FormatRange(known.range) + " " + FormatTenure(known.tenure) + " at log index " +
                    std::to_string(applied_index.value) + ", which no log leads to");
    }
    if (before != nullptr) {
      const std::optional<std::string>& end = before->range.end;
      const std::string both = FormatRange(before->range) + " and " + FormatRange(known.range);
      if (!end.has_value() || known.range.start < *end) return Broken("has overlapping " + both);
      if (*end == known.range.start && before->tenure == known.tenure) return Broken("does not join " + both);
    }
    before = &known;
  }
  return absl::OkStatus();
}

// Whether a claim can have been let in under an earlier or the present tenure, and not been released since.
bool IsHeld(const Tenure& tenure, OwnershipEpoch claimed) {
  return tenure.phase != OwnershipPhase::kAbsent && claimed != OwnershipEpoch(0) && claimed <= tenure.epoch;
}

absl::Status CheckPrepared(const GroupOwnership& ownership, const PrepareTransaction& prepared) {
  if (absl::Status status = ValidateEntry(prepared); !status.ok()) {
    return Broken("has an invalid entry: " + std::string(status.message()));
  }
  const std::string who = "has transaction " + std::to_string(prepared.id.value) + " prepared with ";
  for (const WriteClaim& write : prepared.writes) {
    if (!IsHeld(ownership.At(write.key), write.epoch)) {
      return Broken(who + "a write of key " + QuoteKey(write.key) + ", which is not held");
    }
  }
  for (const ReadClaim& read : prepared.reads) {
    for (const RangeTenure& piece : ownership.In(read.range)) {
      if (IsHeld(piece.tenure, read.epoch)) continue;
      return Broken(who + "a read of " + FormatRange(piece.range) + ", which is not held");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<GroupOwnership> GroupOwnership::Restore(LogIndex applied_index,
                                                       std::vector<RangeTenure> ranges,
                                                       PreparedTransactions prepared) {
  if (applied_index == LogIndex(0) && !ranges.empty()) return Broken("knows of ranges before any log entry");
  if (absl::Status status = CheckRanges(applied_index, ranges); !status.ok()) return status;
  GroupOwnership ownership;
  ownership.applied_index_ = applied_index;
  ownership.ranges_ = std::move(ranges);
  for (const auto& [id, transaction] : prepared) {
    if (id != transaction.id) return Broken("files a transaction under another id");
    if (absl::Status status = CheckPrepared(ownership, transaction); !status.ok()) return status;
  }
  ownership.prepared_ = std::move(prepared);
  return ownership;
}

}  // namespace fencepost
