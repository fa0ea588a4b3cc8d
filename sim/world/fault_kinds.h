// The faults of this world, beside those of the network (core/network/network_events.h): one constant each,
// and the list that registers them. What strikes is in the file that the heading names.
//
// A fault *rides* on an operation: whoever does the operation asks whether it strikes now. Or it is
// *planned*: it strikes at a drawn time, at a drawn target, by itself.
#pragma once

#include <array>

#include "sim/core/kinds/kinds.h"

namespace fencepost::sim::faults {

// store/store_faults.h
inline constexpr FaultKind kStoreReadError{"store-read-error", "store",
                                           "a read fails before it reaches the store"};
inline constexpr FaultKind kStoreScanError{"store-scan-error", "store",
                                           "a scan fails before it reaches the store"};
inline constexpr FaultKind kStoreCommitError{"store-commit-error", "store",
                                             "a commit fails and has no effect"};
inline constexpr FaultKind kStoreCommitUnknown{"store-commit-unknown", "store",
                                               "a commit lands, but its answer is lost"};
inline constexpr FaultKind kStoreCommitLate{"store-commit-late", "store",
                                            "a commit is given up as unknown and may still land later"};
inline constexpr FaultKind kStoreSlow{"store-slow", "store", "an operation takes a hundred times as long"};
inline constexpr FaultKind kStoreLaggingRead{"store-lagging-read", "store",
                                             "the last commit timestamp comes from a replica behind"};
inline constexpr FaultKind kStoreConflictStorm{
    "store-conflict-storm", "store", "for a while every commit over one link is refused as conflicting"};
inline constexpr FaultKind kStoreCompaction{
    "store-compaction", "store", "the store compacts right after handing out a timestamp to read at"};
inline constexpr FaultKind kStoreShortPage{"store-short-page", "store",
                                           "a scan returns fewer pairs than it was asked for"};

// store/record_faults.h, planned
inline constexpr FaultKind kRecordBitFlip{"record-bit-flip", "record",
                                          "a stored record has a bit flipped, until it is repaired"};
inline constexpr FaultKind kRecordTruncation{"record-truncation", "record",
                                             "a stored record is cut short, until it is repaired"};
inline constexpr FaultKind kRecordForeignKey{
    "record-foreign-key", "record",
    "a key that is no route's appears under the route prefix, until it is removed"};
inline constexpr FaultKind kRecordMissingMetadata{
    "record-missing-metadata", "record",
    "the version record or the next-id record disappears, until it is repaired"};

// actors/node.h: planned; watcher-stall rides on a link
inline constexpr FaultKind kNodeCrash{"node-crash", "process", "a node loses its memory and starts again"};
inline constexpr FaultKind kWatcherStall{"watcher-stall", "process",
                                         "a node's link to the catalog hangs for a long time"};

// actors/operator.h
inline constexpr FaultKind kOperatorDuplicateSubmit{"operator-duplicate-submit", "operator",
                                                    "the same save is sent twice at once"};
inline constexpr FaultKind kOperatorStaleVersion{"operator-stale-version", "operator",
                                                 "a save expects a version of the past"};
inline constexpr FaultKind kOperatorNoOpSave{"operator-no-op-save", "operator",
                                             "a save that changes nothing"};
inline constexpr FaultKind kOperatorWideSplit{"operator-wide-split", "operator",
                                              "a route is split into many at once"};
inline constexpr FaultKind kOperatorThereAndBack{"operator-there-and-back", "operator",
                                                 "a route is moved to another group and straight back"};
inline constexpr FaultKind kOperatorInvalidRoutes{"operator-invalid-routes", "operator",
                                                  "a save of overlapping routes, which must be refused"};

// planned_faults.h, planned; deaths ride on steps: actors/sudden_death.h
inline constexpr FaultKind kPartitionOneWay{"partition-one-way", "network",
                                            "one process no longer hears another"};
inline constexpr FaultKind kPartitionTwoWay{"partition-two-way", "network",
                                            "two processes no longer hear each other"};
inline constexpr FaultKind kCatalogGossip{
    "catalog-gossip", "process", "a node is offered a catalog of the past by somebody who has not noticed"};
inline constexpr FaultKind kNodePause{"node-pause", "process",
                                      "a process stands still for a while and then goes on"};
inline constexpr FaultKind kNodeSlow{"node-slow", "process",
                                     "everything to and from a process takes long for a while"};
inline constexpr FaultKind kTransactorCrash{
    "transactor-crash", "process", "a transactor dies between two steps of a transaction and starts again"};
inline constexpr FaultKind kMoverCrash{"mover-crash", "process",
                                       "a mover dies between two steps of a move; another takes over"};
// These ride on calls of clients and movers: actors/cancellable_call.h, actors/throwing_interfaces.h.
inline constexpr FaultKind kCallCancelled{"call-cancelled", "process",
                                          "a call into the library is cancelled at one of its awaits"};
inline constexpr FaultKind kInterfaceThrows{
    "interface-throws", "process", "an operation that the library asks a store or its groups for throws"};
inline constexpr FaultKind kClockSkew{"clock-skew", "clock", "a process's clock is off"};
inline constexpr FaultKind kClockDrift{"clock-drift", "clock", "a process's clock runs fast or slow"};
inline constexpr FaultKind kClockJumpForward{"clock-jump-forward", "clock", "a process's clock jumps ahead"};
inline constexpr FaultKind kClockJumpBack{"clock-jump-back", "clock", "a process's clock jumps back"};
inline constexpr FaultKind kClockStuck{"clock-stuck", "clock",
                                       "a process's clock all but stands still for a while"};

// groups/, but for leader-change, which is planned
inline constexpr FaultKind kLeaderChange{"leader-change", "group", "another replica becomes leader"};
inline constexpr FaultKind kProposalLost{"proposal-lost", "group", "a proposal disappears without an answer"};
inline constexpr FaultKind kProposalReportedFailed{
    "proposal-reported-failed", "group", "a proposal is agreed on, but its proposer is told that it failed"};
inline constexpr FaultKind kReplicaLag{"replica-lag", "group",
                                       "a replica applies the log long after the others"};
inline constexpr FaultKind kSnapshotInstall{
    "snapshot-install", "group", "a replica gets another one's snapshot instead of the entries it lacks"};

inline constexpr std::array kOfThisWorld = {&kStoreReadError,
                                            &kStoreScanError,
                                            &kStoreCommitError,
                                            &kStoreCommitUnknown,
                                            &kStoreCommitLate,
                                            &kStoreSlow,
                                            &kStoreLaggingRead,
                                            &kStoreConflictStorm,
                                            &kStoreCompaction,
                                            &kStoreShortPage,
                                            &kRecordBitFlip,
                                            &kRecordTruncation,
                                            &kRecordForeignKey,
                                            &kRecordMissingMetadata,
                                            &kNodeCrash,
                                            &kWatcherStall,
                                            &kOperatorDuplicateSubmit,
                                            &kOperatorStaleVersion,
                                            &kOperatorNoOpSave,
                                            &kOperatorWideSplit,
                                            &kOperatorThereAndBack,
                                            &kOperatorInvalidRoutes,
                                            &kPartitionOneWay,
                                            &kPartitionTwoWay,
                                            &kCatalogGossip,
                                            &kNodePause,
                                            &kNodeSlow,
                                            &kTransactorCrash,
                                            &kMoverCrash,
                                            &kCallCancelled,
                                            &kInterfaceThrows,
                                            &kClockSkew,
                                            &kClockDrift,
                                            &kClockJumpForward,
                                            &kClockJumpBack,
                                            &kClockStuck,
                                            &kLeaderChange,
                                            &kProposalLost,
                                            &kProposalReportedFailed,
                                            &kReplicaLag,
                                            &kSnapshotInstall};

}  // namespace fencepost::sim::faults
