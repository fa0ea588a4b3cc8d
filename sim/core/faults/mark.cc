#include "sim/core/faults/mark.h"

namespace fencepost::sim {
namespace {

constexpr std::array<MarkDescription, kMarkCount> kMarks = {{
    {Mark::kOperatorsRaced, "operators-raced", "a save lost the race against another one"},
    {Mark::kUnknownOutcomeResolved, "unknown-outcome-resolved",
     "a commit's answer was lost and reading back settled that it had landed"},
    {Mark::kUnknownOutcomeReported, "unknown-outcome-reported", "a save could not say whether it had landed"},
    {Mark::kLateCommitLanded, "late-commit-landed", "a save landed after its sender had given up on it"},
    {Mark::kBootstrapAdopted, "bootstrap-adopted",
     "a starting node adopted the catalog that another one had saved"},
    {Mark::kCorruptCatalogRefused, "corrupt-catalog-refused",
     "a save was refused because a stored record is corrupt"},
    {Mark::kCatalogRepaired, "catalog-repaired", "damaged records were put right again"},
    {Mark::kInvalidRoutesRefused, "invalid-routes-refused", "a save of overlapping routes was refused"},
    {Mark::kNoOpReported, "no-op-reported", "a save that changed nothing was told so"},
    {Mark::kMissingNextIdReported, "missing-next-id-reported",
     "a save rewrote a missing next-id record and said so"},
    {Mark::kVersionSkipped, "version-skipped", "an engine went up by more than one version at once"},
    {Mark::kEngineKeptLastGood, "engine-kept-last-good",
     "a watcher met a corrupt catalog and left its engine alone"},
    {Mark::kNodeCaughtUpAfterCrash, "node-caught-up-after-crash",
     "a crashed node reached the durable version again"},
    {Mark::kSnapshotEvictedWhileHeld, "snapshot-evicted-while-held",
     "somebody held a snapshot that the ring had dropped"},
    {Mark::kRingShrunk, "ring-shrunk", "a smaller depth evicted snapshots at once"},
    {Mark::kRingFull, "ring-full", "a ring evicted its oldest version for a new one"},
    {Mark::kRangeSplit, "range-split", "a hot range was split in two"},
    {Mark::kSplitLostAtApply, "split-lost-at-apply", "an ephemeral split was replaced by a snapshot"},
    {Mark::kFenceRefusedAtCurrentVersion, "fence-refused-at-current-version",
     "a group refused a write although its sender knew the newest catalog"},
    {Mark::kWriteRefusedByEpoch, "write-refused-by-epoch",
     "a group refused a write for the epoch it was made under"},
    {Mark::kTransactionAcrossGroups, "transaction-across-groups",
     "a transaction over several groups committed"},
    {Mark::kLockResolvedByAnother, "lock-resolved-by-another",
     "somebody met a lock and brought its transaction to an end"},
    {Mark::kCoordinatorDiedPrepared, "coordinator-died-prepared",
     "a client died while its transaction was prepared"},
    {Mark::kUnknownCommitSettled, "unknown-commit-settled",
     "a commit's answer was lost and its home settled what had happened"},
    {Mark::kCommitLeftUnknown, "commit-left-unknown",
     "a client was left without knowing whether it had committed"},
    {Mark::kMoveEnded, "move-ended", "a range moved from one group to another, data and all"},
    {Mark::kMoveResumedAfterCrash, "move-resumed-after-crash",
     "a mover died on the way, and the move went on from its record"},
    {Mark::kTwoMoversAtOnce, "two-movers-at-once", "two movers drove the same move"},
    {Mark::kMoveUndone, "move-undone", "a move was taken back before its target had been activated"},
    {Mark::kMoveUndoneAfterActivate, "move-undone-after-activate",
     "a move was taken back when its target had been active already"},
    {Mark::kRangeCameBack, "range-came-back", "a group owned a range again that it had given away"},
    {Mark::kPreparedAcrossFence, "prepared-across-fence",
     "a move met prepared transactions and waited for them"},
    {Mark::kLateEntryRefused, "late-entry-refused",
     "a log entry of an earlier move arrived late and was refused"},
    {Mark::kLateChunkRefused, "late-chunk-refused",
     "a copied chunk of an earlier move arrived late and was refused"},
    {Mark::kReadServedByFollower, "read-served-by-follower", "a follower answered a read"},
    {Mark::kReplicaRestoredFromSnapshot, "replica-restored-from-snapshot",
     "a replica started from a snapshot and replayed the log behind it"},
    {Mark::kProposalSucceededUnseen, "proposal-succeeded-unseen",
     "a proposal took effect although its proposer was told nothing, or the contrary"},
    {Mark::kLeaderChangedUnderProposal, "leader-changed-under-proposal",
     "the leader changed while a proposal was under way"},
    {Mark::kReplicasBehindEachOther, "replicas-behind-each-other",
     "two replicas of a group were many entries apart"},
    {Mark::kOldSnapshotRefused, "old-snapshot-refused",
     "an engine was offered an older catalog and refused it"},
}};

constexpr bool MarksAreInOrder() {
  for (std::size_t i = 0; i < kMarks.size(); ++i) {
    if (static_cast<std::size_t>(kMarks[i].mark) != i) return false;
  }
  return true;
}
static_assert(MarksAreInOrder(), "kMarks must list every Mark once, in declaration order");

}  // namespace

std::span<const MarkDescription> AllMarks() { return kMarks; }

std::optional<Mark> MarkFromName(std::string_view name) {
  for (const MarkDescription& description : kMarks) {
    if (description.name == name) return description.mark;
  }
  return std::nullopt;
}

void Marks::Hit(Mark mark) {
  const auto index = static_cast<std::size_t>(mark);
  ++counts_[index];
  if (trace_ != nullptr) trace_->NoteMark(kMarks[index].name);
}

}  // namespace fencepost::sim
