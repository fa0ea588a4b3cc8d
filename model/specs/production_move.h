// The ownership of the model `move` as the library has it: every verdict and every entry is GroupOwnership's.
//
// A tenure of the model is made a GroupOwnership (Restore), asked or changed (CheckCommit, CheckRead,
// CheckCopy, CheckDrain, ReadsHaveStopped, Apply), and read back. What the library refuses does not happen,
// so a library that behaves otherwise than the model reaches other states. Immutable; thread-safe.
#pragma once

#include "model/specs/move_ownership.h"

namespace fencepost::model {

class LibraryOwnership final : public MoveOwnership {
 public:
  LibraryOwnership() : MoveOwnership(MoveRules{}) {}

  bool AdmitsCommit(const MoveTenure& tenure, std::uint32_t claim, std::uint32_t timestamp) const override;
  bool AdmitsRead(const MoveTenure& tenure, std::uint32_t claim) const override;
  bool AdmitsCopy(const MoveTenure& tenure, std::uint32_t epoch) const override;
  bool Apply(MoveTenure& tenure, const MoveEntry& entry, const MoveClients& clients) const override;
  std::optional<MoveDrain> Drain(const MoveTenure& tenure, std::uint32_t epoch,
                                 const MoveClients& clients) const override;
  bool ReadsHaveStopped(const MoveGroup& group, std::span<const MoveReplica> replicas, std::size_t fenced,
                        std::uint32_t epoch, const MoveClients& clients) const override;
};

}  // namespace fencepost::model
