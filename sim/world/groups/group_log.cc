#include "sim/world/groups/group_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <chrono>
#include <utility>

#include "sim/world/fault_kinds.h"
#include "sim/world/groups/group_events.h"
#include "sim/world/mark_kinds.h"

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

GroupLog::GroupLog(Stage* stage, GroupId group, const std::vector<Host>* hosts, Appended appended)
    : stage_(stage),
      group_(group),
      hosts_(hosts),
      appended_(std::move(appended)),
      election_(stage->choices().Open(fmt::format("group-{}/election", group.value))) {}

LogIndex GroupLog::Append(SharedEntry entry, Errand* errand) {
  entries_.push_back(Item{std::move(entry), errand});
  appended_(last(), *entries_.back().entry);
  return last();
}

void GroupLog::Propose(Errand* errand, SharedEntry entry, Agreed agreed) {
  assert(!vacant_);
  const Host& host = (*hosts_)[leader_];
  if (stage_->faults().Fires(faults::kProposalLost, errand->faults())) {
    stage_->events().Emit(host.actor, ProposalLost{group_});
    return;
  }
  const std::uint64_t id = ++last_proposal_;
  under_way_.push_back(Proposal{id, Item{std::move(entry), errand}, std::move(agreed)});
  const SimTime at =
      stage_->now() + kConsensus + kConsensusStep * errand->pace().Below(kConsensusSteps, "consensus");
  stage_->scheduler().Suspend(host.runtime->sim_executor().incarnation(), at,
                              [this, id](Wake) { Agree(id); });
}

void GroupLog::Agree(std::uint64_t id) {
  const auto found = std::ranges::find(under_way_, id, &Proposal::id);
  if (found == under_way_.end()) return;  // another leader has seen to it
  Proposal proposal = std::move(*found);
  under_way_.erase(found);
  const LogIndex index = Append(std::move(proposal.item.entry), proposal.item.errand);
  if (stage_->faults().Fires(faults::kProposalReportedFailed, proposal.item.errand->faults())) {
    stage_->marks().Hit(marks::kProposalSucceededUnseen);
    stage_->events().Emit((*hosts_)[leader_].actor, ProposalReportedFailed{group_, index});
    proposal.agreed(absl::UnavailableError("the proposal was reported failed"));
    return;
  }
  proposal.agreed(index);
}

bool GroupLog::ChangeLeader(std::size_t node) {
  if (node == leader_ && !vacant_) return false;
  if (!(*hosts_)[node].Responds(stage_->scheduler())) return false;
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
  stage_->scheduler().Suspend(stage_->world().sim_executor().incarnation(), stage_->now() + wait, hold);
}

void GroupLog::Elect() {
  if (!vacant_ && (*hosts_)[leader_].Responds(stage_->scheduler())) return;
  std::vector<std::size_t> candidates;
  bool any_up = false;
  for (std::size_t node = 0; node < hosts_->size(); ++node) {
    any_up = any_up || (*hosts_)[node].up();
    if ((*hosts_)[node].Responds(stage_->scheduler())) candidates.push_back(node);
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
  stage_->events().Emit((*hosts_)[node].actor, LeaderChanged{group_, term_});
  std::vector<Proposal> orphans = std::exchange(under_way_, {});
  if (!orphans.empty()) stage_->marks().Hit(marks::kLeaderChangedUnderProposal);
  for (Proposal& orphan : orphans) {
    if (orphan.item.errand->faults().Below(2, "orphaned-proposal-survives") == 0) continue;
    stage_->marks().Hit(marks::kProposalSucceededUnseen);
    Append(std::move(orphan.item.entry), orphan.item.errand);
  }
}

}  // namespace fencepost::sim
