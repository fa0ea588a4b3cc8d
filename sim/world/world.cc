#include "sim/world/world.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cassert>
#include <string>
#include <utility>

#include "fencepost/catalog/internal/save_plan.h"
#include "sim/world/actors/client.h"
#include "sim/world/actors/operator.h"
#include "sim/world/events/world_events.h"

namespace fencepost::sim {
namespace {

// After healing, what is still on its way (a late commit) gets this long to arrive before "at rest" means
// anything.
constexpr std::chrono::milliseconds kInFlight(500);

}  // namespace

World::World(Stage* stage, const Scenario& scenario, const RunConfig& config, const Plan& plan)
    : stage_(stage),
      scenario_(scenario),
      config_(config),
      plan_(plan),
      vandal_(&store_, &stage->choices()),
      record_(&stage->events(), &store_, &vandal_),
      catalog_judge_(stage),
      save_marks_(stage, &record_),
      engine_judges_(stage, &catalog_judge_.durable()),
      engine_marks_(stage, &record_),
      liveness_judge_(stage, &record_, scenario.settle) {
  AddActors(plan);
}

template <class Make>
void World::AddPlanned(const ActorKind& kind, const Plan& plan, const Make& make) {
  std::uint64_t number = 0;
  for (const std::vector<PlannedAction>& actions : plan.of(kind)) {
    const std::string name = ActorName(kind, ++number);
    actors_.push_back(make(stage_->AddActor(kind, name), name, actions));
  }
}

void World::AddActors(const Plan& plan) {
  std::vector<ActorId> node_actors;
  for (std::uint32_t i = 0; i < config_.nodes; ++i) {
    node_actors.push_back(stage_->AddActor(actors::kNode, NodeName(i)));
  }
  if (scenario_.fence.has_value()) {
    data_ = std::make_unique<DataPlane>(stage_, &config_, &record_, node_actors);
  }
  Cluster* const cluster = data_ == nullptr ? nullptr : &data_->cluster();
  for (std::uint32_t i = 0; i < config_.nodes; ++i) {
    const Node::Surroundings around{stage_, &scenario_, &config_, &store_, &tokens_, cluster};
    nodes_.push_back(std::make_unique<Node>(around, i, node_actors[i]));
  }
  AddPlanned(actors::kOperator, plan, [this](ActorId actor, const std::string& name, const auto& actions) {
    const Operator::Surroundings around{stage_, &scenario_, &config_, &store_, &tokens_};
    return std::make_unique<Operator>(around, actor, name, actions);
  });
  AddPlanned(actors::kClient, plan, [this](ActorId actor, const std::string& name, const auto& actions) {
    return std::make_unique<Client>(stage_, &config_, &nodes_, actor, name, actions);
  });
  if (data_ != nullptr) {
    const DataUsers::Surroundings around{stage_, &scenario_, &config_, &store_, &nodes_, data_.get()};
    users_ = std::make_unique<DataUsers>(around, plan);
    processes_ = node_actors;
    processes_.insert(processes_.end(), users_->actors().begin(), users_->actors().end());
  }

  PlannedFaults::Targets targets{stage_, &config_, &nodes_, &vandal_, &record_, cluster, nullptr};
  if (data_ != nullptr) targets.processes = &processes_;
  planned_faults_.emplace(targets);
}

// The catalog that was there before the run: `ranges` routes of equal width, owned by the groups in turn.
CatalogSnapshot World::FoundCatalog() {
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

  const SaveToken token = tokens_.Next();
  Events& events = stage_->events();
  events.Emit(kWorldActor, SaveBegan{token, SavePurpose::kSeed, Version(0), routes});
  const StoredCatalog empty;
  SavePlan save = *PlanSave(empty, routes, Compatibility::kNone);
  const absl::StatusOr<Timestamp> committed = store_.CommitNow(save.batch);
  assert(committed.ok());
  events.Show(kWorldActor, BatchLanded{token, &save.batch, *committed});
  const SaveResult result = ResultOfCommit(std::move(save), *committed, Compatibility::kNone);
  events.Emit(kWorldActor, SaveEnded{token, SavePurpose::kSeed, absl::OkStatus(), result});
  data_->Found(routes, OwnershipEpoch(1));
  return result.snapshot;
}

void World::StartEverybody() {
  std::optional<CatalogSnapshot> founded;
  if (data_ != nullptr) founded = FoundCatalog();
  for (const auto& node : nodes_) {
    scenario_.begins_founded() ? node->StartAt(*founded) : node->Start();
  }
  for (const auto& actor : actors_) actor->Start();
  if (users_ != nullptr) users_->Start();
  planned_faults_->Start(plan_.faults);
  boost::asio::co_spawn(stage_->world().Executor(), HealAfterFaultWindow(), boost::asio::detached);
}

RunOutcome World::Run(const RunLimits& limits) {
  stage_->events().Emit(kWorldActor, WorldConfigured{config_});
  StartEverybody();
  const SimTime deadline = scenario_.fault_window + scenario_.settle;
  const Stage::End end = stage_->Run(limits, deadline, [this] {
    for (const auto& node : nodes_) node->Observe();
    return EverythingDone();
  });
  engine_judges_.JudgeTheEnd();
  if (end != Stage::End::kLimit) JudgeTheEnd();
  return stage_->Outcome();
}

Awaitable<void> World::HealAfterFaultWindow() {
  const absl::Status slept = co_await stage_->world().Sleep(scenario_.fault_window);
  slept.IgnoreError();
  stage_->events().Emit(kWorldActor, FaultsHealed{});
  stage_->Heal();
  planned_faults_->Repair();
  healed_at_ = stage_->now();
}

bool World::IsUpToDate(const Node& node) const {
  return node.has_bootstrapped() && node.engine()->CurrentVersion() == record_.newest();
}

bool World::AtRest() const {
  if (!healed_at_.has_value() || stage_->now() < *healed_at_ + kInFlight) return false;
  for (const auto& actor : actors_) {
    if (!actor->finished()) return false;
  }
  for (const auto& node : nodes_) {
    if (!IsUpToDate(*node)) return false;
  }
  return users_ == nullptr || users_->AtRest();
}

// With groups, whoever reads everything at the end comes last.
bool World::EverythingDone() { return AtRest() && (users_ == nullptr || users_->Audited()); }

void World::JudgeTheEnd() {
  const bool done = EverythingDone();
  if (data_ != nullptr) {
    if (done) {
      data_->judge().JudgeTheEnd();
    } else {
      data_->judge().JudgeHistory();
    }
  }
  if (!done) JudgeLiveness();
}

void World::JudgeLiveness() {
  for (const auto& actor : actors_) {
    if (!actor->finished()) liveness_judge_.JudgeUnfinished(actor->name(), "its actions");
  }
  for (const std::string& name : users_ == nullptr ? std::vector<std::string>() : users_->Unfinished()) {
    liveness_judge_.JudgeUnfinished(name, "what it had to do");
  }
  for (const auto& node : nodes_) {
    if (IsUpToDate(*node)) continue;
    const Engine* const engine = node->engine();
    liveness_judge_.JudgeBehind({node->name(), node->running(), node->has_bootstrapped(),
                                 engine == nullptr ? Version() : engine->CurrentVersion()});
  }
}

}  // namespace fencepost::sim
