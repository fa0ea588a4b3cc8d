// The situations that runs of this world must sometimes reach for their passing to mean anything: one
// constant each, and the list that registers them. `Marks::Hit` stands where the situation is certain.
#pragma once

#include <array>

#include "sim/core/kinds/kinds.h"

namespace fencepost::sim::marks {

inline constexpr MarkKind kOperatorsRaced{"operators-raced", "a save lost the race against another one"};
inline constexpr MarkKind kUnknownOutcomeResolved{
    "unknown-outcome-resolved", "a commit's answer was lost and reading back settled that it had landed"};
inline constexpr MarkKind kUnknownOutcomeReported{"unknown-outcome-reported",
                                                  "a save could not say whether it had landed"};
inline constexpr MarkKind kLateCommitLanded{"late-commit-landed",
                                            "a save landed after its sender had given up on it"};
inline constexpr MarkKind kBootstrapAdopted{"bootstrap-adopted",
                                            "a starting node adopted the catalog that another one had saved"};
inline constexpr MarkKind kCorruptCatalogRefused{"corrupt-catalog-refused",
                                                 "a save was refused because a stored record is corrupt"};
inline constexpr MarkKind kCatalogRepaired{"catalog-repaired", "damaged records were put right again"};
inline constexpr MarkKind kInvalidRoutesRefused{"invalid-routes-refused",
                                                "a save of overlapping routes was refused"};
inline constexpr MarkKind kNoOpReported{"no-op-reported", "a save that changed nothing was told so"};
inline constexpr MarkKind kMissingNextIdReported{"missing-next-id-reported",
                                                 "a save rewrote a missing next-id record and said so"};
inline constexpr MarkKind kVersionSkipped{"version-skipped",
                                          "an engine went up by more than one version at once"};
inline constexpr MarkKind kEngineKeptLastGood{"engine-kept-last-good",
                                              "a watcher met a corrupt catalog and left its engine alone"};
inline constexpr MarkKind kNodeCaughtUpAfterCrash{"node-caught-up-after-crash",
                                                  "a crashed node reached the durable version again"};
inline constexpr MarkKind kSnapshotEvictedWhileHeld{"snapshot-evicted-while-held",
                                                    "somebody held a snapshot that the ring had dropped"};
inline constexpr MarkKind kRingShrunk{"ring-shrunk", "a smaller depth evicted snapshots at once"};
inline constexpr MarkKind kRingFull{"ring-full", "a ring evicted its oldest version for a new one"};
inline constexpr MarkKind kRangeSplit{"range-split", "a hot range was split in two"};
inline constexpr MarkKind kSplitLostAtApply{"split-lost-at-apply",
                                            "an ephemeral split was replaced by a snapshot"};
inline constexpr MarkKind kFenceRefusedAtCurrentVersion{
    "fence-refused-at-current-version",
    "a group refused a write although its sender knew the newest catalog"};
inline constexpr MarkKind kWriteRefusedByEpoch{"write-refused-by-epoch",
                                               "a group refused a write for the epoch it was made under"};
inline constexpr MarkKind kTransactionAcrossGroups{"transaction-across-groups",
                                                   "a transaction over several groups committed"};
inline constexpr MarkKind kLockResolvedByAnother{"lock-resolved-by-another",
                                                 "somebody met a lock and brought its transaction to an end"};
inline constexpr MarkKind kCoordinatorDiedPrepared{"coordinator-died-prepared",
                                                   "a client died while its transaction was prepared"};
inline constexpr MarkKind kUnknownCommitSettled{
    "unknown-commit-settled", "a commit's answer was lost and its home settled what had happened"};
inline constexpr MarkKind kCommitLeftUnknown{"commit-left-unknown",
                                             "a client was left without knowing whether it had committed"};
inline constexpr MarkKind kMoveEnded{"move-ended", "a range moved from one group to another, data and all"};
inline constexpr MarkKind kMoveResumedAfterCrash{
    "move-resumed-after-crash", "a mover died on the way, and the move went on from its record"};
inline constexpr MarkKind kTwoMoversAtOnce{"two-movers-at-once", "two movers drove the same move"};
inline constexpr MarkKind kMoveUndone{"move-undone",
                                      "a move was taken back before its target had been activated"};
inline constexpr MarkKind kMoveUndoneAfterActivate{
    "move-undone-after-activate", "a move was taken back when its target had been active already"};
inline constexpr MarkKind kRangeCameBack{"range-came-back",
                                         "a group owned a range again that it had given away"};
inline constexpr MarkKind kPreparedAcrossFence{"prepared-across-fence",
                                               "a move met prepared transactions and waited for them"};
inline constexpr MarkKind kLateEntryRefused{"late-entry-refused",
                                            "a log entry of an earlier move arrived late and was refused"};
inline constexpr MarkKind kLateChunkRefused{"late-chunk-refused",
                                            "a copied chunk of an earlier move arrived late and was refused"};
inline constexpr MarkKind kReadServedByFollower{"read-served-by-follower", "a follower answered a read"};
inline constexpr MarkKind kReplicaRestoredFromSnapshot{
    "replica-restored-from-snapshot", "a replica started from a snapshot and replayed the log behind it"};
inline constexpr MarkKind kProposalSucceededUnseen{
    "proposal-succeeded-unseen",
    "a proposal took effect although its proposer was told nothing, or the contrary"};
inline constexpr MarkKind kLeaderChangedUnderProposal{"leader-changed-under-proposal",
                                                      "the leader changed while a proposal was under way"};
inline constexpr MarkKind kReplicasBehindEachOther{"replicas-behind-each-other",
                                                   "two replicas of a group were many entries apart"};
inline constexpr MarkKind kOldSnapshotRefused{"old-snapshot-refused",
                                              "an engine was offered an older catalog and refused it"};

inline constexpr std::array kAll = {&kOperatorsRaced,
                                    &kUnknownOutcomeResolved,
                                    &kUnknownOutcomeReported,
                                    &kLateCommitLanded,
                                    &kBootstrapAdopted,
                                    &kCorruptCatalogRefused,
                                    &kCatalogRepaired,
                                    &kInvalidRoutesRefused,
                                    &kNoOpReported,
                                    &kMissingNextIdReported,
                                    &kVersionSkipped,
                                    &kEngineKeptLastGood,
                                    &kNodeCaughtUpAfterCrash,
                                    &kSnapshotEvictedWhileHeld,
                                    &kRingShrunk,
                                    &kRingFull,
                                    &kRangeSplit,
                                    &kSplitLostAtApply,
                                    &kFenceRefusedAtCurrentVersion,
                                    &kWriteRefusedByEpoch,
                                    &kTransactionAcrossGroups,
                                    &kLockResolvedByAnother,
                                    &kCoordinatorDiedPrepared,
                                    &kUnknownCommitSettled,
                                    &kCommitLeftUnknown,
                                    &kMoveEnded,
                                    &kMoveResumedAfterCrash,
                                    &kTwoMoversAtOnce,
                                    &kMoveUndone,
                                    &kMoveUndoneAfterActivate,
                                    &kRangeCameBack,
                                    &kPreparedAcrossFence,
                                    &kLateEntryRefused,
                                    &kLateChunkRefused,
                                    &kReadServedByFollower,
                                    &kReplicaRestoredFromSnapshot,
                                    &kProposalSucceededUnseen,
                                    &kLeaderChangedUnderProposal,
                                    &kReplicasBehindEachOther,
                                    &kOldSnapshotRefused};

}  // namespace fencepost::sim::marks
