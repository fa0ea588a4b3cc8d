#include "sim/world/groups/group_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <chrono>
#include <utility>

#include "sim/world/scenario/plan.h"

namespace fencepost::sim {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kConsensus(1);
constexpr std::chrono::microseconds kConsensusStep(500);
constexpr std::uint64_t kConsensusSteps = 5;

constexpr milliseconds kElectionTimeout(60);
constexpr milliseconds kElectionStep(20);
constexpr std::uint64_t kElectionSteps = 4;

}  // namespace

GroupLog::GroupLog(const Surroundings& world, GroupId group, const std::vector<Host>* hosts,
                   Appended appended)
    : world_(world),
      group_(group),
      hosts_(hosts),
      appended_(std::move(appended)),
      election_(world.choices->Open(fmt::format("group-{}/election", group.value))) {}

LogIndex GroupLog::Append(SharedEntry entry, Errand* errand) {
  entries_.push_back(Item{std::move(entry), errand});
  appended_(last(), *entries_.back().entry);
  return last();
}

void GroupLog::Propose(Errand* errand, SharedEntry entry, Agreed agreed) {
  assert(!vacant_);
  const Host& host = (*hosts_)[leader_];
  const SimTime now = world_.scheduler->now();
  if (world_.faults->Fires(faults::kProposalLost, errand->faults())) {
    world_.trace->Event(now, host.actor, fmt::format("group {} loses a proposal", group_.value));
    return;
  }
  const std::uint64_t id = ++last_proposal_;
  under_way_.push_back(Proposal{id, Item{std::move(entry), errand}, std::move(agreed)});
  const SimTime at = now + kConsensus + kConsensusStep * errand->pace().Below(kConsensusSteps, "consensus");
  world_.scheduler->Suspend(host.runtime->sim_executor().incarnation(), at, [this, id](Wake) { Agree(id); });
}

void GroupLog::Agree(std::uint64_t id) {
  const auto found = std::ranges::find(under_way_, id, &Proposal::id);
  if (found == under_way_.end()) return;  // another leader has seen to it
  Proposal proposal = std::move(*found);
  under_way_.erase(found);
  const LogIndex index = Append(std::move(proposal.item.entry), proposal.item.errand);
  if (world_.faults->Fires(faults::kProposalReportedFailed, proposal.item.errand->faults())) {
    world_.marks->Hit(marks::kProposalSucceededUnseen);
    world_.trace->Event(world_.scheduler->now(), (*hosts_)[leader_].actor,
                        fmt::format("entry {} of group {} is reported failed", index.value, group_.value));
    proposal.agreed(absl::UnavailableError("the proposal was reported failed"));
    return;
  }
  proposal.agreed(index);
}

bool GroupLog::ChangeLeader(std::size_t node) {
  if (node == leader_ && !vacant_) return false;
  if (!(*hosts_)[node].Responds(*world_.scheduler)) return false;
  TakeOver(node);
  return true;
}

void GroupLog::HostStarted() {
  if (!vacant_) return;
  if (term_ == 1) {
    if ((*hosts_)[leader_].up()) TakeOver(leader_);  // at the beginning of the world, nobody was lost
    return;
  }
  AwaitElection();
}

void GroupLog::HostCrashed(std::size_t node) {
  if (node != leader_ || vacant_) return;
  vacant_ = true;
  AwaitElection();
}

void GroupLog::HostPaused(std::size_t node) {
  if (node == leader_ && !vacant_) AwaitElection();
}

void GroupLog::AwaitElection() {
  const SimTime wait = kElectionTimeout + kElectionStep * election_.Below(kElectionSteps, "election-timeout");
  const auto hold = [this, term = term_](Wake) {
    if (term == term_) Elect();
  };
  world_.scheduler->Suspend(world_.world_runtime->sim_executor().incarnation(),
                            world_.scheduler->now() + wait, hold);
}

void GroupLog::Elect() {
  if (!vacant_ && (*hosts_)[leader_].Responds(*world_.scheduler)) return;
  std::vector<std::size_t> candidates;
  bool any_up = false;
  for (std::size_t node = 0; node < hosts_->size(); ++node) {
    any_up = any_up || (*hosts_)[node].up();
    if ((*hosts_)[node].Responds(*world_.scheduler)) candidates.push_back(node);
  }
  if (!candidates.empty()) {
    TakeOver(candidates[election_.Below(candidates.size(), "new-leader")]);
  } else if (any_up) {
    AwaitElection();  // all stand still; when all are down, the next to start calls for it
  }
}

void GroupLog::TakeOver(std::size_t node) {
  leader_ = node;
  vacant_ = false;
  ++term_;
  world_.trace->Event(world_.scheduler->now(), (*hosts_)[node].actor,
                      fmt::format("{} leads group {} in term {}", NodeName(node), group_.value, term_));
  std::vector<Proposal> orphans = std::exchange(under_way_, {});
  if (!orphans.empty()) world_.marks->Hit(marks::kLeaderChangedUnderProposal);
  for (Proposal& orphan : orphans) {
    if (orphan.item.errand->faults().Below(2, "orphaned-proposal-survives") == 0) continue;
    world_.marks->Hit(marks::kProposalSucceededUnseen);
    Append(std::move(orphan.item.entry), orphan.item.errand);
  }
}

}  // namespace fencepost::sim
