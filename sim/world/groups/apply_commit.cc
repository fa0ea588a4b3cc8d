// A transaction that lies in this group alone: let in or refused, once and for all, by the entry that carries
// it.
#include <fmt/format.h>

#include <utility>

#include "fencepost/base/error.h"
#include "sim/world/groups/group_state.h"

namespace fencepost::sim {

absl::Status GroupState::ApplyOne(const CommitEntry& entry, const CacheVerdict& cache, Applied* done) {
  const CommitRequest& request = entry.request;
  if (const auto record = records_.find(request.id); record != records_.end())
    return AnswerOf(record->second);

  absl::Status status = CommitNow(entry, cache, done);
  // A refusal is an outcome too: its proposer may be told, and the same entry delivered again must not get
  // in.
  TransactionRecord record{request.id, TransactionOutcome::kAborted, Timestamp(0)};
  if (status.ok()) record = TransactionRecord{request.id, TransactionOutcome::kCommitted, request.commit_ts};
  Keep(record);
  return status;
}

void GroupState::Keep(const TransactionRecord& record) {
  if (!records_.emplace(record.id, record).second) return;
  digest_.Fold(record.id.value);
  digest_.Fold(static_cast<std::uint64_t>(record.outcome));
  digest_.Fold(record.commit_ts.value);
}

absl::Status GroupState::CommitNow(const CommitEntry& entry, const CacheVerdict& cache, Applied* done) {
  const CommitRequest& request = entry.request;
  if (!AppliesUnfenced() && !IsUnfencedPlainWrite(request.part)) {
    absl::Status status = AskFence(request.part, request.commit_ts, entry.pin, cache);
    if (!status.ok()) return status;
  }
  if (absl::Status status = CheckIsolation(request.id, request.part, request.commit_ts); !status.ok())
    return status;
  for (const KeyWrite& write : request.part.writes) {
    EffectiveWrite& effect = done->writes.emplace_back(Write(write, request.commit_ts));
    effect.pin = entry.pin;
    effect.transaction = request.id;
  }
  return absl::OkStatus();
}

absl::Status GroupState::CheckIsolation(TransactionId id, const Participant& part,
                                        Timestamp commit_ts) const {
  for (const KeyWrite& write : part.writes) {
    if (absl::Status status = CheckWritable(id, write.key, commit_ts); !status.ok()) return status;
  }
  if (Has(Mistake::kReadsNotValidated)) return absl::OkStatus();
  for (const KeyRead& read : part.reads) {
    if (absl::Status status = CheckUnchanged(id, read); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status GroupState::CheckWritable(TransactionId id, const std::string& key, Timestamp commit_ts) const {
  if (const auto holder = locks_.InTheWayOfWrite(key, id)) return LockedBy(key, *holder);
  const auto value = values_.find(key);
  if (value == values_.end() || value->second.written_at < commit_ts) return absl::OkStatus();
  return MakeError(Error::kWriteConflict,
                   fmt::format("transaction {} writes key {} at {}, and it was written at {} already",
                               id.value, QuoteKey(key), commit_ts.value, value->second.written_at.value));
}

absl::Status GroupState::CheckUnchanged(TransactionId id, const KeyRead& read) const {
  if (const auto holder = locks_.InTheWayOfRead(read.key, id)) return LockedBy(read.key, *holder);
  const auto value = values_.find(read.key);
  const std::uint64_t version = value == values_.end() ? 0 : value->second.revision.value;
  if (version == read.version) return absl::OkStatus();
  return MakeError(Error::kWriteConflict,
                   fmt::format("transaction {} has read key {} at version {}, and it is at version {}",
                               id.value, QuoteKey(read.key), read.version, version));
}

absl::Status GroupState::LockedBy(const std::string& key, TransactionId holder) const {
  return KeyLocked(key, LockHolder{holder, prepared_.at(holder).home});
}

absl::Status GroupState::AnswerOf(const TransactionRecord& record) const {
  if (record.outcome == TransactionOutcome::kCommitted) return absl::OkStatus();
  return MakeError(Error::kTransactionAborted,
                   fmt::format("transaction {} was decided aborted, by the record in group {}",
                               record.id.value, group_.value));
}

EffectiveWrite GroupState::Write(const KeyWrite& write, Timestamp commit_ts) {
  EffectiveWrite effect;
  effect.key = write.key;
  effect.operation = ParseOperation(write.payload);
  effect.epoch = write.epoch;

  StoredValue& value = values_[write.key];
  if (effect.operation.kind == Operation::Kind::kPut) value.elements.clear();
  value.elements.push_back(effect.operation.element);
  value.written_at = commit_ts;
  value.revision = applied_;

  digest_.Fold(write.key);
  digest_.Fold(value.elements.size());
  digest_.Fold(static_cast<std::uint64_t>(effect.operation.element));
  digest_.Fold(commit_ts.value);
  return effect;
}

}  // namespace fencepost::sim
