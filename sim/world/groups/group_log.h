// What a group has agreed on, who leads it, and what is on its way to being agreed on. Raft as a black box.
//
// Invariant: an entry that was appended stays where it is, whatever crashes. Only the leader's process takes
// proposals. When another one takes over, each proposal that was under way is lost or appended, and its
// proposer hears of neither.
//
// Single-threaded.
#pragma once

#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/fence/ownership_entry.h"
#include "sim/core/choices/errand.h"
#include "sim/core/simulation/stage.h"
#include "sim/world/groups/entry.h"
#include "sim/world/groups/host.h"

namespace fencepost::sim {

// Shared by whoever proposes it, the log and all that is under way.
using SharedEntry = std::shared_ptr<const Entry>;

class GroupLog {
 public:
  // Told of each entry as it is appended.
  using Appended = std::function<void(LogIndex index, const Entry& entry)>;
  // Told where a proposal was appended, or Unavailable, although it was: a fault. Runs in the leader's
  // process, and never if that crashes or loses its lead first.
  using Agreed = std::function<void(absl::StatusOr<LogIndex>)>;

  // Nothing is owned. `hosts` are the nodes by number, kept up to date; the first one leads, once it is up.
  GroupLog(Stage* stage, GroupId group, const std::vector<Host>* hosts, Appended appended);
  GroupLog(const GroupLog&) = delete;  // tasks point back at it
  GroupLog& operator=(const GroupLog&) = delete;

  LogIndex last() const { return LogIndex(entries_.size()); }
  // REQUIRES: 1 <= index <= last().
  const Entry& At(LogIndex index) const { return *entries_[index.value - 1].entry; }
  // For what it was proposed.
  Errand* ErrandAt(LogIndex index) const { return entries_[index.value - 1].errand; }

  // Whether this node leads now.
  bool Leads(std::size_t node) const { return !vacant_ && node == leader_; }
  // Who leads, or was the last to.
  std::size_t leader() const { return leader_; }

  // Past any agreement: what a world begins with.
  LogIndex Append(SharedEntry entry, Errand* errand);
  // For an errand that is not owned. REQUIRES: called in the process of the node that leads.
  void Propose(Errand* errand, SharedEntry entry, Agreed agreed);

  // Gives the lead to another node. Returns whether it did: not to one that does not respond, nor to the
  // leader.
  bool ChangeLeader(std::size_t node);

  // The node has come up, has crashed, or has begun to stand still; `hosts` says so already. A leader that is
  // gone, or that does not respond for as long as an election takes to begin, is replaced by one that does.
  void HostStarted();
  void HostCrashed(std::size_t node);
  void HostPaused(std::size_t node);

 private:
  struct Item {
    SharedEntry entry;
    Errand* errand;
  };
  struct Proposal {
    std::uint64_t id;
    Item item;
    Agreed agreed;
  };

  void Agree(std::uint64_t proposal);
  void AwaitElection();
  void Elect();
  void TakeOver(std::size_t node);

  Stage* stage_;
  GroupId group_;
  const std::vector<Host>* hosts_;
  Appended appended_;
  Stream election_;

  std::vector<Item> entries_;
  std::vector<Proposal> under_way_;
  std::uint64_t last_proposal_ = 0;
  std::size_t leader_ = 0;
  std::uint64_t term_ = 1;  // one more whenever somebody takes over
  bool vacant_ = true;      // the leader crashed, and nobody has taken over yet
};

}  // namespace fencepost::sim
