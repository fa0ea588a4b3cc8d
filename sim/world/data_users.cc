#include "sim/world/data_users.h"

#include <utility>

namespace fencepost::sim {
namespace {

// One transaction over all lists, then each register.
std::vector<PlannedAction> AuditOf(const RunConfig& config) {
  std::vector<PlannedAction> actions;
  PlannedAction lists;
  lists.slot = 1;
  lists.kind = &actions::kTransact;
  for (std::uint64_t key = 0; key < config.keys - config.registers; ++key) {
    lists.steps.push_back(PlannedStep{key, true});
  }
  actions.push_back(std::move(lists));
  for (std::uint64_t i = 0; i < config.registers; ++i) {
    PlannedAction read;
    read.slot = 2 + i;
    read.kind = &actions::kRegister;
    read.key = i;
    actions.push_back(std::move(read));
  }
  return actions;
}

}  // namespace

DataUsers::DataUsers(const Surroundings& surroundings, const Plan& plan)
    : cluster_(&surroundings.data->cluster()) {
  Stage* const stage = surroundings.stage;
  const Transactor::Surroundings transactors{stage,
                                             surroundings.config,
                                             surroundings.nodes,
                                             &surroundings.data->cluster(),
                                             &surroundings.data->oracle(),
                                             &elements_};
  for (const auto& actions : plan.of(actors::kTransactor)) {
    const std::string name = ActorName(actors::kTransactor, transactors_.size() + 1);
    actors_.push_back(stage->AddActor(actors::kTransactor, name));
    transactors_.push_back(std::make_unique<Transactor>(transactors, actors_.back(), name, actions));
  }
  const Mover::Surroundings movers{stage,
                                   surroundings.scenario,
                                   surroundings.config,
                                   surroundings.store,
                                   &surroundings.data->cluster(),
                                   &surroundings.data->oracle()};
  for (const auto& actions : plan.of(actors::kMover)) {
    const std::string name = ActorName(actors::kMover, movers_.size() + 1);
    actors_.push_back(stage->AddActor(actors::kMover, name));
    movers_.push_back(std::make_unique<Mover>(movers, actors_.back(), name, actions));
  }
  const std::string auditor(actors::kAuditor.name);
  auditor_ = std::make_unique<Transactor>(transactors, stage->AddActor(actors::kAuditor, auditor), auditor,
                                          AuditOf(*surroundings.config));
}

void DataUsers::Start() {
  for (const auto& transactor : transactors_) transactor->Start();
  for (const auto& mover : movers_) mover->Start();
}

bool DataUsers::AtRest() const {
  for (const auto& transactor : transactors_) {
    if (!transactor->finished()) return false;
  }
  for (const auto& mover : movers_) {
    if (!mover->finished()) return false;
  }
  return cluster_->AtRest();
}

bool DataUsers::Audited() {
  if (!std::exchange(auditing_, true)) auditor_->Start();
  return auditor_->finished() && cluster_->AtRest();
}

std::vector<std::string> DataUsers::Unfinished() const {
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
