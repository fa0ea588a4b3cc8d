#include "sim/world/world.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <utility>

#include "model/invariants/invariants.h"

namespace fencepost::sim {
namespace {

constexpr ActorId kWorldActor = 0;
// After healing, what is still on its way (a late commit) gets this long to arrive before "at rest" means
// anything.
constexpr std::chrono::milliseconds kInFlight(500);

}  // namespace

World::World(const Scenario& scenario, const RunConfig& config, const Plan& plan, Choices* choices,
             Trace* trace)
    : scenario_(scenario),
      config_(config),
      plan_(plan),
      choices_(choices),
      trace_(trace),
      faults_(config.faults),
      vandal_(&store_, choices, &faults_),
      scheduler_(choices, trace),
      runtime_(&scheduler_, kWorldActor),
      judge_(scenario.invariants, &store_, &vandal_, &scheduler_, trace, &marks_) {
  AddActors(plan);
}

Surroundings World::Share() {
  Surroundings shared;
  shared.scenario = &scenario_;
  shared.config = &config_;
  shared.choices = choices_;
  shared.trace = trace_;
  shared.scheduler = &scheduler_;
  shared.world_runtime = &runtime_;
  shared.store = &store_;
  shared.faults = &faults_;
  shared.marks = &marks_;
  shared.judge = &judge_;
  return shared;
}

void World::AddActors(const Plan& plan) {
  const Surroundings shared = Share();
  ActorId actor = kWorldActor;
  for (std::uint32_t i = 0; i < config_.nodes; ++i) {
    nodes_.push_back(std::make_unique<Node>(shared, ++actor, fmt::format("node-{}", i + 1)));
  }
  for (const auto& actions : plan.of(ActorKind::kOperator)) {
    const std::string name = fmt::format("operator-{}", operators_.size() + 1);
    operators_.push_back(std::make_unique<Operator>(shared, ++actor, name, actions));
  }
  for (const auto& actions : plan.of(ActorKind::kClient)) {
    const std::string name = fmt::format("client-{}", clients_.size() + 1);
    clients_.push_back(std::make_unique<Client>(shared, ++actor, name, actions, &nodes_));
  }
}

RunOutcome World::Run(std::uint64_t step_limit) {
  trace_->Event(scheduler_.now(), kWorldActor, FormatConfig(config_));
  for (const auto& node : nodes_) node->Start();
  for (const auto& op : operators_) op->Start();
  for (const auto& client : clients_) client->Start();
  for (const PlannedFault& fault : plan_.faults) {
    boost::asio::co_spawn(runtime_.Executor(), StrikeFault(fault), boost::asio::detached);
  }
  boost::asio::co_spawn(runtime_.Executor(), HealAfterFaultWindow(), boost::asio::detached);

  const SimTime deadline = scenario_.fault_window + scenario_.settle;
  while (!judge_.violation().has_value() && scheduler_.now() < deadline &&
         scheduler_.executed() < step_limit) {
    if (!scheduler_.RunOne()) break;
    for (const auto& node : nodes_) node->Observe();
    if (AtRest()) break;
  }
  for (const auto& node : nodes_) node->ObserveFully();
  if (scheduler_.executed() < step_limit) CheckLiveness();

  RunOutcome outcome;
  outcome.violation = judge_.violation();
  outcome.violated_at = judge_.violated_at();
  outcome.violated_step = judge_.violated_step();
  outcome.hash = trace_->hash();
  outcome.steps = scheduler_.executed();
  outcome.simulated = scheduler_.now();
  outcome.faults = faults_.counts();
  outcome.marks = marks_.counts();
  return outcome;
}

Awaitable<void> World::StrikeFault(PlannedFault planned) {
  const absl::Status slept = co_await runtime_.Sleep(planned.at);
  slept.IgnoreError();
  if (faults_.healed()) co_return;
  if (planned.fault == Fault::kNodeCrash) {
    Node& node = *nodes_[planned.target];
    if (!node.running()) co_return;
    faults_.Count(Fault::kNodeCrash);
    node.Crash();
    const absl::Status down = co_await runtime_.Sleep(planned.lasts);
    down.IgnoreError();
    node.Start();
    co_return;
  }
  const std::optional<std::string> damage = vandal_.Damage(planned.fault);
  if (!damage.has_value()) co_return;
  trace_->Event(scheduler_.now(), kWorldActor, *damage);
  const absl::Status lasted = co_await runtime_.Sleep(planned.lasts);
  lasted.IgnoreError();
  Repair();
}

void World::Repair() {
  if (vandal_.damaged().empty()) return;
  const int repaired = vandal_.Repair();
  trace_->Event(scheduler_.now(), kWorldActor, fmt::format("{} damaged records were repaired", repaired));
  judge_.OnRepaired();
  marks_.Hit(Mark::kCatalogRepaired);
}

Awaitable<void> World::HealAfterFaultWindow() {
  const absl::Status slept = co_await runtime_.Sleep(scenario_.fault_window);
  slept.IgnoreError();
  trace_->Event(scheduler_.now(), kWorldActor, "every fault is healed");
  faults_.Heal();
  Repair();
  healed_at_ = scheduler_.now();
}

bool World::AtRest() const {
  if (!healed_at_.has_value() || scheduler_.now() < *healed_at_ + kInFlight) return false;
  for (const auto& op : operators_) {
    if (!op->finished()) return false;
  }
  for (const auto& client : clients_) {
    if (!client->finished()) return false;
  }
  for (const auto& node : nodes_) {
    if (!node->UpToDate()) return false;
  }
  return true;
}

void World::CheckLiveness() {
  if (judge_.violation().has_value() || AtRest()) return;
  const auto settle = std::chrono::duration_cast<std::chrono::milliseconds>(scenario_.settle).count();
  const auto take = [&](const std::string& what) {
    judge_.Take(model::Violation{std::string(model::kLiveness),
                                 fmt::format("{} ms after healing, {}", settle, what)});
  };
  for (const auto& op : operators_) {
    if (!op->finished()) take(op->name() + " has not finished its actions");
  }
  for (const auto& client : clients_) {
    if (!client->finished()) take(client->name() + " has not finished its actions");
  }
  for (const auto& node : nodes_) {
    if (node->UpToDate()) continue;
    take(fmt::format("{}, the durable catalog at version {}", node->Describe(),
                     judge_.durable().newest().value));
  }
}

}  // namespace fencepost::sim
