// The model `move`: a key moves between two groups under the logged fence, while clients write and read it.
//
// README.md tells what can happen, what must hold, and what breaks without each rule. MoveProtocol is the
// machine on unpacked worlds; MoveMachine packs them for a search. Both are immutable; thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/checker/state_machine.h"
#include "model/specs/move_ownership.h"
#include "model/specs/move_rules.h"
#include "model/specs/move_world.h"

namespace fencepost::model {

enum class MoveInvariant : std::uint8_t {
  kNoLostWrite,
  kOneOwner,
  kReplicasAgree,
  kEpochOnce,
  kNoStaleRead,
  kRouteTellsOwner,
};

// What happens, with the numbers of who and what in Step::first and Step::second.
enum class MoveAction : std::uint8_t {
  kDecideMove,
  kDecideUndo,
  kStart,          // mover
  kAwaitFence,     // mover, replica of the source
  kAwaitClear,     // mover, replica of the source
  kAwaitCopy,      // mover
  kAwaitActivate,  // mover
  kHandOver,       // mover
  kRelease,        // mover
  kClose,          // mover
  kGiveUp,         // mover
  kMoverCrash,     // mover
  kArrive,         // decision, message
  kArriveAgain,    // decision, message
  kApply,          // group, replica
  kReplicaCrash,   // group, replica
  kLease,          // group, replica
  kPoll,           // group, replica
  kBegin,          // client, 1 + group * replicas + replica
  kSubmit,         // client
  kSubmitAgain,    // client
  kAcknowledge,    // client: committed in one step, or decided to commit
  kAbort,          // client
  kResolve,        // client
  kResolveAgain,   // client
  kOpenRead,       // 1 + group * replicas + replica
  kCloseRead,
};

enum class MoveMessage : std::uint16_t { kFence, kCopy, kActivate, kRelease };

struct MoveSuccessor {
  MoveWorld world;
  Step step;
};

class MoveProtocol {
 public:
  MoveProtocol(const MoveBounds& bounds, const MoveRules& rules, std::unique_ptr<MoveOwnership> ownership)
      : bounds_(bounds), rules_(rules), ownership_(std::move(ownership)) {}

  MoveWorld Initial() const;
  // Appends what can follow.
  void Expand(const MoveWorld& world, std::vector<MoveSuccessor>& successors) const;
  bool Holds(MoveInvariant invariant, const MoveWorld& world) const;

  std::string DescribeStep(Step step) const;
  std::string DescribeWorld(const MoveWorld& world) const;

  // Steps that somebody takes again and again as long as they can be taken: each mover, each replica that
  // applies, each message on its way, each client on its way, the reader.
  std::size_t fairness_classes() const;
  std::optional<std::size_t> FairnessClass(Step step) const;

  const MoveBounds& bounds() const { return bounds_; }

 private:
  using Successors = std::vector<MoveSuccessor>;

  // Movers and the catalog (move_movers.cc).
  void ExpandCatalog(const MoveWorld& world, Successors& out) const;
  void ExpandMover(const MoveWorld& world, std::uint32_t mover, Successors& out) const;
  void ExpandStart(const MoveWorld& world, std::uint32_t mover, Successors& out) const;
  void ExpandAwaitFence(const MoveWorld& world, std::uint32_t mover, Successors& out) const;
  void ExpandAwaitClear(const MoveWorld& world, std::uint32_t mover, Successors& out) const;
  void ExpandAwaitCopy(const MoveWorld& world, std::uint32_t mover, Successors& out) const;
  void ExpandAwaitActivate(const MoveWorld& world, std::uint32_t mover, Successors& out) const;
  void ExpandHandOver(const MoveWorld& world, std::uint32_t mover, Successors& out) const;
  void ExpandRelease(const MoveWorld& world, std::uint32_t mover, Successors& out) const;
  void ExpandClose(const MoveWorld& world, std::uint32_t mover, Successors& out) const;
  bool MayCopyFrom(const MoveWorld& world, std::uint32_t decision, std::size_t replica) const;
  bool IsReadAt(const MoveWorld& world, std::uint32_t group) const;
  void SendCopy(MoveWorld& world, std::uint32_t mover, std::size_t replica) const;
  void SendActivate(MoveWorld& world, std::uint32_t mover) const;

  // Groups: their logs and replicas (move_groups.cc).
  void ExpandMessages(const MoveWorld& world, Successors& out) const;
  void ExpandReplica(const MoveWorld& world, std::uint32_t group, std::uint32_t replica,
                     Successors& out) const;
  MoveEntry EntryOf(const MoveWorld& world, std::uint32_t decision, MoveMessage message) const;
  // Puts the entry in the log. REQUIRES: HasRoom.
  void Append(MoveWorld& world, std::size_t group, const MoveEntry& entry) const;
  bool HasRoom(const MoveGroup& group) const { return group.length < bounds_.max_log; }
  // What the entry does to a replica; `buried` is the world's, or null.
  void ApplyEntry(const MoveClients& clients, const MoveEntry& entry, MoveReplica& replica,
                  std::uint32_t* buried) const;
  bool LetsIn(const MoveClients& clients, std::uint32_t client, const MoveReplica& replica) const;
  void Write(const MoveClients& clients, std::uint32_t client, MoveReplica& replica,
             std::uint32_t* buried) const;
  // A replica that has applied the whole log.
  MoveReplica AtEnd(const MoveWorld& world, std::size_t group) const;
  void Forget(MoveGroup& group) const;

  // Clients (move_clients.cc).
  void ExpandClient(const MoveWorld& world, std::uint32_t client, Successors& out) const;
  void ExpandBegin(const MoveWorld& world, std::uint32_t client, Successors& out) const;
  void ExpandDecision(const MoveWorld& world, std::uint32_t client, Successors& out) const;
  void ExpandResolve(const MoveWorld& world, std::uint32_t client, Successors& out) const;
  void ExpandReader(const MoveWorld& world, Successors& out) const;
  bool Serves(const MoveReplica& replica) const;
  bool IsTransaction(std::uint32_t client) const { return client >= bounds_.writes; }
  // Whether a replica of the group can tell that the client's entry was let in, and no replica that serves
  // reads is without it.
  bool Acknowledged(const MoveWorld& world, std::uint32_t client) const;
  std::uint32_t AcknowledgedWrites(const MoveWorld& world) const;

  // Invariants (move_invariants.cc).
  bool NoLostWrite(const MoveWorld& world) const;
  bool ReplicasAgree(const MoveWorld& world) const;
  bool NoStaleRead(const MoveWorld& world) const;

  std::span<const MoveReplica> ReplicasOf(const MoveGroup& group) const {
    return std::span(group.replicas).first(bounds_.replicas);
  }
  // The number of the replica over both groups, from 1.
  std::uint32_t Place(std::uint32_t group, std::uint32_t replica) const {
    return 1 + group * bounds_.replicas + replica;
  }
  const MoveReplica& ReplicaAt(const MoveWorld& world, std::uint32_t place) const {
    return world.groups[(place - 1) / bounds_.replicas].replicas[(place - 1) % bounds_.replicas];
  }
  // The epoch that a decision's entries carry: its number, unless undone moves share theirs.
  std::uint32_t EpochOf(const MoveWorld& world, std::uint32_t decision) const;
  bool RecordIs(const MoveWorld& world, std::uint32_t decision) const {
    return world.stage != MoveStage::kNone && world.decided == decision;
  }

  MoveBounds bounds_;
  MoveRules rules_;
  std::unique_ptr<MoveOwnership> ownership_;
};

template <class State>
class MoveMachine final : public StateMachine<State> {
 public:
  explicit MoveMachine(MoveProtocol protocol) : protocol_(std::move(protocol)), layout_(protocol_.bounds()) {}

  State Initial() const override;
  void Expand(const State& state, std::vector<Successor<State>>& successors) const override;
  std::span<const std::string_view> Invariants() const override;
  bool Holds(std::size_t invariant, const State& state) const override;
  std::optional<EventuallyAlways<State>> Liveness() const override;
  std::string DescribeStep(Step step) const override;
  std::string DescribeState(const State& state) const override;

 private:
  MoveProtocol protocol_;
  MoveLayout layout_;
};

}  // namespace fencepost::model
