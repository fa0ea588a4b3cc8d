#include "sim/world/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cassert>
#include <utility>

#include "fencepost/catalog/internal/save_plan.h"
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
      errands_(choices),
      trace_(trace),
      faults_(config.faults, trace),
      vandal_(&store_, choices, &faults_),
      marks_(trace),
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
  shared.errands = &errands_;
  shared.trace = trace_;
  shared.scheduler = &scheduler_;
  shared.world_runtime = &runtime_;
  shared.store = &store_;
  shared.faults = &faults_;
  shared.marks = &marks_;
  shared.judge = &judge_;
  shared.nodes = &nodes_;
  return shared;
}

void World::AddActors(const Plan& plan) {
  Surroundings shared = Share();
  if (scenario_.fence.has_value()) data_ = std::make_unique<DataPlane>(&shared);
  planned_faults_ = std::make_unique<PlannedFaults>(shared, &vandal_, data_.get());
  ActorId actor = kWorldActor;
  trace_->NoteActor(kWorldActor, "world");
  for (std::uint32_t i = 0; i < config_.nodes; ++i) {
    nodes_.push_back(std::make_unique<Node>(shared, ++actor, NodeName(i)));
    trace_->NoteActor(actor, nodes_.back()->name());
  }
  for (const auto& actions : plan.of(ActorKind::kOperator)) {
    const std::string name = fmt::format("operator-{}", operators_.size() + 1);
    operators_.push_back(std::make_unique<Operator>(shared, ++actor, name, actions));
    trace_->NoteActor(actor, name);
  }
  for (const auto& actions : plan.of(ActorKind::kClient)) {
    const std::string name = fmt::format("client-{}", clients_.size() + 1);
    clients_.push_back(std::make_unique<Client>(shared, ++actor, name, actions, &nodes_));
    trace_->NoteActor(actor, name);
  }
  if (data_ == nullptr) return;
  data_->AddActors(shared, plan, &actor);
  SeedCatalog();
}

// The catalog that was there before the run: `ranges` routes of equal width, owned by the groups in turn.
void World::SeedCatalog() {
  std::vector<RouteDescriptor> routes;
  for (std::uint32_t i = 0; i < config_.ranges; ++i) {
    RouteDescriptor route;
    route.route_id = RouteId(i + 1);
    route.group_id = GroupId(1 + i % config_.groups);
    if (i > 0) {
      route.start = KeyName(i * config_.keys / config_.ranges);
      routes.back().end = route.start;
    }
    routes.push_back(std::move(route));
  }
  const auto narrow = [](const RouteDescriptor& route) { return !IsNonEmpty(route.range()); };
  std::erase_if(routes, narrow);
  const std::uint64_t token = judge_.BeginSave(kWorldActor, "the world", Version(0), routes);
  StoredCatalog empty;
  SavePlan save = *PlanSave(empty, routes, Compatibility::kNone);
  const absl::StatusOr<Timestamp> committed = store_.CommitNow(save.batch);
  assert(committed.ok());
  judge_.OnCommitted(token, save.batch, *committed);
  judge_.EndSave(kWorldActor, token, ResultOfCommit(std::move(save), *committed, Compatibility::kNone));
  data_->Bootstrap(routes, OwnershipEpoch(1));
}

RunOutcome World::Run(std::uint64_t step_limit) {
  trace_->Event(scheduler_.now(), kWorldActor, FormatConfig(config_));
  for (const auto& node : nodes_) node->Start();
  for (const auto& op : operators_) op->Start();
  for (const auto& client : clients_) client->Start();
  if (data_ != nullptr) data_->Start();
  planned_faults_->Start(plan_.faults);
  boost::asio::co_spawn(runtime_.Executor(), HealAfterFaultWindow(), boost::asio::detached);

  const SimTime deadline = scenario_.fault_window + scenario_.settle;
  while (!judge_.violation().has_value() && scheduler_.now() < deadline &&
         scheduler_.executed() < step_limit) {
    if (!scheduler_.RunOne()) break;
    for (const auto& node : nodes_) node->Observe();
    if (EverythingDone()) break;
  }
  for (const auto& node : nodes_) node->ObserveFully();
  if (scheduler_.executed() < step_limit) JudgeTheEnd();

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

Awaitable<void> World::HealAfterFaultWindow() {
  const absl::Status slept = co_await runtime_.Sleep(scenario_.fault_window);
  slept.IgnoreError();
  trace_->Event(scheduler_.now(), kWorldActor, "every fault is healed");
  faults_.Heal();
  planned_faults_->Repair();
  if (data_ != nullptr) data_->Heal();
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
  return data_ == nullptr || data_->AtRest();
}

// With groups, whoever reads everything at the end comes last.
bool World::EverythingDone() { return AtRest() && (data_ == nullptr || data_->Audited()); }

void World::JudgeTheEnd() {
  const bool done = EverythingDone();
  if (data_ != nullptr) {
    if (done) {
      data_->JudgeTheEnd();
    } else {
      data_->JudgeHistory();
    }
  }
  if (!done) CheckLiveness();
}

void World::CheckLiveness() {
  if (judge_.violation().has_value()) return;
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
  for (const std::string& name : data_ == nullptr ? std::vector<std::string>() : data_->Unfinished()) {
    take(name + " has not finished");
  }
  for (const auto& node : nodes_) {
    if (node->UpToDate()) continue;
    take(fmt::format("{}, the durable catalog at version {}", node->Describe(),
                     judge_.durable().newest().value));
  }
}

}  // namespace fencepost::sim
