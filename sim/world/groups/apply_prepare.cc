// A transaction across groups: its part here is prepared, its outcome is decided in one place, its part is
// ended.
#include <fmt/format.h>

#include <utility>

#include "fencepost/base/error.h"
#include "sim/world/groups/group_state.h"

namespace fencepost::sim {

absl::Status GroupState::ApplyOne(const PrepareEntry& entry, const CacheVerdict& cache, Applied*) {
  const PrepareRequest& request = entry.request;
  PreparedPart part{request.home, request.earliest_commit, request.part, std::nullopt, false};
  if (entry.pin.pinned()) part.pin = entry.pin.version();

  if (const auto before = prepared_.find(request.id); before != prepared_.end()) {
    part.pinned_claims = before->second.pinned_claims;
    if (part == before->second) return absl::OkStatus();
    return MakeError(Error::kOwnershipEntryStale,
                     fmt::format("transaction {} is prepared in group {} already, with another part",
                                 request.id.value, group_.value));
  }
  if (const auto record = records_.find(request.id); record != records_.end())
    return RefuseEnded(record->second);
  if (absl::Status status = LetIn(entry, cache, &part); !status.ok()) return status;
  locks_.Lock(request.id, part.part);
  prepared_.emplace(request.id, std::move(part));
  return absl::OkStatus();
}

// A prepare that arrives after the end: what it would lock, nobody would unlock.
absl::Status GroupState::RefuseEnded(const TransactionRecord& record) const {
  if (record.outcome == TransactionOutcome::kAborted) return AnswerOf(record);
  return MakeError(Error::kOwnershipEntryStale,
                   fmt::format("transaction {} was committed at {} already, by the record in group {}",
                               record.id.value, record.commit_ts.value, group_.value));
}

absl::Status GroupState::LetIn(const PrepareEntry& entry, const CacheVerdict& cache, PreparedPart* part) {
  const PrepareRequest& request = entry.request;
  // Before the fence, which pins the claims of what it lets in: what is refused must pin nothing.
  absl::Status isolated = CheckIsolation(request.id, request.part, request.earliest_commit);
  if (!isolated.ok() || AppliesUnfenced()) return isolated;
  if (!Logged()) return AskFence(request.part, request.earliest_commit, entry.pin, cache);

  if (Has(Mistake::kVerdictFromCache)) {
    if (absl::Status status = AskCache(request.part, entry.pin, cache); !status.ok()) return status;
  }
  Claims claims = ClaimsOf(request.part);
  if (claims.empty() && !Has(Mistake::kNoMistake)) return absl::OkStatus();
  EntryOutcome outcome = ownership_.Apply(
      applied_,
      MakePrepare(request.id, request.earliest_commit, std::move(claims.writes), std::move(claims.reads)));
  part->pinned_claims = outcome.effect != EntryEffect::kRefused;
  return std::move(outcome.refusal);
}

absl::Status GroupState::ApplyOne(const DecideEntry& entry, const CacheVerdict&, Applied* done) {
  const auto known = records_.find(entry.proposed.id);
  std::optional<TransactionRecord> existing;
  if (known != records_.end()) existing = known->second;
  const TransactionRecord stands = DecideOnce(existing, entry.proposed);
  Keep(stands);
  done->record = stands;
  return absl::OkStatus();
}

absl::Status GroupState::ApplyOne(const ResolveEntry& entry, const CacheVerdict&, Applied* done) {
  const TransactionRecord& record = entry.record;
  const auto prepared = prepared_.find(record.id);
  if (prepared == prepared_.end()) return ResolveUnprepared(entry, done);

  const PreparedPart& part = prepared->second;
  const bool commits = record.outcome == TransactionOutcome::kCommitted;
  if (part.pinned_claims) {
    EntryOutcome outcome =
        ownership_.Apply(applied_, ResolveTransaction{record.id, record.outcome, record.commit_ts});
    if (outcome.effect == EntryEffect::kRefused) return std::move(outcome.refusal);
  } else if (commits && record.commit_ts < part.earliest_commit) {
    return MakeError(Error::kInvalidOwnershipEntry,
                     fmt::format("transaction {} was prepared to commit at {} or later, not at {}",
                                 record.id.value, part.earliest_commit.value, record.commit_ts.value));
  }
  if (commits) {
    for (const KeyWrite& write : part.part.writes) {
      EffectiveWrite& effect = done->writes.emplace_back(Write(write, record.commit_ts));
      if (part.pin.has_value()) effect.pin = ObservedVersion::At(*part.pin);
      effect.transaction = record.id;
      effect.was_prepared = true;
    }
  }
  locks_.Unlock(record.id, part.part);
  prepared_.erase(prepared);
  Keep(record);
  ended_.insert(record.id);
  return absl::OkStatus();
}

absl::Status GroupState::ResolveUnprepared(const ResolveEntry& entry, Applied* done) {
  const TransactionRecord& record = entry.record;
  if (record.outcome == TransactionOutcome::kAborted) {
    // Kept, so that the prepare that may still be on its way locks nothing.
    Keep(record);
    return absl::OkStatus();
  }
  if (Has(Mistake::kUnfencedResolver)) {
    for (const KeyWrite& write : entry.part.writes) {
      done->writes.emplace_back(Write(write, record.commit_ts)).transaction = record.id;
    }
    return absl::OkStatus();
  }
  // The record alone is no evidence: the home keeps it from the decision on, whatever became of its own part.
  if (ended_.contains(record.id)) return absl::OkStatus();
  return MakeError(Error::kTransactionNotPrepared,
                   fmt::format("the commit of transaction {}: it is not prepared in group {}",
                               record.id.value, group_.value));
}

}  // namespace fencepost::sim
