// What must hold in every state of the model `move`.
#include <algorithm>

#include "model/specs/move_machine.h"

namespace fencepost::model {

bool MoveProtocol::Holds(MoveInvariant invariant, const MoveWorld& world) const {
  const auto active = [&](std::size_t group) {
    return AtEnd(world, group).tenure.phase == MovePhase::kActive;
  };
  switch (invariant) {
    case MoveInvariant::kNoLostWrite:
      return NoLostWrite(world);
    case MoveInvariant::kOneOwner:
      return !(active(0) && active(1));
    case MoveInvariant::kReplicasAgree:
      return ReplicasAgree(world);
    case MoveInvariant::kEpochOnce:
      return !world.begun_twice;
    case MoveInvariant::kNoStaleRead:
      return NoStaleRead(world);
    case MoveInvariant::kRouteTellsOwner:
      return world.stage != MoveStage::kNone || active(world.owner);
  }
  return false;
}

// Whoever lets writes in shows, or has the lock of, every acknowledged write; and at any time somebody does
// who holds the key.
bool MoveProtocol::NoLostWrite(const MoveWorld& world) const {
  const std::uint32_t acknowledged = AcknowledgedWrites(world);
  if ((acknowledged & world.buried) != 0) return false;
  bool held = false;
  for (std::size_t group = 0; group < kMoveGroups; ++group) {
    const MoveReplica end = AtEnd(world, group);
    if (end.tenure.phase == MovePhase::kAbsent) continue;
    std::uint32_t has = end.data;
    if (end.tenure.prepared != 0) has |= 1U << (end.tenure.prepared - 1);
    const bool has_all = (acknowledged & ~has) == 0;
    if (end.tenure.phase == MovePhase::kActive && !has_all) return false;
    held = held || has_all;
  }
  return held;
}

bool MoveProtocol::ReplicasAgree(const MoveWorld& world) const {
  const auto replicated = [](MoveReplica replica) {
    replica.lease = false;
    replica.routed = false;
    return replica;
  };
  return std::ranges::all_of(world.groups, [&](const MoveGroup& group) {
    const std::span<const MoveReplica> replicas = ReplicasOf(group);
    for (std::size_t i = 1; i < replicas.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (replicas[i].offset == replicas[j].offset && replicated(replicas[i]) != replicated(replicas[j])) {
          return false;
        }
      }
    }
    return true;
  });
}

// Until it is closed, a read may be answered by what its replica has now.
bool MoveProtocol::NoStaleRead(const MoveWorld& world) const {
  if (world.reader.replica == 0) return true;
  return (world.reader.required & ~ReplicaAt(world, world.reader.replica).data) == 0;
}

}  // namespace fencepost::model
