#include "fencepost/fence/ownership_entry.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "fencepost/base/error.h"

namespace fencepost {
namespace {

std::string OfRange(std::string_view what, const KeyRange& range, OwnershipEpoch epoch) {
  return std::string(what) + " " + FormatRange(range) + " epoch " + std::to_string(epoch.value);
}

std::string OfTransaction(std::string_view what, TransactionId id) {
  return std::string(what) + " transaction " + std::to_string(id.value);
}

std::string Format(const FenceRange& entry) { return OfRange("fence", entry.range, entry.epoch); }

std::string Format(const ActivateRange& entry) {
  return OfRange("activate", entry.range, entry.epoch) + " floor " + std::to_string(entry.floor.value);
}

std::string Format(const ReleaseRange& entry) { return OfRange("release", entry.range, entry.epoch); }

std::string Format(const PrepareTransaction& entry) {
  return OfTransaction("prepare", entry.id) + " of " + std::to_string(entry.writes.size()) + " writes and " +
         std::to_string(entry.reads.size()) + " reads, commit at " +
         std::to_string(entry.earliest_commit.value) + " or later";
}

std::string Format(const ResolveTransaction& entry) {
  if (entry.outcome == TransactionOutcome::kAborted) return OfTransaction("abort", entry.id);
  return OfTransaction("commit", entry.id) + " at " + std::to_string(entry.commit_ts.value);
}

template <class Entry>
absl::Status Invalid(const Entry& entry, std::string_view why) {
  return MakeError(Error::kInvalidOwnershipEntry, Format(entry) + ": " + std::string(why));
}

template <class RangeEntry>
absl::Status ValidateRange(const RangeEntry& entry) {
  if (!IsNonEmpty(entry.range)) return Invalid(entry, "the range does not start below its end");
  if (entry.epoch == OwnershipEpoch(0)) return Invalid(entry, "epoch 0 is none");
  return absl::OkStatus();
}

absl::Status Validate(const FenceRange& entry) { return ValidateRange(entry); }
absl::Status Validate(const ActivateRange& entry) { return ValidateRange(entry); }
absl::Status Validate(const ReleaseRange& entry) { return ValidateRange(entry); }

absl::Status Validate(const PrepareTransaction& entry) {
  if (entry.id == TransactionId(0)) return Invalid(entry, "transaction 0 is none");
  if (entry.writes.empty() && entry.reads.empty()) return Invalid(entry, "it claims nothing");
  for (std::size_t i = 1; i < entry.writes.size(); ++i) {
    if (entry.writes[i - 1] < entry.writes[i]) continue;
    return Invalid(entry, "the write of key " + QuoteKey(entry.writes[i].key) + " is out of order");
  }
  for (std::size_t i = 0; i < entry.reads.size(); ++i) {
    const std::string range = FormatRange(entry.reads[i].range);
    if (!IsNonEmpty(entry.reads[i].range)) return Invalid(entry, "the read of " + range + " reads nothing");
    if (i > 0 && !ReadClaimOrder(entry.reads[i - 1], entry.reads[i])) {
      return Invalid(entry, "the read of " + range + " is out of order");
    }
  }
  return absl::OkStatus();
}

absl::Status Validate(const ResolveTransaction& entry) {
  if (entry.id == TransactionId(0)) return Invalid(entry, "transaction 0 is none");
  switch (entry.outcome) {
    case TransactionOutcome::kCommitted:
      return absl::OkStatus();
    case TransactionOutcome::kAborted:
      if (entry.commit_ts == Timestamp(0)) return absl::OkStatus();
      return Invalid(entry, "an abort has no commit timestamp");
  }
  return Invalid(entry, "its outcome is not known");
}

}  // namespace

PrepareTransaction MakePrepare(TransactionId id, Timestamp earliest_commit, std::vector<WriteClaim> writes,
                               std::vector<ReadClaim> reads) {
  std::ranges::sort(writes);
  writes.erase(std::unique(writes.begin(), writes.end()), writes.end());
  std::ranges::sort(reads, ReadClaimOrder);
  reads.erase(std::unique(reads.begin(), reads.end()), reads.end());
  return PrepareTransaction{id, earliest_commit, std::move(writes), std::move(reads)};
}

absl::Status ValidateEntry(const OwnershipEntry& entry) {
  return std::visit([](const auto& known) { return Validate(known); }, entry);
}

std::string FormatEntry(const OwnershipEntry& entry) {
  return std::visit([](const auto& known) { return Format(known); }, entry);
}

}  // namespace fencepost
