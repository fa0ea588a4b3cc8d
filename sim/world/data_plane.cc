#include "sim/world/data_plane.h"

#include <fmt/format.h>

#include <utility>

namespace fencepost::sim {

DataPlane::DataPlane(Surroundings* shared) : config_(shared->config) {
  shared->oracle = &oracle_;
  shared->history = &history_;
  network_ =
      std::make_unique<Network>(shared->scheduler, shared->world_runtime, shared->faults, shared->trace);
  shared->network = network_.get();
  std::vector<ActorId> node_actors;
  for (std::uint32_t i = 0; i < config_->nodes; ++i) node_actors.push_back(kFirstNode + i);
  processes_ = node_actors;
  ClusterOptions options;
  options.groups = config_->groups;
  options.nodes = config_->nodes;
  options.rules = config_->fence;
  // Judge and cluster know of each other: the judge is told by the cluster, and asks it who is who.
  judge_ = std::make_unique<DataJudge>(*shared, &board_);
  cluster_ = std::make_unique<Cluster>(*shared, options, judge_.get(), node_actors);
  shared->cluster = cluster_.get();
  judge_->set_cluster(cluster_.get());
}

void DataPlane::AddActors(const Surroundings& shared, const Plan& plan, ActorId* actor) {
  for (const auto& actions : plan.of(ActorKind::kTransactor)) {
    const std::string name = fmt::format("transactor-{}", transactors_.size() + 1);
    transactors_.push_back(std::make_unique<Transactor>(shared, ++*actor, name, actions));
    shared.trace->NoteActor(*actor, name);
    processes_.push_back(*actor);
  }
  for (const auto& actions : plan.of(ActorKind::kMover)) {
    const std::string name = fmt::format("mover-{}", movers_.size() + 1);
    movers_.push_back(std::make_unique<Mover>(shared, ++*actor, name, actions, &board_));
    shared.trace->NoteActor(*actor, name);
    processes_.push_back(*actor);
  }
  auditor_ = std::make_unique<Transactor>(shared, ++*actor, "auditor", AuditActions());
  shared.trace->NoteActor(*actor, "auditor");
}

// One transaction over all lists, then each register.
std::vector<PlannedAction> DataPlane::AuditActions() const {
  std::vector<PlannedAction> actions;
  PlannedAction lists;
  lists.slot = 1;
  lists.kind = ActionKind::kTransact;
  for (std::uint64_t key = 0; key < config_->keys - config_->registers; ++key) {
    lists.steps.push_back(PlannedStep{key, true});
  }
  actions.push_back(std::move(lists));
  for (std::uint64_t i = 0; i < config_->registers; ++i) {
    PlannedAction read;
    read.slot = 2 + i;
    read.kind = ActionKind::kRegister;
    read.key = i;
    actions.push_back(std::move(read));
  }
  return actions;
}

void DataPlane::Bootstrap(const std::vector<RouteDescriptor>& routes, OwnershipEpoch epoch) {
  if (config_->fence.mode != FenceMode::kLogged) return;
  for (const RouteDescriptor& route : routes) {
    ActivateRange activate;
    activate.range = route.range();
    activate.epoch = epoch;
    cluster_->AppendAtOnce(route.group_id, OwnershipEntry(activate));
  }
}

void DataPlane::Start() {
  for (const auto& transactor : transactors_) transactor->Start();
  for (const auto& mover : movers_) mover->Start();
}

void DataPlane::Heal() { network_->Heal(); }

bool DataPlane::AtRest() const {
  for (const auto& transactor : transactors_) {
    if (!transactor->finished()) return false;
  }
  for (const auto& mover : movers_) {
    if (!mover->finished()) return false;
  }
  return cluster_->AtRest();
}

bool DataPlane::Audited() {
  if (!std::exchange(auditing_, true)) auditor_->Start();
  return auditor_->finished() && cluster_->AtRest();
}

std::vector<std::string> DataPlane::Unfinished() const {
  std::vector<std::string> names;
  for (const auto& transactor : transactors_) {
    if (!transactor->finished()) names.push_back(transactor->name());
  }
  for (const auto& mover : movers_) {
    if (!mover->finished()) names.push_back(mover->name());
  }
  if (names.empty() && auditing_ && !auditor_->finished()) names.push_back(auditor_->name());
  if (names.empty() && !cluster_->AtRest()) names.push_back("a replica");
  return names;
}

}  // namespace fencepost::sim
