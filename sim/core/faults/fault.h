// The faults a world can inject: their names, their odds, and how often each really fired.
//
// A fault has a name, a probability (an integer ratio) and thereby an on and off in the scenario file. The
// report counts how often it fired; a nightly in which a fault of its scenario never fired fails, for such a
// run proves nothing. Adding a fault: a value here, a row in fault.cc, and the code that injects it, in the
// file of its family.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sim/core/choices/choices.h"
#include "sim/core/runtime/trace.h"

namespace fencepost::sim {

enum class Fault : std::uint8_t {
  // store_faults.h
  kStoreReadError,
  kStoreScanError,
  kStoreCommitError,
  kStoreCommitUnknown,
  kStoreCommitLate,
  kStoreSlow,
  kStoreLaggingRead,
  kStoreConflictStorm,
  kStoreCompaction,
  kStoreShortPage,
  // record_faults.h
  kRecordBitFlip,
  kRecordTruncation,
  kRecordForeignKey,
  kRecordMissingMetadata,
  // world/node.h
  kNodeCrash,
  kWatcherStall,
  // world/operator.h
  kOperatorDuplicateSubmit,
  kOperatorStaleVersion,
  kOperatorNoOpSave,
  kOperatorWideSplit,
  kOperatorThereAndBack,
  kOperatorInvalidRoutes,
  // cluster/network.h
  kNetworkDelay,
  kNetworkReorder,
  kNetworkDuplicate,
  kNetworkDrop,
  kNetworkClog,
  kPartitionOneWay,
  kPartitionTwoWay,
  // world/planned_faults.h, but for deaths: world/sudden_death.h; those of clocks too
  kCatalogGossip,
  kNodePause,
  kNodeSlow,
  kClientCrash,
  kMoverCrash,
  kClockSkew,
  kClockDrift,
  kClockJumpForward,
  kClockJumpBack,
  kClockStuck,
  // cluster/cluster.h
  kLeaderChange,
  kProposalLost,
  kProposalReportedFailed,
  kReplicaLag,
  kSnapshotInstall,
};
inline constexpr std::size_t kFaultCount = static_cast<std::size_t>(Fault::kSnapshotInstall) + 1;

struct FaultDescription {
  Fault fault;
  std::string_view name;     // as in scenario files, e.g. "store-read-error"
  std::string_view family;   // store, record, process, operator, network, clock, group
  std::string_view summary;  // one line
};

// All of them, in declaration order.
std::span<const FaultDescription> AllFaults();
const FaultDescription& Describe(Fault fault);
std::optional<Fault> FaultFromName(std::string_view name);

template <class T>
using PerFault = std::array<T, kFaultCount>;

// The faults of one run: draws whether each fires, and counts. After Heal() none fires any more.
class FaultInjector {
 public:
  // `trace` gets a note of each fault that strikes; not owned, and may be null.
  explicit FaultInjector(const PerFault<Ratio>& odds, Trace* trace = nullptr) : odds_(odds), trace_(trace) {}

  // Whether `fault` fires now; drawn from `stream`. Nothing is drawn for a fault that is off or healed.
  bool Fires(Fault fault, Stream& stream);

  // A fault that the plan scheduled, or that rode on another, has happened.
  void Count(Fault fault);

  void Heal() { healed_ = true; }
  bool healed() const { return healed_; }

  const Ratio& odds(Fault fault) const { return odds_[static_cast<std::size_t>(fault)]; }
  const PerFault<std::uint64_t>& counts() const { return counts_; }

 private:
  PerFault<Ratio> odds_;
  Trace* trace_;
  PerFault<std::uint64_t> counts_{};
  bool healed_ = false;
};

}  // namespace fencepost::sim
