// The clients of the model `move`: writers in one step and in two, and a reader.
#include <algorithm>

#include "model/specs/move_machine.h"

namespace fencepost::model {
bool MoveProtocol::Serves(const MoveReplica& replica) const {
  return replica.lease && replica.tenure.prepared == 0 &&
         ownership_->AdmitsRead(replica.tenure, replica.tenure.epoch);
}

bool MoveProtocol::Acknowledged(const MoveWorld& world, std::uint32_t number) const {
  // Let in is not the same as seen: without a floor, a write can be the newest and lie below another.
  const auto has = [&](const MoveReplica& replica) {
    if (IsTransaction(number)) return replica.tenure.prepared == number + 1;
    if (replica.tenure.phase == MovePhase::kAbsent) return false;
    return (replica.data & 1U << number) != 0 || replica.newest == number + 1;
  };
  const std::span<const MoveReplica> replicas = ReplicasOf(world.groups[world.clients[number].group]);
  return std::ranges::any_of(replicas, has) &&
         std::ranges::all_of(replicas, [&](const MoveReplica& one) { return !one.lease || has(one); });
}

std::uint32_t MoveProtocol::AcknowledgedWrites(const MoveWorld& world) const {
  std::uint32_t writes = 0;
  for (std::size_t i = 0; i < bounds_.clients(); ++i) {
    if (world.clients[i].status == MoveClientStatus::kCommitted) writes |= 1U << i;
  }
  return writes;
}

void MoveProtocol::ExpandClient(const MoveWorld& world, std::uint32_t number, Successors& out) const {
  const MoveClient& client = world.clients[number];
  if (client.status == MoveClientStatus::kIdle) return ExpandBegin(world, number, out);
  const MoveGroup& group = world.groups[client.group];
  const bool again = client.status != MoveClientStatus::kSent;
  if (HasRoom(group) && (!again || world.repeats_left > 0)) {
    MoveWorld next = world;
    if (again) {
      --next.repeats_left;
    } else {
      next.clients[number].status = MoveClientStatus::kArrived;
    }
    const MoveEntryKind kind = IsTransaction(number) ? MoveEntryKind::kPrepare : MoveEntryKind::kCommit;
    Append(next, client.group, MoveEntry{kind, number, 0});
    out.push_back({next, StepOf(again ? MoveAction::kSubmitAgain : MoveAction::kSubmit, number)});
  }
  if (client.status == MoveClientStatus::kArrived) ExpandDecision(world, number, out);
  const bool decided =
      client.status == MoveClientStatus::kCommitted || client.status == MoveClientStatus::kAborted;
  if (IsTransaction(number) && decided) ExpandResolve(world, number, out);
}

void MoveProtocol::ExpandBegin(const MoveWorld& world, std::uint32_t number, Successors& out) const {
  for (std::uint32_t group = 0; group < kMoveGroups; ++group) {
    for (std::uint32_t i = 0; i < bounds_.replicas; ++i) {
      const MoveReplica& replica = world.groups[group].replicas[i];
      if (!Serves(replica)) continue;
      MoveWorld next = world;
      next.clients[number] =
          MoveClient{MoveClientStatus::kSent, replica.tenure.epoch, group, replica.data, replica.newest};
      out.push_back({next, StepOf(MoveAction::kBegin, number, Place(group, i))});
    }
  }
}

// A write in one step is committed when it is acknowledged; for a transaction that is when its record may be
// decided to commit. Whoever meets its lock may decide that it aborts instead.
void MoveProtocol::ExpandDecision(const MoveWorld& world, std::uint32_t number, Successors& out) const {
  if (Acknowledged(world, number)) {
    MoveWorld next = world;
    next.clients[number].status = MoveClientStatus::kCommitted;
    out.push_back({next, StepOf(MoveAction::kAcknowledge, number)});
  }
  if (IsTransaction(number)) {
    MoveWorld next = world;
    next.clients[number].status = MoveClientStatus::kAborted;
    out.push_back({next, StepOf(MoveAction::kAbort, number)});
  }
}

// The outcome is sent to whoever has the lock, until the lock is gone.
void MoveProtocol::ExpandResolve(const MoveWorld& world, std::uint32_t number, Successors& out) const {
  const MoveClient& client = world.clients[number];
  const MoveGroup& group = world.groups[client.group];
  if (!HasRoom(group)) return;
  const bool commits = client.status == MoveClientStatus::kCommitted;
  const MoveEntry entry{MoveEntryKind::kResolve, number, commits ? 1U : 0U};
  const bool on_its_way = std::ranges::find(group.log, entry) != group.log.end();
  const bool locked = std::ranges::any_of(ReplicasOf(group), [&](const MoveReplica& replica) {
    return replica.tenure.prepared == std::uint32_t{number} + 1;
  });
  const bool again = on_its_way || !locked;
  if (again && world.repeats_left == 0) return;
  MoveWorld next = world;
  if (again) --next.repeats_left;
  Append(next, client.group, entry);
  out.push_back({next, StepOf(again ? MoveAction::kResolveAgain : MoveAction::kResolve, number)});
}

void MoveProtocol::ExpandReader(const MoveWorld& world, Successors& out) const {
  if (bounds_.readers == 0) return;
  if (world.reader.replica != 0) {
    MoveWorld next = world;
    next.reader = MoveReader{};
    out.push_back({next, StepOf(MoveAction::kCloseRead)});
    return;
  }
  for (std::uint32_t group = 0; group < kMoveGroups; ++group) {
    for (std::uint32_t i = 0; i < bounds_.replicas; ++i) {
      if (!Serves(world.groups[group].replicas[i])) continue;
      MoveWorld next = world;
      next.reader = MoveReader{Place(group, i), AcknowledgedWrites(world)};
      out.push_back({next, StepOf(MoveAction::kOpenRead, Place(group, i))});
    }
  }
}

}  // namespace fencepost::model
