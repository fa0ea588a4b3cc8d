// The catalog and the movers of the model `move`.
#include <algorithm>
#include <bit>

#include "model/specs/move_machine.h"

namespace fencepost::model {
namespace {

void Send(MoveSending& sending) {
  if (sending == MoveSending::kUnsent) sending = MoveSending::kSent;
}

}  // namespace

std::uint32_t MoveProtocol::EpochOf(const MoveWorld& world, std::uint32_t decision) const {
  if (rules_.undo_takes_epoch) return decision;
  std::uint32_t epoch = decision;
  for (std::uint32_t i = 2; i <= decision; ++i) epoch -= world.decisions[i].undoes ? 1 : 0;
  return epoch;
}

void MoveProtocol::ExpandCatalog(const MoveWorld& world, Successors& out) const {
  if (world.decided >= bounds_.epochs()) return;
  if (world.stage == MoveStage::kNone) {
    MoveWorld next = world;
    MoveDecision& decision = next.decisions[++next.decided];
    decision.source = world.owner;
    next.stage = MoveStage::kMoving;
    out.push_back({next, StepOf(MoveAction::kDecideMove)});
  }
  std::uint32_t undone = 0;
  for (const MoveDecision& decision : world.decisions) undone += decision.undoes ? 1 : 0;
  const MoveDecision& latest = world.decisions[world.decided];
  if (world.stage == MoveStage::kMoving && !latest.undoes && undone < bounds_.undos) {
    MoveWorld next = world;
    MoveDecision& decision = next.decisions[++next.decided];
    decision.undoes = true;
    decision.source = latest.target();
    out.push_back({next, StepOf(MoveAction::kDecideUndo)});
  }
}

void MoveProtocol::ExpandMover(const MoveWorld& world, std::uint32_t number, Successors& out) const {
  const Mover& mover = world.movers[number];
  if (mover.step == MoverStep::kIdle) return ExpandStart(world, number, out);
  if (world.crashes_left > 0) {
    MoveWorld next = world;
    next.movers[number] = Mover{};
    --next.crashes_left;
    out.push_back({next, StepOf(MoveAction::kMoverCrash, number)});
  }
  if (!RecordIs(world, mover.decision)) {
    MoveWorld next = world;
    next.movers[number] = Mover{};
    out.push_back({next, StepOf(MoveAction::kGiveUp, number)});
  }
  switch (mover.step) {
    case MoverStep::kIdle:
      break;
    case MoverStep::kFencing:
      ExpandAwaitFence(world, number, out);
      ExpandAwaitActivate(world, number, out);
      break;
    case MoverStep::kClearing:
      ExpandAwaitClear(world, number, out);
      ExpandAwaitActivate(world, number, out);
      break;
    case MoverStep::kCopying:
      ExpandAwaitCopy(world, number, out);
      ExpandAwaitActivate(world, number, out);
      break;
    case MoverStep::kActivating:
      ExpandAwaitActivate(world, number, out);
      break;
    case MoverStep::kHandingOver:
      ExpandHandOver(world, number, out);
      break;
    case MoverStep::kHandedOver:
      ExpandRelease(world, number, out);
      break;
    case MoverStep::kReleasing:
      ExpandClose(world, number, out);
      break;
  }
}

void MoveProtocol::ExpandStart(const MoveWorld& world, std::uint32_t number, Successors& out) const {
  if (world.stage == MoveStage::kNone) return;
  MoveWorld next = world;
  Mover& mover = next.movers[number];
  MoveDecision& decision = next.decisions[world.decided];
  mover.decision = world.decided;
  if (world.stage == MoveStage::kHandedOver) {
    mover.step = MoverStep::kHandedOver;
  } else if (decision.undoes && !rules_.undo_fences) {
    SendActivate(next, number);
  } else {
    mover.step = MoverStep::kFencing;
    Send(decision.fence);
    if (!rules_.activate_awaited) {
      next.stage = MoveStage::kHandedOver;
      next.owner = decision.target();
    }
  }
  out.push_back({next, StepOf(MoveAction::kStart, number)});
}

// Whether what this replica of the source has is all there will ever be.
bool MoveProtocol::MayCopyFrom(const MoveWorld& world, std::uint32_t number, std::size_t replica) const {
  const std::uint32_t epoch = EpochOf(world, number);
  const MoveGroup& source = world.groups[world.decisions[number].source];
  if (!rules_.fence_awaited) return true;
  const std::span<const MoveReplica> replicas = ReplicasOf(source);
  const auto drain_at = [&](std::size_t i) {
    return ownership_->Drain(replicas[i].tenure, epoch, world.clients);
  };
  std::size_t fenced = replica;
  if (!rules_.copy_at_cut_off) {
    for (std::size_t i = 0; i < replicas.size(); ++i) {
      if (drain_at(i).has_value()) fenced = i;
    }
  }
  const std::optional<MoveDrain> drain = drain_at(fenced);
  if (!drain.has_value() || !drain->held) return false;
  if (rules_.prepared_drained && !drain->drained) return false;
  return !rules_.reads_stopped ||
         ownership_->ReadsHaveStopped(source, replicas, fenced, epoch, world.clients);
}

void MoveProtocol::SendCopy(MoveWorld& world, std::uint32_t number, std::size_t replica) const {
  Mover& mover = world.movers[number];
  MoveDecision& decision = world.decisions[mover.decision];
  const std::uint32_t data = world.groups[decision.source].replicas[replica].data;
  mover.step = MoverStep::kCopying;
  if (decision.copy == MoveSending::kUnsent || decision.copied != data) decision.copy = MoveSending::kSent;
  decision.copied = data;
  if (!rules_.copy_awaited) SendActivate(world, number);
}

void MoveProtocol::SendActivate(MoveWorld& world, std::uint32_t number) const {
  Mover& mover = world.movers[number];
  MoveDecision& decision = world.decisions[mover.decision];
  mover.step = MoverStep::kActivating;
  Send(decision.activate);
  if (rules_.floor_above_copied) decision.floor = static_cast<std::uint32_t>(std::bit_width(decision.copied));
}

void MoveProtocol::ExpandAwaitFence(const MoveWorld& world, std::uint32_t number, Successors& out) const {
  const std::uint32_t driven = world.movers[number].decision;
  const MoveDecision& decision = world.decisions[driven];
  const std::uint32_t epoch = EpochOf(world, driven);
  for (std::size_t replica = 0; replica < bounds_.replicas; ++replica) {
    MoveWorld next = world;
    const MoveTenure& tenure = world.groups[decision.source].replicas[replica].tenure;
    const std::optional<MoveDrain> drain = ownership_->Drain(tenure, epoch, world.clients);
    if (decision.undoes && drain.has_value() && !drain->held) {
      SendActivate(next, number);
    } else if (decision.undoes && rules_.undo_releases) {
      if (!drain.has_value() || !drain->drained) continue;
      if (rules_.undo_drains_readers && IsReadAt(world, decision.target())) continue;
      next.movers[number].step = MoverStep::kClearing;
      Send(next.decisions[driven - 1].release);
    } else {
      if (!MayCopyFrom(world, driven, replica)) continue;
      SendCopy(next, number, replica);
    }
    out.push_back({next, StepOf(MoveAction::kAwaitFence, number, replica)});
  }
}

// The move that is undone had begun the target's tenure: what the source of that move still has of the key
// goes first, or it would go later, and take what is copied back.
void MoveProtocol::ExpandAwaitClear(const MoveWorld& world, std::uint32_t number, Successors& out) const {
  const std::uint32_t driven = world.movers[number].decision;
  const std::uint32_t undone = EpochOf(world, driven - 1);
  const MoveGroup& target = world.groups[world.decisions[driven].target()];
  // A replica that lags may be from before the key ever came to its group: that says nothing.
  const bool cleared = std::ranges::any_of(ReplicasOf(target), [undone](const MoveReplica& replica) {
    return replica.tenure.phase == MovePhase::kAbsent && replica.tenure.highest == undone;
  });
  if (!cleared) return;
  for (std::size_t replica = 0; replica < bounds_.replicas; ++replica) {
    if (!MayCopyFrom(world, driven, replica)) continue;
    MoveWorld next = world;
    SendCopy(next, number, replica);
    out.push_back({next, StepOf(MoveAction::kAwaitClear, number, replica)});
  }
}

void MoveProtocol::ExpandAwaitCopy(const MoveWorld& world, std::uint32_t number, Successors& out) const {
  const std::uint32_t driven = world.movers[number].decision;
  const std::uint32_t epoch = EpochOf(world, driven);
  const MoveGroup& target = world.groups[world.decisions[driven].target()];
  const bool copied = std::ranges::any_of(
      ReplicasOf(target), [epoch](const MoveReplica& replica) { return replica.copied == epoch; });
  if (!copied) return;
  MoveWorld next = world;
  SendActivate(next, number);
  out.push_back({next, StepOf(MoveAction::kAwaitCopy, number)});
}

void MoveProtocol::ExpandAwaitActivate(const MoveWorld& world, std::uint32_t number, Successors& out) const {
  const std::uint32_t driven = world.movers[number].decision;
  const std::uint32_t epoch = EpochOf(world, driven);
  const MoveGroup& target = world.groups[world.decisions[driven].target()];
  const bool active = std::ranges::any_of(ReplicasOf(target), [epoch](const MoveReplica& replica) {
    return replica.tenure.phase == MovePhase::kActive && replica.tenure.epoch == epoch;
  });
  if (!active) return;
  MoveWorld next = world;
  next.movers[number].step = MoverStep::kHandingOver;
  out.push_back({next, StepOf(MoveAction::kAwaitActivate, number)});
}

bool MoveProtocol::IsReadAt(const MoveWorld& world, std::uint32_t group) const {
  const std::uint32_t at = world.reader.replica;
  return at != 0 && (at - 1) / bounds_.replicas == group;
}

void MoveProtocol::ExpandHandOver(const MoveWorld& world, std::uint32_t number, Successors& out) const {
  const std::uint32_t driven = world.movers[number].decision;
  if (rules_.hand_over_compares && !RecordIs(world, driven)) return;
  MoveWorld next = world;
  next.movers[number].step = MoverStep::kHandedOver;
  next.stage = MoveStage::kHandedOver;
  next.owner = world.decisions[driven].target();
  if (!rules_.release_awaited) next.stage = MoveStage::kNone;
  out.push_back({next, StepOf(MoveAction::kHandOver, number)});
}

void MoveProtocol::ExpandRelease(const MoveWorld& world, std::uint32_t number, Successors& out) const {
  const std::uint32_t driven = world.movers[number].decision;
  if (rules_.readers_drained && IsReadAt(world, world.decisions[driven].source)) return;
  MoveWorld next = world;
  Send(next.decisions[driven].release);
  next.movers[number].step = MoverStep::kReleasing;
  out.push_back({next, StepOf(MoveAction::kRelease, number)});
}

void MoveProtocol::ExpandClose(const MoveWorld& world, std::uint32_t number, Successors& out) const {
  const std::uint32_t driven = world.movers[number].decision;
  const std::uint32_t epoch = EpochOf(world, driven);
  const MoveGroup& source = world.groups[world.decisions[driven].source];
  const bool released = std::ranges::any_of(ReplicasOf(source), [epoch](const MoveReplica& replica) {
    return replica.tenure.phase == MovePhase::kAbsent && replica.tenure.highest == epoch;
  });
  if (!released || !RecordIs(world, driven)) return;
  MoveWorld next = world;
  next.stage = MoveStage::kNone;
  next.movers[number] = Mover{};
  out.push_back({next, StepOf(MoveAction::kClose, number)});
}

}  // namespace fencepost::model
