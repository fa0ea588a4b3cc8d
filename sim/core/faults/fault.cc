#include "sim/core/faults/fault.h"

namespace fencepost::sim {
namespace {

constexpr std::array<FaultDescription, kFaultCount> kFaults = {{
    {Fault::kStoreReadError, "store-read-error", "store", "a read fails before it reaches the store"},
    {Fault::kStoreScanError, "store-scan-error", "store", "a scan fails before it reaches the store"},
    {Fault::kStoreCommitError, "store-commit-error", "store", "a commit fails and has no effect"},
    {Fault::kStoreCommitUnknown, "store-commit-unknown", "store", "a commit lands, but its answer is lost"},
    {Fault::kStoreCommitLate, "store-commit-late", "store",
     "a commit is given up as unknown and may still land later"},
    {Fault::kStoreSlow, "store-slow", "store", "an operation takes a hundred times as long"},
    {Fault::kStoreLaggingRead, "store-lagging-read", "store",
     "the last commit timestamp comes from a replica behind"},
    {Fault::kStoreConflictStorm, "store-conflict-storm", "store",
     "for a while every commit over one link is refused as conflicting"},
    {Fault::kStoreCompaction, "store-compaction", "store",
     "the store compacts right after handing out a timestamp to read at"},
    {Fault::kStoreShortPage, "store-short-page", "store", "a scan returns fewer pairs than it was asked for"},
    {Fault::kRecordBitFlip, "record-bit-flip", "record",
     "a stored record has a bit flipped, until it is repaired"},
    {Fault::kRecordTruncation, "record-truncation", "record",
     "a stored record is cut short, until it is repaired"},
    {Fault::kRecordForeignKey, "record-foreign-key", "record",
     "a key that is no route's appears under the route prefix, until it is removed"},
    {Fault::kRecordMissingMetadata, "record-missing-metadata", "record",
     "the version record or the next-id record disappears, until it is repaired"},
    {Fault::kNodeCrash, "node-crash", "process", "a node loses its memory and starts again"},
    {Fault::kWatcherStall, "watcher-stall", "process", "a node's link to the catalog hangs for a long time"},
    {Fault::kOperatorDuplicateSubmit, "operator-duplicate-submit", "operator",
     "the same save is sent twice at once"},
    {Fault::kOperatorStaleVersion, "operator-stale-version", "operator",
     "a save expects a version of the past"},
    {Fault::kOperatorNoOpSave, "operator-no-op-save", "operator", "a save that changes nothing"},
    {Fault::kOperatorWideSplit, "operator-wide-split", "operator", "a route is split into many at once"},
    {Fault::kOperatorThereAndBack, "operator-there-and-back", "operator",
     "a route is moved to another group and straight back"},
    {Fault::kOperatorInvalidRoutes, "operator-invalid-routes", "operator",
     "a save of overlapping routes, which must be refused"},
    {Fault::kNetworkDelay, "network-delay", "network", "a message takes many times as long as usual"},
    {Fault::kNetworkReorder, "network-reorder", "network", "a message is overtaken by later ones"},
    {Fault::kNetworkDuplicate, "network-duplicate", "network", "a message arrives twice"},
    {Fault::kNetworkDrop, "network-drop", "network", "a message never arrives"},
    {Fault::kNetworkClog, "network-clog", "network",
     "a link holds everything back for a while, then delivers it all at once"},
    {Fault::kPartitionOneWay, "partition-one-way", "network", "one process no longer hears another"},
    {Fault::kPartitionTwoWay, "partition-two-way", "network", "two processes no longer hear each other"},
    {Fault::kCatalogGossip, "catalog-gossip", "process",
     "a node is offered a catalog of the past by somebody who has not noticed"},
    {Fault::kNodePause, "node-pause", "process", "a process stands still for a while and then goes on"},
    {Fault::kNodeSlow, "node-slow", "process", "everything to and from a process takes long for a while"},
    {Fault::kClientCrash, "client-crash", "process",
     "a client dies between two steps of a transaction and starts again"},
    {Fault::kMoverCrash, "mover-crash", "process",
     "a mover dies between two steps of a move; another takes over"},
    {Fault::kClockSkew, "clock-skew", "clock", "a process's clock is off"},
    {Fault::kClockDrift, "clock-drift", "clock", "a process's clock runs fast or slow"},
    {Fault::kClockJumpForward, "clock-jump-forward", "clock", "a process's clock jumps ahead"},
    {Fault::kClockJumpBack, "clock-jump-back", "clock", "a process's clock jumps back"},
    {Fault::kClockStuck, "clock-stuck", "clock", "a process's clock all but stands still for a while"},
    {Fault::kLeaderChange, "leader-change", "group", "another replica becomes leader"},
    {Fault::kProposalLost, "proposal-lost", "group", "a proposal disappears without an answer"},
    {Fault::kProposalReportedFailed, "proposal-reported-failed", "group",
     "a proposal is agreed on, but its proposer is told that it failed"},
    {Fault::kReplicaLag, "replica-lag", "group", "a replica applies the log long after the others"},
    {Fault::kSnapshotInstall, "snapshot-install", "group",
     "a replica gets another one's snapshot instead of the entries it lacks"},
}};

constexpr bool FaultsAreInOrder() {
  for (std::size_t i = 0; i < kFaults.size(); ++i) {
    if (static_cast<std::size_t>(kFaults[i].fault) != i) return false;
  }
  return true;
}
static_assert(FaultsAreInOrder(), "kFaults must list every Fault once, in declaration order");

}  // namespace

std::span<const FaultDescription> AllFaults() { return kFaults; }

const FaultDescription& Describe(Fault fault) { return kFaults[static_cast<std::size_t>(fault)]; }

std::optional<Fault> FaultFromName(std::string_view name) {
  for (const FaultDescription& description : kFaults) {
    if (description.name == name) return description.fault;
  }
  return std::nullopt;
}

bool FaultInjector::Fires(Fault fault, Stream& stream) {
  if (healed_) return false;
  const auto index = static_cast<std::size_t>(fault);
  if (!stream.Chance(odds_[index], kFaults[index].name.data())) return false;
  Count(fault);
  return true;
}

void FaultInjector::Count(Fault fault) {
  const auto index = static_cast<std::size_t>(fault);
  ++counts_[index];
  if (trace_ != nullptr) trace_->NoteFault(kFaults[index].name);
}

}  // namespace fencepost::sim
