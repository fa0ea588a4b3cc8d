// The groups of the model `move`: logs that are agreed on, and replicas that apply them.
#include <algorithm>

#include "model/specs/move_machine.h"

namespace fencepost::model {

MoveEntry MoveProtocol::EntryOf(const MoveWorld& world, std::uint32_t number, MoveMessage message) const {
  const MoveDecision& decision = world.decisions[number];
  const std::uint32_t epoch = EpochOf(world, number);
  switch (message) {
    case MoveMessage::kFence:
      return {MoveEntryKind::kFence, epoch, 0};
    case MoveMessage::kCopy:
      return {MoveEntryKind::kCopy, epoch, decision.copied};
    case MoveMessage::kActivate:
      return {MoveEntryKind::kActivate, epoch, decision.floor};
    case MoveMessage::kRelease:
      return {MoveEntryKind::kRelease, epoch, 0};
  }
  return {};
}

void MoveProtocol::ExpandMessages(const MoveWorld& world, Successors& out) const {
  using Sending = MoveSending MoveDecision::*;
  constexpr std::array<Sending, 4> kSendings = {&MoveDecision::fence, &MoveDecision::copy,
                                                &MoveDecision::activate, &MoveDecision::release};
  for (std::uint32_t number = 2; number <= world.decided; ++number) {
    const MoveDecision& decision = world.decisions[number];
    for (std::uint64_t i = 0; i < kSendings.size(); ++i) {
      const MoveSending sending = decision.*kSendings[i];
      const auto message = static_cast<MoveMessage>(i);
      const bool to_source = message == MoveMessage::kFence || message == MoveMessage::kRelease;
      const std::uint32_t group = to_source ? decision.source : decision.target();
      if (sending == MoveSending::kUnsent || !HasRoom(world.groups[group])) continue;
      const bool again = sending == MoveSending::kArrived;
      if (again && world.repeats_left == 0) continue;
      MoveWorld next = world;
      next.decisions[number].*kSendings[i] = MoveSending::kArrived;
      if (again) --next.repeats_left;
      Append(next, group, EntryOf(world, number, message));
      const MoveAction action = again ? MoveAction::kArriveAgain : MoveAction::kArrive;
      out.push_back({next, StepOf(action, number, i)});
    }
  }
}

void MoveProtocol::Append(MoveWorld& world, std::size_t number, const MoveEntry& entry) const {
  MoveGroup& group = world.groups[number];
  MoveReplica after = AtEnd(world, number);
  const MoveTenure before = after.tenure;
  ApplyEntry(world.clients, entry, after, &world.buried);
  group.log[group.length++] = entry;
  if (after.tenure.phase != MovePhase::kActive) return;
  const std::uint32_t epoch = after.tenure.epoch;
  if (before.phase == MovePhase::kActive && before.epoch == epoch) return;
  if (world.begun[epoch]) world.begun_twice = true;
  world.begun[epoch] = true;
}

MoveReplica MoveProtocol::AtEnd(const MoveWorld& world, std::size_t number) const {
  const MoveGroup& group = world.groups[number];
  MoveReplica replica = group.replicas[0];
  while (replica.offset < group.length) {
    ApplyEntry(world.clients, group.log[replica.offset], replica, nullptr);
    ++replica.offset;
  }
  return replica;
}

void MoveProtocol::ApplyEntry(const MoveClients& clients, const MoveEntry& entry, MoveReplica& replica,
                              std::uint32_t* buried) const {
  switch (entry.kind) {
    case MoveEntryKind::kCommit:
      if (LetsIn(clients, entry.subject, replica)) Write(clients, entry.subject, replica, buried);
      break;
    case MoveEntryKind::kPrepare:
      if (LetsIn(clients, entry.subject, replica)) ownership_->Apply(replica.tenure, entry, clients);
      break;
    case MoveEntryKind::kResolve:
      if (ownership_->Apply(replica.tenure, entry, clients) && entry.value == 1) {
        Write(clients, entry.subject, replica, buried);
      }
      break;
    case MoveEntryKind::kCopy:
      if (rules_.copy_checked && !ownership_->AdmitsCopy(replica.tenure, entry.subject)) break;
      replica.data = entry.value;
      replica.copied = entry.subject;
      break;
    case MoveEntryKind::kFence:
      // A fence of a group that does not hold the key ends the move that was copying it there.
      if (!ownership_->Apply(replica.tenure, entry, clients)) break;
      if (replica.tenure.phase == MovePhase::kAbsent) replica.data = 0;
      replica.copied = 0;
      break;
    case MoveEntryKind::kActivate:
      if (ownership_->Apply(replica.tenure, entry, clients)) replica.copied = 0;
      break;
    case MoveEntryKind::kRelease:
      if (!ownership_->Apply(replica.tenure, entry, clients)) break;
      replica.data = 0;
      replica.newest = 0;
      replica.copied = 0;
      break;
    case MoveEntryKind::kNone:
      break;
  }
}

// Claims are the ownership's to judge. The rest is what any store does with a key: a lock keeps others out,
// and what was read must still be so. Versions mean something within one tenure only.
bool MoveProtocol::LetsIn(const MoveClients& clients, std::uint32_t number,
                          const MoveReplica& replica) const {
  const MoveClient& client = clients[number];
  const std::uint32_t timestamp = number + 1;
  if (replica.tenure.prepared != 0 || replica.newest != client.version || timestamp <= replica.newest) {
    return false;
  }
  if (!rules_.verdict_from_log) return replica.routed;
  return ownership_->AdmitsCommit(replica.tenure, client.claim, timestamp);
}

void MoveProtocol::Write(const MoveClients& clients, std::uint32_t number, MoveReplica& replica,
                         std::uint32_t* buried) const {
  replica.newest = number + 1;
  if (replica.data >> number > 1) {
    if (buried != nullptr) *buried |= 1U << number;
    return;
  }
  replica.data = clients[number].base | 1U << number;
}

void MoveProtocol::ExpandReplica(const MoveWorld& world, std::uint32_t group, std::uint32_t number,
                                 Successors& out) const {
  const auto add = [&](MoveAction action, const MoveWorld& next) {
    out.push_back({next, StepOf(action, group, number)});
  };
  const MoveGroup& its_group = world.groups[group];
  const MoveReplica& replica = its_group.replicas[number];
  if (replica.offset < its_group.length) {
    MoveWorld next = world;
    MoveReplica& applying = next.groups[group].replicas[number];
    ApplyEntry(world.clients, its_group.log[replica.offset], applying, nullptr);
    ++applying.offset;
    Forget(next.groups[group]);
    add(MoveAction::kApply, next);
  }
  if (world.crashes_left > 0) {
    // It comes back with a state from before: the oldest that the log is kept for.
    MoveWorld next = world;
    const std::span<const MoveReplica> replicas = ReplicasOf(its_group);
    const auto oldest = std::ranges::find(replicas, 0U, &MoveReplica::offset);
    MoveReplica& restarted = next.groups[group].replicas[number];
    restarted = *oldest;
    restarted.lease = false;
    restarted.routed = replica.routed;
    --next.crashes_left;
    Forget(next.groups[group]);
    if (world.reader.replica == Place(group, number)) next.reader = MoveReader{};
    add(MoveAction::kReplicaCrash, next);
  }
  const bool caught_up = replica.offset == its_group.length || !rules_.lease_when_caught_up;
  if (!replica.lease && caught_up) {
    MoveWorld next = world;
    next.groups[group].replicas[number].lease = true;
    add(MoveAction::kLease, next);
  }
  const bool routed_now = world.stage != MoveStage::kMoving && world.owner == group;
  if (!rules_.verdict_from_log && replica.routed != routed_now) {
    MoveWorld next = world;
    next.groups[group].replicas[number].routed = routed_now;
    add(MoveAction::kPoll, next);
  }
}

void MoveProtocol::Forget(MoveGroup& group) const {
  std::uint32_t applied = group.length;
  for (const MoveReplica& replica : ReplicasOf(group)) applied = std::min(applied, replica.offset);
  if (applied == 0) return;
  std::shift_left(group.log.begin(), group.log.end(), static_cast<std::ptrdiff_t>(applied));
  group.length -= applied;
  std::fill(group.log.begin() + group.length, group.log.end(), MoveEntry{});
  for (std::size_t i = 0; i < bounds_.replicas; ++i) group.replicas[i].offset -= applied;
}

}  // namespace fencepost::model
