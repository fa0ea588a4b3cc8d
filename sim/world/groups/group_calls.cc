#include "sim/world/groups/group_calls.h"

#include <chrono>
#include <memory>

namespace fencepost::sim {
namespace {

constexpr std::chrono::milliseconds kDeadline(60);  // of one request
constexpr std::chrono::milliseconds kProposalPatience(
    400);  // of a proposal, after which no further request is sent
constexpr std::chrono::milliseconds kNobodyLeads(15);  // how long to wait then
constexpr int kAttemptsAtOneNode = 2;

}  // namespace

GroupCalls::GroupCalls(Cluster* cluster, Network* network, ActorId actor, SimRuntime* runtime)
    : cluster_(cluster), network_(network), actor_(actor), runtime_(runtime) {}

Awaitable<ProposalAnswer> GroupCalls::Propose(GroupId group, Entry entry) {
  const SharedEntry shared = std::make_shared<const Entry>(std::move(entry));
  const SimTime give_up = now() + kProposalPatience;
  ProposalAnswer failed;
  failed.status = absl::UnavailableError("nobody leads the group");
  while (now() < give_up) {
    const std::size_t node = LeaderOf(group);
    AtNode<ProposalAnswer> at_node = [cluster = cluster_, node, group, errand = errand_,
                                      shared](std::function<void(ProposalAnswer)> reply) {
      cluster->OnProposal(node, group, errand, shared, std::move(reply));
    };
    const absl::StatusOr<ProposalAnswer> answer = co_await Ask<ProposalAnswer>(node, std::move(at_node));
    if (!answer.ok()) {
      failed.status = answer.status();
      TryAnother(group, node);
    } else if (!answer->leader_hint.has_value()) {
      co_return *answer;
    } else if (*answer->leader_hint != node) {
      leaders_[group] = *answer->leader_hint;
    } else {
      const absl::Status waited = co_await runtime_->Sleep(kNobodyLeads);
      waited.IgnoreError();
      TryAnother(group, node);
    }
  }
  co_return failed;
}

Awaitable<absl::StatusOr<std::vector<KeyView>>> GroupCalls::Read(GroupId group, std::vector<std::string> keys,
                                                                 std::optional<std::size_t> at_node) {
  const int attempts = at_node.has_value() ? kAttemptsAtOneNode : kAttempts;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    const std::size_t node = at_node.value_or(LeaderOf(group));
    AtNode<ReadAnswer> read = [cluster = cluster_, node, group, keys](std::function<void(ReadAnswer)> reply) {
      cluster->OnRead(node, group, keys, std::move(reply));
    };
    absl::StatusOr<ReadAnswer> answer = co_await Ask<ReadAnswer>(node, std::move(read));
    if (answer.ok()) co_return answer->keys;
    if (!at_node.has_value()) TryAnother(group, node);
  }
  co_return absl::DeadlineExceededError("no replica answered");
}

Awaitable<void> GroupCalls::Step() {
  before_each_step_();
  if (runtime_->sim_executor().incarnation().alive()) co_return;
  // Killed from within its own task: what it would do next it does not do.
  Parking<bool> nothing(runtime_->sim_executor());
  const absl::StatusOr<bool> never = co_await nothing.Wait();
  static_cast<void>(never);
}

SimTime GroupCalls::Deadline() const { return now() + kDeadline; }

std::size_t GroupCalls::LeaderOf(GroupId group) const {
  const auto known = leaders_.find(group);
  return known == leaders_.end() ? 0 : known->second;
}

void GroupCalls::TryAnother(GroupId group, std::size_t instead_of) {
  leaders_[group] = (instead_of + 1) % cluster_->options().nodes;
}

}  // namespace fencepost::sim
