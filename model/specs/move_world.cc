#include "model/specs/move_world.h"

#include <algorithm>
#include <type_traits>

namespace fencepost::model {
namespace {

// Calls `visit(variable, largest)` for every variable that these bounds leave open. `World` may be const.
template <class World, class Visit>
class VariableWalk {
 public:
  VariableWalk(const MoveBounds& bounds, Visit visit) : bounds_(bounds), visit_(visit) {}

  void Walk(World& world) {
    visit_(world.decided, bounds_.epochs());
    visit_(world.owner, 1U);
    visit_(world.stage, 2U);
    for (std::size_t i = 2; i <= bounds_.epochs(); ++i) Walk(world.decisions[i]);
    for (auto& group : world.groups) Walk(group);
    for (std::size_t i = 0; i < bounds_.clients(); ++i) Walk(world.clients[i]);
    for (std::size_t i = 0; i < bounds_.movers; ++i) {
      visit_(world.movers[i].decision, bounds_.epochs());
      visit_(world.movers[i].step, kLastMoverStep);
    }
    if (bounds_.readers > 0) {
      visit_(world.reader.replica, static_cast<std::uint32_t>(kMoveGroups) * bounds_.replicas);
      visit_(world.reader.required, AllWrites());
    }
    visit_(world.crashes_left, bounds_.crashes);
    visit_(world.repeats_left, bounds_.repeats);
    for (std::size_t i = 1; i <= bounds_.epochs(); ++i) visit_(world.begun[i], 1U);
    visit_(world.begun_twice, 1U);
    visit_(world.buried, AllWrites());
  }

 private:
  std::uint32_t AllWrites() const { return (1U << bounds_.clients()) - 1; }

  template <class Decision>
  void Walk(Decision& decision)
    requires std::is_same_v<std::remove_const_t<Decision>, MoveDecision>
  {
    visit_(decision.undoes, 1U);
    visit_(decision.source, 1U);
    visit_(decision.fence, 2U);
    visit_(decision.copy, 2U);
    visit_(decision.activate, 2U);
    visit_(decision.release, 2U);
    visit_(decision.copied, AllWrites());
    visit_(decision.floor, bounds_.clients());
  }

  template <class Group>
  void Walk(Group& group)
    requires std::is_same_v<std::remove_const_t<Group>, MoveGroup>
  {
    visit_(group.length, bounds_.max_log);
    for (std::size_t i = 0; i < bounds_.max_log; ++i) {
      visit_(group.log[i].kind, static_cast<std::uint32_t>(MoveEntryKind::kRelease));
      visit_(group.log[i].subject, std::max(bounds_.epochs(), bounds_.clients()));
      visit_(group.log[i].value, std::max(AllWrites(), 1U));
    }
    for (std::size_t i = 0; i < bounds_.replicas; ++i) Walk(group.replicas[i]);
  }

  template <class Replica>
  void Walk(Replica& replica)
    requires std::is_same_v<std::remove_const_t<Replica>, MoveReplica>
  {
    visit_(replica.offset, bounds_.max_log);
    visit_(replica.tenure.phase, 2U);
    visit_(replica.tenure.epoch, bounds_.epochs());
    visit_(replica.tenure.highest, bounds_.epochs());
    visit_(replica.tenure.floor, bounds_.clients());
    visit_(replica.tenure.prepared, bounds_.txns == 0 ? 0U : bounds_.clients());
    visit_(replica.data, AllWrites());
    visit_(replica.newest, bounds_.clients());
    visit_(replica.copied, bounds_.epochs());
    visit_(replica.lease, 1U);
    visit_(replica.routed, 1U);
  }

  template <class Client>
  void Walk(Client& client)
    requires std::is_same_v<std::remove_const_t<Client>, MoveClient>
  {
    visit_(client.status, static_cast<std::uint32_t>(MoveClientStatus::kAborted));
    visit_(client.claim, bounds_.epochs());
    visit_(client.group, 1U);
    visit_(client.base, AllWrites());
    visit_(client.version, bounds_.clients());
  }

  const MoveBounds& bounds_;
  Visit visit_;
};

template <class World, class Visit>
void VisitVariables(World& world, const MoveBounds& bounds, Visit visit) {
  VariableWalk<World, Visit>(bounds, visit).Walk(world);
}

}  // namespace

MoveLayout::MoveLayout(const MoveBounds& bounds) : bounds_(bounds) {
  StateLayout layout;
  const MoveWorld world;
  VisitVariables(world, bounds_,
                 [&](const auto&, std::uint32_t largest) { fields_.push_back(layout.Add(largest)); });
  words_ = layout.words();
}

template <class State>
State MoveLayout::Pack(const MoveWorld& world) const {
  State state;
  auto field = fields_.begin();
  VisitVariables(world, bounds_, [&](const auto& variable, std::uint32_t) {
    Set(state, *field++, static_cast<std::uint64_t>(variable));
  });
  return state;
}

template <class State>
MoveWorld MoveLayout::Unpack(const State& state) const {
  MoveWorld world;
  auto field = fields_.begin();
  VisitVariables(world, bounds_, [&](auto& variable, std::uint32_t) {
    variable = static_cast<std::remove_reference_t<decltype(variable)>>(Get(state, *field++));
  });
  return world;
}

template PackedState<1> MoveLayout::Pack(const MoveWorld&) const;
template PackedState<2> MoveLayout::Pack(const MoveWorld&) const;
template PackedState<4> MoveLayout::Pack(const MoveWorld&) const;
template PackedState<kMaxStateWords> MoveLayout::Pack(const MoveWorld&) const;
template MoveWorld MoveLayout::Unpack(const PackedState<1>&) const;
template MoveWorld MoveLayout::Unpack(const PackedState<2>&) const;
template MoveWorld MoveLayout::Unpack(const PackedState<4>&) const;
template MoveWorld MoveLayout::Unpack(const PackedState<kMaxStateWords>&) const;

}  // namespace fencepost::model
