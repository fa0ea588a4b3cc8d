#include "model/specs/move_machine.h"

#include <array>

namespace fencepost::model {
namespace {

constexpr std::array<std::string_view, 6> kMoveInvariants = {"NoLostWrite", "OneOwner",    "ReplicasAgree",
                                                             "EpochOnce",   "NoStaleRead", "RouteTellsOwner"};
constexpr std::size_t kMessages = 4;
constexpr std::size_t kUsualSuccessors = 32;

}  // namespace

MoveWorld MoveProtocol::Initial() const {
  MoveWorld world;
  world.crashes_left = bounds_.crashes;
  world.repeats_left = bounds_.repeats;
  world.begun[1] = true;
  for (std::size_t group = 0; group < kMoveGroups; ++group) {
    for (std::size_t i = 0; i < bounds_.replicas; ++i) {
      MoveReplica& replica = world.groups[group].replicas[i];
      replica.lease = true;
      if (group != 0) continue;
      replica.tenure.phase = MovePhase::kActive;
      replica.tenure.epoch = 1;
      replica.tenure.highest = 1;
      replica.routed = !rules_.verdict_from_log;
    }
  }
  return world;
}

void MoveProtocol::Expand(const MoveWorld& world, std::vector<MoveSuccessor>& successors) const {
  ExpandCatalog(world, successors);
  for (std::uint32_t mover = 0; mover < bounds_.movers; ++mover) ExpandMover(world, mover, successors);
  ExpandMessages(world, successors);
  for (std::uint32_t group = 0; group < kMoveGroups; ++group) {
    for (std::uint32_t i = 0; i < bounds_.replicas; ++i) ExpandReplica(world, group, i, successors);
  }
  for (std::uint32_t client = 0; client < bounds_.clients(); ++client)
    ExpandClient(world, client, successors);
  ExpandReader(world, successors);
}

std::size_t MoveProtocol::fairness_classes() const {
  return bounds_.movers + kMoveGroups * bounds_.replicas + kMessages * bounds_.moves + bounds_.clients() + 1;
}

std::optional<std::size_t> MoveProtocol::FairnessClass(Step step) const {
  const std::size_t replicas = bounds_.movers;
  const std::size_t messages = replicas + kMoveGroups * bounds_.replicas;
  const std::size_t clients = messages + kMessages * bounds_.moves;
  switch (static_cast<MoveAction>(step.action)) {
    case MoveAction::kStart:
    case MoveAction::kAwaitFence:
    case MoveAction::kAwaitClear:
    case MoveAction::kAwaitCopy:
    case MoveAction::kAwaitActivate:
    case MoveAction::kHandOver:
    case MoveAction::kRelease:
    case MoveAction::kClose:
    case MoveAction::kGiveUp:
      return step.first;
    case MoveAction::kApply:
      return replicas + std::size_t{step.first} * bounds_.replicas + step.second;
    case MoveAction::kArrive:
      return messages + (step.first - std::size_t{2}) * kMessages + step.second;
    case MoveAction::kSubmit:
    case MoveAction::kAcknowledge:
    case MoveAction::kAbort:
    case MoveAction::kResolve:
      return clients + step.first;
    case MoveAction::kCloseRead:
      return clients + bounds_.clients();
    case MoveAction::kDecideMove:
    case MoveAction::kDecideUndo:
    case MoveAction::kMoverCrash:
    case MoveAction::kArriveAgain:
    case MoveAction::kReplicaCrash:
    case MoveAction::kLease:
    case MoveAction::kPoll:
    case MoveAction::kBegin:
    case MoveAction::kSubmitAgain:
    case MoveAction::kResolveAgain:
    case MoveAction::kOpenRead:
      return std::nullopt;
  }
  return std::nullopt;
}

template <class State>
State MoveMachine<State>::Initial() const {
  return layout_.Pack<State>(protocol_.Initial());
}

template <class State>
void MoveMachine<State>::Expand(const State& state, std::vector<Successor<State>>& successors) const {
  std::vector<MoveSuccessor> worlds;
  worlds.reserve(kUsualSuccessors);
  protocol_.Expand(layout_.Unpack(state), worlds);
  for (const MoveSuccessor& next : worlds) {
    successors.push_back({layout_.Pack<State>(next.world), next.step});
  }
}

template <class State>
std::span<const std::string_view> MoveMachine<State>::Invariants() const {
  return kMoveInvariants;
}

template <class State>
bool MoveMachine<State>::Holds(std::size_t invariant, const State& state) const {
  return protocol_.Holds(static_cast<MoveInvariant>(invariant), layout_.Unpack(state));
}

template <class State>
std::optional<EventuallyAlways<State>> MoveMachine<State>::Liveness() const {
  EventuallyAlways<State> property;
  property.name = "MovesEnd";
  property.goal = [this](const State& state) { return layout_.Unpack(state).stage == MoveStage::kNone; };
  property.fairness_classes = protocol_.fairness_classes();
  property.fairness_class = [this](Step step) { return protocol_.FairnessClass(step); };
  return property;
}

template <class State>
std::string MoveMachine<State>::DescribeStep(Step step) const {
  return protocol_.DescribeStep(step);
}

template <class State>
std::string MoveMachine<State>::DescribeState(const State& state) const {
  return protocol_.DescribeWorld(layout_.Unpack(state));
}

template class MoveMachine<PackedState<1>>;
template class MoveMachine<PackedState<2>>;
template class MoveMachine<PackedState<4>>;
template class MoveMachine<PackedState<kMaxStateWords>>;

}  // namespace fencepost::model
