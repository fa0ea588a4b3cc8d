// Marks: situations that a run must sometimes reach for its passing to mean anything.
//
// Code marks them where they happen; a scenario lists those it is there to reach, and a nightly in which one
// of them never happened fails. Adding a mark: a value here, a row in mark.cc, and the line that hits it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sim/core/runtime/trace.h"

namespace fencepost::sim {

enum class Mark : std::uint8_t {
  kOperatorsRaced,
  kUnknownOutcomeResolved,
  kUnknownOutcomeReported,
  kLateCommitLanded,
  kBootstrapAdopted,
  kCorruptCatalogRefused,
  kCatalogRepaired,
  kInvalidRoutesRefused,
  kNoOpReported,
  kMissingNextIdReported,
  kVersionSkipped,
  kEngineKeptLastGood,
  kNodeCaughtUpAfterCrash,
  kSnapshotEvictedWhileHeld,
  kRingShrunk,
  kRingFull,
  kRangeSplit,
  kSplitLostAtApply,
  kFenceRefusedAtCurrentVersion,
  kWriteRefusedByEpoch,
  kTransactionAcrossGroups,
  kLockResolvedByAnother,
  kCoordinatorDiedPrepared,
  kUnknownCommitSettled,
  kCommitLeftUnknown,
  kMoveEnded,
  kMoveResumedAfterCrash,
  kTwoMoversAtOnce,
  kMoveUndone,
  kMoveUndoneAfterActivate,
  kRangeCameBack,
  kPreparedAcrossFence,
  kLateEntryRefused,
  kLateChunkRefused,
  kReadServedByFollower,
  kReplicaRestoredFromSnapshot,
  kProposalSucceededUnseen,
  kLeaderChangedUnderProposal,
  kReplicasBehindEachOther,
  kOldSnapshotRefused,
};
inline constexpr std::size_t kMarkCount = static_cast<std::size_t>(Mark::kOldSnapshotRefused) + 1;

struct MarkDescription {
  Mark mark;
  std::string_view name;     // as in scenario files, e.g. "operators-raced"
  std::string_view summary;  // one line
};

// All of them, in declaration order.
std::span<const MarkDescription> AllMarks();
std::optional<Mark> MarkFromName(std::string_view name);

// How often each mark was hit in a run.
class Marks {
 public:
  // `trace` gets a note of each mark that is hit; not owned, and may be null.
  explicit Marks(Trace* trace = nullptr) : trace_(trace) {}

  void Hit(Mark mark);
  const std::array<std::uint64_t, kMarkCount>& counts() const { return counts_; }

 private:
  Trace* trace_;
  std::array<std::uint64_t, kMarkCount> counts_{};
};

}  // namespace fencepost::sim
