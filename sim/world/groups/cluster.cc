#include "sim/world/groups/cluster.h"

#include <cassert>
#include <utility>

#include "sim/world/groups/group_events.h"
#include "sim/world/groups/group_server.h"
#include "sim/world/mark_kinds.h"

namespace fencepost::sim {

struct Cluster::Group {
  Group(Stage* stage, GroupId id, const std::vector<Host>* hosts)
      : log(stage, id, hosts, [this, stage, id](LogIndex index, const Entry& entry) {
          stage->events().Emit(kWorldActor, EntryAgreed{id, index, &entry});
          for (const std::unique_ptr<Replica>& replica : replicas) replica->CatchUpSoon();
        }) {}

  GroupLog log;
  std::vector<std::unique_ptr<Replica>> replicas;  // by node
};

Cluster::Cluster(Stage* stage, const ClusterOptions& options, const std::vector<ActorId>& node_actors)
    : stage_(stage), options_(options) {
  assert(node_actors.size() == options.nodes && options.nodes > 0);
  for (const ActorId actor : node_actors) hosts_.push_back(Host{actor});
  for (std::uint32_t number = 1; number <= options.groups; ++number) {
    const GroupId id(number);
    groups_.push_back(std::make_unique<Group>(stage, id, &hosts_));
    Group& group = *groups_.back();
    for (std::size_t node = 0; node < hosts_.size(); ++node) {
      group.replicas.push_back(std::make_unique<Replica>(stage, Replica::Identity{id, node}, options.rules,
                                                         options.snapshot_every, &group.log, &hosts_[node],
                                                         &group.replicas));
    }
  }
}

Cluster::~Cluster() = default;

void Cluster::AppendAtOnce(GroupId group, Entry entry) {
  GroupOf(group).log.Append(std::make_shared<const Entry>(std::move(entry)),
                            stage_->errands().Open("bootstrap"));
}

void Cluster::NodeStarted(std::size_t node, SimRuntime* runtime, Engine* engine) {
  hosts_[node].runtime = runtime;
  hosts_[node].engine = engine;
  for (const std::unique_ptr<Group>& group : groups_) {
    group->replicas[node]->Start();
    group->log.HostStarted();
  }
}

void Cluster::NodeCrashed(std::size_t node) {
  hosts_[node].runtime = nullptr;
  hosts_[node].engine = nullptr;
  for (const std::unique_ptr<Group>& group : groups_) {
    group->replicas[node]->Crash();
    group->log.HostCrashed(node);
  }
}

void Cluster::PauseNode(std::size_t node, SimTime until) {
  stage_->scheduler().Pause(hosts_[node].actor, until);
  for (const std::unique_ptr<Group>& group : groups_) group->log.HostPaused(node);
}

void Cluster::OnProposal(std::size_t node, GroupId group, Errand* errand, SharedEntry entry,
                         std::function<void(ProposalAnswer)> reply) {
  if (!hosts_[node].up()) return;
  GroupLog& log = GroupOf(group).log;
  Replica& replica = ReplicaOf(group, node);
  ProposalAnswer answer;
  if (!log.Leads(node)) {
    answer.status = absl::FailedPreconditionError("not the leader");
    answer.leader_hint = log.leader();
    return reply(std::move(answer));
  }
  if (options_.rules.mistake == Mistake::kVerdictAtProposal) {
    answer.status = replica.state()->CheckClaims(*entry, replica.cache());
    if (!answer.status.ok()) return reply(std::move(answer));
  }
  log.Propose(errand, std::move(entry), [&replica, reply = std::move(reply)](absl::StatusOr<LogIndex> index) {
    if (!index.ok()) return reply(ProposalAnswer{index.status(), std::nullopt, std::nullopt});
    replica.AnswerWhenApplied(*index, [reply](const Applied& applied) {
      reply(ProposalAnswer{applied.status, applied.record, std::nullopt});
    });
  });
}

void Cluster::OnRead(std::size_t node, GroupId group, std::vector<std::string> keys,
                     std::function<void(ReadAnswer)> reply) {
  if (!hosts_[node].up()) return;
  const GroupLog& log = GroupOf(group).log;
  Replica& replica = ReplicaOf(group, node);
  const bool leads = log.Leads(node);
  const Mistake mistake = options_.rules.mistake;
  auto serve = [this, mistake, leads, &replica, keys = std::move(keys), reply = std::move(reply)] {
    if (!leads) stage_->marks().Hit(marks::kReadServedByFollower);
    reply(ReadAnswer{ServeRead(mistake, replica, keys)});
  };
  if (ReadsWithoutWaiting(mistake, leads)) return serve();
  replica.WhenApplied(log.last(), std::move(serve));
}

void Cluster::OnLook(std::size_t node, GroupId group, Look look) {
  if (!hosts_[node].up()) return;
  Replica& replica = ReplicaOf(group, node);
  replica.WhenApplied(GroupOf(group).log.last(),
                      [&replica, look = std::move(look)] { look(*replica.state()); });
}

void Cluster::OnLookAtOnce(std::size_t node, GroupId group, const Look& look) const {
  if (hosts_[node].up()) look(*ReplicaOf(group, node).state());
}

std::size_t Cluster::LeaderOf(GroupId group) const { return GroupOf(group).log.leader(); }

bool Cluster::ChangeLeader(GroupId group, std::size_t node) { return GroupOf(group).log.ChangeLeader(node); }

LogIndex Cluster::CommitIndex(GroupId group) const { return GroupOf(group).log.last(); }

LogIndex Cluster::AppliedBy(GroupId group, std::size_t node) const {
  return ReplicaOf(group, node).applied();
}

bool Cluster::AtRest() const {
  for (const std::unique_ptr<Group>& group : groups_) {
    for (std::size_t node = 0; node < hosts_.size(); ++node) {
      if (hosts_[node].up() && !group->replicas[node]->HasAppliedAll()) return false;
    }
  }
  return true;
}

const GroupState* Cluster::StateOf(GroupId group, std::size_t node) const {
  return ReplicaOf(group, node).state();
}

Cluster::Group& Cluster::GroupOf(GroupId group) const {
  assert(group.value >= 1 && group.value <= groups_.size());
  return *groups_[group.value - 1];
}

Replica& Cluster::ReplicaOf(GroupId group, std::size_t node) const { return *GroupOf(group).replicas[node]; }

}  // namespace fencepost::sim
