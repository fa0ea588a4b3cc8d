// What each entry does to a group's ownership.
#include <algorithm>
#include <utility>
#include <variant>

#include "fencepost/base/error.h"
#include "fencepost/fence/logged_fence.h"
#include "fencepost/fence/ownership.h"

namespace fencepost {
namespace {

EntryOutcome TookEffect() { return {EntryEffect::kTookEffect, absl::OkStatus()}; }

EntryOutcome AlreadyInEffect() { return {EntryEffect::kAlreadyInEffect, absl::OkStatus()}; }

EntryOutcome Refused(absl::Status why) { return {EntryEffect::kRefused, std::move(why)}; }

EntryOutcome Refused(Error error, const OwnershipEntry& entry, const std::string& why) {
  return Refused(MakeError(error, FormatEntry(entry) + ": " + why));
}

EntryOutcome Stale(const OwnershipEntry& entry, const RangeTenure& piece) {
  return Refused(Error::kOwnershipEntryStale, entry,
                 FormatRange(piece.range) + " is " + FormatTenure(piece.tenure) + " here");
}

// The first piece at which something else than the entry would be undone: an entry at or above it was there.
const RangeTenure* FirstAtOrAbove(const std::vector<RangeTenure>& pieces, OwnershipEpoch epoch) {
  const auto found = std::ranges::find_if(
      pieces, [epoch](const RangeTenure& piece) { return piece.tenure.highest_epoch >= epoch; });
  return found == pieces.end() ? nullptr : &*found;
}

bool FencedBy(const Tenure& tenure, OwnershipEpoch epoch) {
  return tenure.highest_epoch == epoch && tenure.phase != OwnershipPhase::kActive;
}

bool ActivatedBy(const Tenure& tenure, OwnershipEpoch epoch) {
  return tenure.epoch == epoch && tenure.phase == OwnershipPhase::kActive;
}

std::string Listed(const std::vector<TransactionId>& ids) {
  constexpr std::size_t kShown = 5;
  std::string list;
  for (std::size_t i = 0; i < ids.size() && i < kShown; ++i) list += " " + std::to_string(ids[i].value);
  if (ids.size() > kShown) list += " and " + std::to_string(ids.size() - kShown) + " more";
  return list;
}

}  // namespace

EntryOutcome GroupOwnership::Apply(LogIndex index, const OwnershipEntry& entry) {
  if (index <= applied_index_) return {EntryEffect::kReplayed, absl::OkStatus()};
  applied_index_ = index;
  if (absl::Status valid = ValidateEntry(entry); !valid.ok()) return Refused(std::move(valid));
  return std::visit([&](const auto& known) { return ApplyOne(index, known); }, entry);
}

EntryOutcome GroupOwnership::ApplyOne(LogIndex index, const FenceRange& fence) {
  std::vector<RangeTenure> pieces = In(fence.range);
  const bool repeated = std::ranges::all_of(
      pieces, [&](const RangeTenure& piece) { return FencedBy(piece.tenure, fence.epoch); });
  if (repeated) return AlreadyInEffect();
  const RangeTenure* went_on = FirstAtOrAbove(pieces, fence.epoch);
  if (went_on != nullptr) return Stale(fence, *went_on);

  for (RangeTenure& piece : pieces) {
    Tenure& tenure = piece.tenure;
    tenure.highest_epoch = fence.epoch;
    // A range that is fenced already keeps its cut-off: nothing was let in since.
    if (tenure.phase != OwnershipPhase::kActive) continue;
    tenure.phase = OwnershipPhase::kFenced;
    tenure.fenced_at = index;
  }
  Replace(pieces);
  return TookEffect();
}

EntryOutcome GroupOwnership::ApplyOne(LogIndex, const ActivateRange& activate) {
  std::vector<RangeTenure> pieces = In(activate.range);
  const bool repeated = std::ranges::all_of(
      pieces, [&](const RangeTenure& piece) { return ActivatedBy(piece.tenure, activate.epoch); });
  if (repeated) return AlreadyInEffect();
  const RangeTenure* went_on = FirstAtOrAbove(pieces, activate.epoch);
  if (went_on != nullptr) return Stale(activate, *went_on);

  for (RangeTenure& piece : pieces) {
    Tenure& tenure = piece.tenure;
    tenure.phase = OwnershipPhase::kActive;
    tenure.epoch = activate.epoch;
    tenure.highest_epoch = activate.epoch;
    tenure.fenced_at = LogIndex(0);
    tenure.floor = std::max(tenure.floor, activate.floor);
  }
  Replace(pieces);
  return TookEffect();
}

EntryOutcome GroupOwnership::ApplyOne(LogIndex, const ReleaseRange& release) {
  std::vector<RangeTenure> pieces = In(release.range);
  bool held = false;
  for (const RangeTenure& piece : pieces) {
    if (!FencedBy(piece.tenure, release.epoch)) return Stale(release, piece);
    held = held || piece.tenure.phase == OwnershipPhase::kFenced;
  }
  if (!held) return AlreadyInEffect();
  const std::vector<TransactionId> prepared = PreparedIn(release.range);
  if (!prepared.empty()) {
    return Refused(Error::kOwnershipNotDrained, release, "still prepared in it:" + Listed(prepared));
  }

  for (RangeTenure& piece : pieces) {
    piece.tenure.phase = OwnershipPhase::kAbsent;
    piece.tenure.epoch = OwnershipEpoch(0);
    piece.tenure.fenced_at = LogIndex(0);
  }
  Replace(pieces);
  return TookEffect();
}

EntryOutcome GroupOwnership::ApplyOne(LogIndex, const PrepareTransaction& prepare) {
  const auto before = prepared_.find(prepare.id);
  if (before != prepared_.end()) {
    if (before->second == prepare) return AlreadyInEffect();
    return Refused(Error::kOwnershipEntryStale, prepare, "it is prepared already, with other claims");
  }
  absl::Status admitted = CheckCommit(*this, prepare.earliest_commit, prepare.writes, prepare.reads);
  if (!admitted.ok()) return Refused(std::move(admitted));
  prepared_.emplace(prepare.id, prepare);
  return TookEffect();
}

EntryOutcome GroupOwnership::ApplyOne(LogIndex, const ResolveTransaction& resolve) {
  const auto prepared = prepared_.find(resolve.id);
  const bool commits = resolve.outcome == TransactionOutcome::kCommitted;
  if (prepared == prepared_.end()) {
    if (!commits) return AlreadyInEffect();
    return Refused(Error::kTransactionNotPrepared, resolve, "it is not prepared here");
  }
  if (commits && resolve.commit_ts < prepared->second.earliest_commit) {
    return Refused(Error::kInvalidOwnershipEntry, resolve,
                   "it was prepared to commit at " + std::to_string(prepared->second.earliest_commit.value) +
                       " or later");
  }
  prepared_.erase(prepared);
  return TookEffect();
}

}  // namespace fencepost
