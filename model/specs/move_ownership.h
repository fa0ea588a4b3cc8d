// What is asked of the system that the model `move` is about: the ownership of a group, at one position of
// its log.
//
// This one is a plain restatement of it, which can leave rules out; LibraryOwnership (production_move.h) is
// the library's own. The machine around it is the same for both. Pure functions; thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "model/specs/move_rules.h"
#include "model/specs/move_world.h"

namespace fencepost::model {

using MoveClients = std::array<MoveClient, kMostMoveClients>;

// How far the fence of an epoch has come.
struct MoveDrain {
  bool held = false;     // the group held the key when it was fenced
  bool drained = false;  // nothing is prepared any more
};

class MoveOwnership {
 public:
  explicit MoveOwnership(const MoveRules& rules) : rules_(rules) {}
  virtual ~MoveOwnership() = default;

  // Whether a write of the key at `timestamp` takes effect, which claims to have read it under `claim`.
  virtual bool AdmitsCommit(const MoveTenure& tenure, std::uint32_t claim, std::uint32_t timestamp) const;
  virtual bool AdmitsRead(const MoveTenure& tenure, std::uint32_t claim) const;
  virtual bool AdmitsCopy(const MoveTenure& tenure, std::uint32_t epoch) const;

  // Applies a FENCE, ACTIVATE, RELEASE, PREPARE or RESOLVE. Whether it took effect just now.
  virtual bool Apply(MoveTenure& tenure, const MoveEntry& entry, const MoveClients& clients) const;

  // Nothing unless the fence of exactly that epoch stands.
  virtual std::optional<MoveDrain> Drain(const MoveTenure& tenure, std::uint32_t epoch,
                                         const MoveClients& clients) const;

  // Whether none of the group's replicas serves reads any more that the fence of `epoch` ended.
  // REQUIRES: it stands at the replica at position `fenced`, and ended a tenure.
  virtual bool ReadsHaveStopped(const MoveGroup& group, std::span<const MoveReplica> replicas,
                                std::size_t fenced, std::uint32_t epoch, const MoveClients& clients) const;

 private:
  bool Fence(MoveTenure& tenure, std::uint32_t epoch) const;
  bool Activate(MoveTenure& tenure, std::uint32_t epoch, std::uint32_t floor) const;
  bool Release(MoveTenure& tenure, std::uint32_t epoch) const;
  bool Resolve(MoveTenure& tenure, std::uint32_t client) const;

  MoveRules rules_;
};

}  // namespace fencepost::model
