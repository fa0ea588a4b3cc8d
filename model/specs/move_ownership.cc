#include "model/specs/move_ownership.h"

#include <algorithm>

namespace fencepost::model {

bool MoveOwnership::AdmitsCommit(const MoveTenure& tenure, std::uint32_t claim,
                                 std::uint32_t timestamp) const {
  if (tenure.phase != MovePhase::kActive || timestamp <= tenure.floor) return false;
  if (!rules_.epoch_in_entry) return true;
  return rules_.epoch_equal ? tenure.epoch == claim : tenure.epoch >= claim;
}

bool MoveOwnership::AdmitsRead(const MoveTenure& tenure, std::uint32_t claim) const {
  return tenure.phase == MovePhase::kActive && tenure.epoch == claim;
}

bool MoveOwnership::AdmitsCopy(const MoveTenure& tenure, std::uint32_t epoch) const {
  return tenure.phase == MovePhase::kAbsent && tenure.highest < epoch;
}

bool MoveOwnership::Apply(MoveTenure& tenure, const MoveEntry& entry, const MoveClients& clients) const {
  switch (entry.kind) {
    case MoveEntryKind::kFence:
      return Fence(tenure, entry.subject);
    case MoveEntryKind::kActivate:
      return Activate(tenure, entry.subject, entry.value);
    case MoveEntryKind::kRelease:
      return Release(tenure, entry.subject);
    case MoveEntryKind::kPrepare:
      if (tenure.prepared == entry.subject + 1 ||
          !AdmitsCommit(tenure, clients[entry.subject].claim, entry.subject + 1)) {
        return false;
      }
      tenure.prepared = entry.subject + 1;
      return true;
    case MoveEntryKind::kResolve:
      return Resolve(tenure, entry.subject);
    case MoveEntryKind::kNone:
    case MoveEntryKind::kCommit:
    case MoveEntryKind::kCopy:
      return false;
  }
  return false;
}

bool MoveOwnership::Fence(MoveTenure& tenure, std::uint32_t epoch) const {
  if (tenure.highest == epoch) return false;
  if (rules_.newer_entries_only && tenure.highest > epoch) return false;
  tenure.highest = epoch;
  if (tenure.phase == MovePhase::kActive && rules_.fence_stops_writes) tenure.phase = MovePhase::kFenced;
  return true;
}

bool MoveOwnership::Activate(MoveTenure& tenure, std::uint32_t epoch, std::uint32_t floor) const {
  if (tenure.phase == MovePhase::kActive && tenure.epoch == epoch) return false;
  if (rules_.newer_entries_only && tenure.highest >= epoch) return false;
  tenure.phase = MovePhase::kActive;
  tenure.epoch = epoch;
  tenure.highest = epoch;
  tenure.floor = std::max(tenure.floor, floor);
  return true;
}

bool MoveOwnership::Release(MoveTenure& tenure, std::uint32_t epoch) const {
  if (tenure.phase == MovePhase::kAbsent) return false;
  const bool fenced = tenure.highest == epoch && tenure.phase == MovePhase::kFenced;
  if (rules_.release_fenced_only && !fenced) return false;
  if (rules_.release_drained_only && tenure.prepared != 0) return false;
  tenure.phase = MovePhase::kAbsent;
  tenure.epoch = 0;
  tenure.prepared = 0;
  return true;
}

bool MoveOwnership::Resolve(MoveTenure& tenure, std::uint32_t client) const {
  if (tenure.prepared != client + 1) return false;
  if (!rules_.resolve_by_prepare && tenure.phase != MovePhase::kActive) return false;
  tenure.prepared = 0;
  return true;
}

std::optional<MoveDrain> MoveOwnership::Drain(const MoveTenure& tenure, std::uint32_t epoch,
                                              const MoveClients& /*clients*/) const {
  if (rules_.fence_of_own_epoch && tenure.highest != epoch) return std::nullopt;
  if (tenure.phase == MovePhase::kActive && rules_.fence_stops_writes) return std::nullopt;
  return MoveDrain{tenure.phase != MovePhase::kAbsent, tenure.prepared == 0};
}

bool MoveOwnership::ReadsHaveStopped(const MoveGroup& /*group*/, std::span<const MoveReplica> replicas,
                                     std::size_t /*fenced*/, std::uint32_t epoch,
                                     const MoveClients& /*clients*/) const {
  // Epochs grow along a log: whoever has named one at or above has applied the fence.
  return std::ranges::all_of(replicas, [epoch](const MoveReplica& replica) {
    return !replica.lease || replica.tenure.highest >= epoch;
  });
}

}  // namespace fencepost::model
