#include "fencepost/txn/transaction.h"

#include <absl/strings/cord.h>

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "fencepost/base/error.h"
#include "fencepost/base/internal/id_names.h"
#include "fencepost/base/internal/record_bytes.h"
#include "fencepost/base/key_range.h"

namespace fencepost {
namespace {

// The payload is the id and the home, 8 bytes each: it crosses process boundaries.
constexpr char kLockHolderUrl[] = "fencepost/lock-holder";

absl::Status Invalid(TransactionId id, const std::string& why) {
  return MakeError(Error::kInvalidTransaction, "transaction " + std::to_string(id.value) + ": " + why);
}

// By what the transaction knows of a key, reads and writes alike, it lies in one place.
template <class Access>
absl::Status CheckPlace(TransactionId id, const Access& access) {
  const std::string key = "key " + QuoteKey(access.key);
  if (access.group == GroupId(0)) return Invalid(id, key + " is of group 0, which is none");
  if (access.epoch == OwnershipEpoch(0)) return Invalid(id, key + " is claimed under epoch 0, which is none");
  return absl::OkStatus();
}

template <class Access, class Other>
absl::Status CheckSamePlace(TransactionId id, const Access& a, const Other& b) {
  if (a.group == b.group && a.epoch == b.epoch) return absl::OkStatus();
  return MakeError(Error::kOwnershipMoved, "transaction " + std::to_string(id.value) + " has key " +
                                               QuoteKey(a.key) + " of " + NameOf(a.group) + " under " +
                                               NameOf(a.epoch) + " and of " + NameOf(b.group) + " under " +
                                               NameOf(b.epoch));
}

// Neighbours with the same key, among reads sorted by key. Takes repetitions out.
absl::Status CheckReads(TransactionId id, std::vector<KeyRead>& reads) {
  for (std::size_t i = 0; i < reads.size(); ++i) {
    if (absl::Status place = CheckPlace(id, reads[i]); !place.ok()) return place;
    if (i == 0 || reads[i - 1].key != reads[i].key) continue;
    if (absl::Status same = CheckSamePlace(id, reads[i - 1], reads[i]); !same.ok()) return same;
    if (reads[i - 1].version == reads[i].version) continue;
    return MakeError(Error::kWriteConflict, "transaction " + std::to_string(id.value) + " read key " +
                                                QuoteKey(reads[i].key) + " at version " +
                                                std::to_string(reads[i - 1].version) + " and at version " +
                                                std::to_string(reads[i].version));
  }
  reads.erase(std::unique(reads.begin(), reads.end()), reads.end());
  return absl::OkStatus();
}

absl::Status CheckWrites(TransactionId id, const std::vector<KeyWrite>& writes) {
  for (std::size_t i = 0; i < writes.size(); ++i) {
    if (absl::Status place = CheckPlace(id, writes[i]); !place.ok()) return place;
    if (i > 0 && writes[i - 1].key == writes[i].key) {
      return Invalid(id, "key " + QuoteKey(writes[i].key) + " is written twice");
    }
  }
  return absl::OkStatus();
}

// Both sorted by key, each key once.
absl::Status CheckReadsAgainstWrites(TransactionId id, const std::vector<KeyRead>& reads,
                                     const std::vector<KeyWrite>& writes) {
  auto write = writes.begin();
  for (const KeyRead& read : reads) {
    while (write != writes.end() && write->key < read.key) ++write;
    if (write == writes.end()) break;
    if (write->key != read.key) continue;
    if (absl::Status same = CheckSamePlace(id, read, *write); !same.ok()) return same;
  }
  return absl::OkStatus();
}

GroupId HomeOf(const std::vector<Participant>& participants) {
  const auto writer =
      std::ranges::find_if(participants, [](const Participant& p) { return !p.writes.empty(); });
  return writer == participants.end() ? participants.front().group : writer->group;
}

}  // namespace

absl::StatusOr<TransactionPlan> PlanTransaction(TransactionId id, Timestamp earliest_commit,
                                                std::vector<KeyRead> reads, std::vector<KeyWrite> writes) {
  if (id == TransactionId(0)) return Invalid(id, "id 0 is none");
  if (earliest_commit == Timestamp(0)) return Invalid(id, "it cannot commit at timestamp 0");
  if (reads.empty() && writes.empty()) return Invalid(id, "it has no key");
  const auto by_key_version = [](const KeyRead& a, const KeyRead& b) {
    return std::tie(a.key, a.group, a.epoch, a.version) < std::tie(b.key, b.group, b.epoch, b.version);
  };
  std::ranges::sort(reads, by_key_version);
  std::ranges::sort(writes, {}, &KeyWrite::key);
  if (absl::Status checked = CheckReads(id, reads); !checked.ok()) return checked;
  if (absl::Status checked = CheckWrites(id, writes); !checked.ok()) return checked;
  if (absl::Status checked = CheckReadsAgainstWrites(id, reads, writes); !checked.ok()) return checked;

  // Taken in key order, so each participant's are in key order.
  std::map<GroupId, Participant> parts;
  for (KeyRead& read : reads) parts[read.group].reads.push_back(std::move(read));
  for (KeyWrite& write : writes) parts[write.group].writes.push_back(std::move(write));
  TransactionPlan plan;
  plan.id = id;
  plan.earliest_commit = earliest_commit;
  for (auto& [group, part] : parts) {
    part.group = group;
    plan.participants.push_back(std::move(part));
  }
  plan.home = HomeOf(plan.participants);
  return plan;
}

TransactionRecord CommittedRecord(TransactionId id, Timestamp commit_ts) {
  return TransactionRecord{id, TransactionOutcome::kCommitted, commit_ts};
}

TransactionRecord AbortedRecord(TransactionId id) {
  return TransactionRecord{id, TransactionOutcome::kAborted, Timestamp(0)};
}

TransactionRecord DecideOnce(const std::optional<TransactionRecord>& existing,
                             const TransactionRecord& proposed) {
  if (existing.has_value()) return *existing;
  // Whatever else a proposal says, only a commit commits, and only a commit has a timestamp.
  if (proposed.outcome == TransactionOutcome::kCommitted) return proposed;
  return AbortedRecord(proposed.id);
}

absl::Status KeyLocked(const std::string& key, LockHolder holder) {
  absl::Status status =
      MakeError(Error::kKeyLocked, "key " + QuoteKey(key) + " is locked by transaction " +
                                       std::to_string(holder.id.value) + ", which is decided in group " +
                                       std::to_string(holder.home.value));
  std::string bytes;
  AppendU64(bytes, holder.id.value);
  AppendU64(bytes, holder.home.value);
  status.SetPayload(kLockHolderUrl, absl::Cord(absl::string_view(bytes.data(), bytes.size())));
  return status;
}

std::optional<LockHolder> LockHolderOf(const absl::Status& status) {
  if (!IsError(status, Error::kKeyLocked)) return std::nullopt;
  const auto payload = status.GetPayload(kLockHolderUrl);
  if (!payload.has_value()) return std::nullopt;
  const std::string bytes(*payload);
  RecordReader reader(bytes);
  const std::optional<std::uint64_t> id = reader.U64();
  const std::optional<std::uint64_t> home = reader.U64();
  if (!id.has_value() || !home.has_value() || reader.left() != 0) return std::nullopt;
  if (*id == 0 || *home == 0) return std::nullopt;
  return LockHolder{TransactionId(*id), GroupId(*home)};
}

}  // namespace fencepost
