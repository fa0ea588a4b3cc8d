#include "model/reference/naive_ownership.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace fencepost::model {
namespace {

NaiveEntryOutcome TookEffect() { return {EntryEffect::kTookEffect, std::nullopt}; }
NaiveEntryOutcome AlreadyInEffect() { return {EntryEffect::kAlreadyInEffect, std::nullopt}; }
NaiveEntryOutcome Refused(Error error) { return {EntryEffect::kRefused, error}; }

bool HasKeys(const KeyRange& range) { return !range.end.has_value() || range.start < *range.end; }

bool IsWellFormed(const FenceRange& fence) { return HasKeys(fence.range) && fence.epoch.value != 0; }
bool IsWellFormed(const ActivateRange& activate) {
  return HasKeys(activate.range) && activate.epoch.value != 0;
}
bool IsWellFormed(const ReleaseRange& release) { return HasKeys(release.range) && release.epoch.value != 0; }

// By start, then end with "unbounded" last, then epoch.
bool Before(const ReadClaim& a, const ReadClaim& b) {
  if (a.range.start != b.range.start) return a.range.start < b.range.start;
  if (a.range.end == b.range.end) return a.epoch.value < b.epoch.value;
  if (!a.range.end.has_value()) return false;
  return !b.range.end.has_value() || *a.range.end < *b.range.end;
}

bool Before(const WriteClaim& a, const WriteClaim& b) {
  return a.key == b.key ? a.epoch.value < b.epoch.value : a.key < b.key;
}

bool IsWellFormed(const PrepareTransaction& prepare) {
  bool well_formed = prepare.id.value != 0 && prepare.writes.size() + prepare.reads.size() > 0;
  for (std::size_t i = 1; i < prepare.writes.size(); ++i) {
    well_formed = well_formed && Before(prepare.writes[i - 1], prepare.writes[i]);
  }
  for (std::size_t i = 0; i < prepare.reads.size(); ++i) {
    well_formed = well_formed && HasKeys(prepare.reads[i].range);
    if (i > 0) well_formed = well_formed && Before(prepare.reads[i - 1], prepare.reads[i]);
  }
  return well_formed;
}

bool IsWellFormed(const ResolveTransaction& resolve) {
  const bool commits = resolve.outcome == TransactionOutcome::kCommitted;
  const bool aborts = resolve.outcome == TransactionOutcome::kAborted;
  return resolve.id.value != 0 && (commits || (aborts && resolve.commit_ts.value == 0));
}

bool IsActive(const Tenure& tenure) { return tenure.phase == OwnershipPhase::kActive; }

bool AnyAtOrAbove(const std::vector<Tenure*>& tenures, OwnershipEpoch epoch) {
  bool any = false;
  for (const Tenure* tenure : tenures) any = any || tenure->highest_epoch >= epoch;
  return any;
}

}  // namespace

NaiveOwnership::NaiveOwnership(std::vector<std::string> keys) : keys_(std::move(keys)) {
  for (const std::string& key : keys_) tenures_[key] = Tenure();
}

NaiveEntryOutcome NaiveOwnership::Apply(LogIndex index, const OwnershipEntry& entry) {
  if (index <= applied_index_) return {EntryEffect::kReplayed, std::nullopt};
  applied_index_ = index;
  return std::visit(
      [this](const auto& known) {
        return IsWellFormed(known) ? ApplyOne(known) : Refused(Error::kInvalidOwnershipEntry);
      },
      entry);
}

NaiveEntryOutcome NaiveOwnership::ApplyOne(const FenceRange& fence) {
  const std::vector<Tenure*> tenures = In(fence.range);
  bool all_done = true;
  for (const Tenure* tenure : tenures) {
    all_done = all_done && !IsActive(*tenure) && tenure->highest_epoch == fence.epoch;
  }
  if (all_done) return AlreadyInEffect();
  if (AnyAtOrAbove(tenures, fence.epoch)) return Refused(Error::kOwnershipEntryStale);
  for (Tenure* tenure : tenures) {
    tenure->highest_epoch = fence.epoch;
    if (IsActive(*tenure)) {
      tenure->fenced_at = applied_index_;
      tenure->phase = OwnershipPhase::kFenced;
    }
  }
  return TookEffect();
}

NaiveEntryOutcome NaiveOwnership::ApplyOne(const ActivateRange& activate) {
  const std::vector<Tenure*> tenures = In(activate.range);
  bool all_done = true;
  for (const Tenure* tenure : tenures) {
    all_done = all_done && IsActive(*tenure) && tenure->epoch == activate.epoch;
  }
  if (all_done) return AlreadyInEffect();
  if (AnyAtOrAbove(tenures, activate.epoch)) return Refused(Error::kOwnershipEntryStale);
  for (Tenure* tenure : tenures) {
    const Timestamp floor = std::max(tenure->floor, activate.floor);
    *tenure = Tenure{OwnershipPhase::kActive, activate.epoch, activate.epoch, LogIndex(0), floor};
  }
  return TookEffect();
}

NaiveEntryOutcome NaiveOwnership::ApplyOne(const ReleaseRange& release) {
  const std::vector<Tenure*> tenures = In(release.range);
  bool any_held = false;
  for (const Tenure* tenure : tenures) {
    if (IsActive(*tenure) || tenure->highest_epoch != release.epoch) {
      return Refused(Error::kOwnershipEntryStale);
    }
    any_held = any_held || tenure->phase == OwnershipPhase::kFenced;
  }
  if (!any_held) return AlreadyInEffect();
  if (!PreparedIn(release.range).empty()) return Refused(Error::kOwnershipNotDrained);
  for (Tenure* tenure : tenures) {
    *tenure = Tenure{OwnershipPhase::kAbsent, OwnershipEpoch(0), release.epoch, LogIndex(0), tenure->floor};
  }
  return TookEffect();
}

NaiveEntryOutcome NaiveOwnership::ApplyOne(const PrepareTransaction& prepare) {
  if (prepared_.contains(prepare.id)) {
    return prepared_.at(prepare.id) == prepare ? AlreadyInEffect() : Refused(Error::kOwnershipEntryStale);
  }
  for (const WriteClaim& write : prepare.writes) {
    if (!AdmitsWrite(write.key, write.epoch, prepare.earliest_commit)) return Refused(Error::kOwnershipMoved);
  }
  for (const ReadClaim& read : prepare.reads) {
    if (!AdmitsRead(read.range, read.epoch)) return Refused(Error::kOwnershipMoved);
  }
  prepared_[prepare.id] = prepare;
  return TookEffect();
}

NaiveEntryOutcome NaiveOwnership::ApplyOne(const ResolveTransaction& resolve) {
  const bool commits = resolve.outcome == TransactionOutcome::kCommitted;
  if (!prepared_.contains(resolve.id)) {
    return commits ? Refused(Error::kTransactionNotPrepared) : AlreadyInEffect();
  }
  if (commits && resolve.commit_ts < prepared_.at(resolve.id).earliest_commit) {
    return Refused(Error::kInvalidOwnershipEntry);
  }
  prepared_.erase(resolve.id);
  return TookEffect();
}

bool NaiveOwnership::AdmitsWrite(const std::string& key, OwnershipEpoch epoch, Timestamp commit_ts) const {
  const Tenure& tenure = At(key);
  return IsActive(tenure) && tenure.epoch == epoch && commit_ts > tenure.floor;
}

bool NaiveOwnership::AdmitsRead(const KeyRange& range, OwnershipEpoch epoch) const {
  bool admits = HasKeys(range);
  for (const Tenure* tenure : In(range)) admits = admits && IsActive(*tenure) && tenure->epoch == epoch;
  return admits;
}

bool NaiveOwnership::AdmitsCopy(const KeyRange& range, OwnershipEpoch epoch) const {
  bool admits = HasKeys(range) && epoch.value != 0;
  for (const Tenure* tenure : In(range)) {
    admits = admits && tenure->phase == OwnershipPhase::kAbsent && tenure->highest_epoch < epoch;
  }
  return admits;
}

std::optional<LogIndex> NaiveOwnership::CutOff(const KeyRange& range, OwnershipEpoch epoch) const {
  bool stands = HasKeys(range) && epoch.value != 0;
  LogIndex cut_off;
  for (const Tenure* tenure : In(range)) {
    stands = stands && !IsActive(*tenure) && tenure->highest_epoch == epoch;
    cut_off = std::max(cut_off, tenure->fenced_at);
  }
  return stands ? std::optional(cut_off) : std::nullopt;
}

std::vector<RangeTenure> NaiveOwnership::Ranges() const {
  std::vector<RangeTenure> runs;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const Tenure& tenure = At(keys_[i]);
    if (tenure == Tenure()) continue;
    const std::optional<std::string> end = i + 1 < keys_.size() ? std::optional(keys_[i + 1]) : std::nullopt;
    const bool goes_on = !runs.empty() && runs.back().range.end == keys_[i] && runs.back().tenure == tenure;
    if (goes_on) {
      runs.back().range.end = end;
    } else {
      runs.push_back({KeyRange{keys_[i], end}, tenure});
    }
  }
  return runs;
}

std::vector<TransactionId> NaiveOwnership::PreparedIn(const KeyRange& range) const {
  std::vector<TransactionId> ids;
  for (const auto& [id, prepare] : prepared_) {
    bool claims = false;
    for (const std::string& key : keys_) {
      if (!Contains(range, key)) continue;
      for (const WriteClaim& write : prepare.writes) claims = claims || write.key == key;
      for (const ReadClaim& read : prepare.reads) claims = claims || Contains(read.range, key);
    }
    if (claims) ids.push_back(id);
  }
  return ids;
}

std::vector<Tenure*> NaiveOwnership::In(const KeyRange& range) {
  std::vector<Tenure*> tenures;
  for (auto& [key, tenure] : tenures_) {
    if (Contains(range, key)) tenures.push_back(&tenure);
  }
  return tenures;
}

std::vector<const Tenure*> NaiveOwnership::In(const KeyRange& range) const {
  std::vector<const Tenure*> tenures;
  for (const auto& [key, tenure] : tenures_) {
    if (Contains(range, key)) tenures.push_back(&tenure);
  }
  return tenures;
}

}  // namespace fencepost::model
