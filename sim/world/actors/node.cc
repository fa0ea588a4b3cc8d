#include "sim/world/actors/node.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cassert>
#include <utility>

#include "fencepost/catalog/bootstrap.h"
#include "sim/world/events/node_events.h"
#include "sim/world/scenario/plan.h"

namespace fencepost::sim {
namespace {

constexpr std::chrono::milliseconds kBootstrapRetry(50);
// A node's first poll comes so many tenths of the interval after its start, or fewer.
constexpr std::uint64_t kPollPhases = 10;

EngineOptions EngineOptionsFor(const RunConfig& config) {
  EngineOptions options;
  options.history_depth = config.history_depth;
  options.hotspot_threshold = config.hotspot_threshold;
  switch (config.split_policy) {
    case SplitPolicy::kLoadHalving:
      options.hotspot_policy = std::make_shared<LoadHalvingPolicy>();
      break;
    case SplitPolicy::kReference:
      options.hotspot_policy = std::make_shared<ReferenceHotspotPolicy>();
      break;
  }
  return options;
}

CatalogStoreOptions CatalogOptionsFor(const RunConfig& config) {
  CatalogStoreOptions options;
  options.page_size = config.page_size;
  return options;
}

CatalogWatcherOptions WatcherOptionsFor(const Scenario& scenario, LogSink log) {
  CatalogWatcherOptions options;
  options.interval = scenario.watcher_interval;
  options.max_backoff = scenario.watcher_interval * 8;
  options.log = std::move(log);
  return options;
}

}  // namespace

Node::Life::Life(const Surroundings& world, ActorId actor, const std::string& name, LogSink log)
    : runtime(&world.stage->scheduler(), actor),
      link(world.stage, world.store, &runtime.sim(), name),
      catalog(&link, CatalogOptionsFor(*world.config)),
      options(EngineOptionsFor(*world.config)),
      engine(*NewEngineWithDefaultRoute(options)),
      watcher(&catalog, engine.get(), WatcherOptionsFor(*world.scenario, std::move(log))) {}

Node::Node(const Surroundings& surroundings, std::size_t number, ActorId actor)
    : world_(surroundings),
      number_(number),
      actor_(actor),
      name_(NodeName(number)),
      bootstraps_first_(surroundings.scenario->begins_founded()),
      choices_(surroundings.stage->choices().Open(name_)) {}

void Node::Start() { Begin(nullptr); }

void Node::StartAt(const CatalogSnapshot& catalog) { Begin(&catalog); }

void Node::Begin(const CatalogSnapshot* founded_at) {
  events().Emit(actor_, NodeStarted{lives_.size() + 1});
  const LogSink log = [this](Severity severity, std::string_view) {
    events().Show(actor_, WatcherSpoke{severity});
  };
  lives_.push_back(std::make_unique<Life>(world_, actor_, name_, log));
  Life* const life = lives_.back().get();
  events().Show(actor_, EngineBorn{life->engine.get(), &life->options});
  if (founded_at != nullptr) {
    const absl::StatusOr<ApplyOutcome> applied = life->engine->ApplySnapshot(*founded_at);
    assert(applied.ok());
    life->bootstrapped = true;
    Observe();
  }
  if (world_.cluster != nullptr) {
    world_.stage->network().Attach(actor_, &life->runtime.sim());
    world_.cluster->NodeStarted(number_, &life->runtime.sim(), life->engine.get());
  }
  boost::asio::co_spawn(life->runtime.Executor(), Main(life), boost::asio::detached);
}

void Node::Crash() {
  events().Emit(actor_, NodeCrashed{});
  if (world_.cluster != nullptr) world_.stage->network().Detach(actor_);
  world_.stage->scheduler().Kill(actor_);
  if (world_.cluster != nullptr) world_.cluster->NodeCrashed(number_);
  lives_.back()->alive = false;
}

Awaitable<void> Node::Main(Life* life) {
  if (!life->bootstrapped) co_await Bootstrap(life);
  life->bootstrapped = true;
  // Nodes do not poll in step with each other, though they all start at once here.
  const auto tenths = static_cast<std::int64_t>(choices_.Below(kPollPhases, "poll-phase"));
  const absl::Status slept = co_await life->runtime.Sleep(world_.scenario->watcher_interval / 10 * tenths);
  slept.IgnoreError();
  const absl::Status ended = co_await life->watcher.Run(&life->runtime);
  events().Emit(actor_, WatcherStopped{ended});
}

Awaitable<void> Node::Bootstrap(Life* life) {
  while (true) {
    RouteDescriptor everything;
    everything.route_id = RouteId(1);
    everything.group_id = GroupId(1);
    const std::vector<RouteDescriptor> seed = {everything};
    const SaveToken token = world_.tokens->Next();
    events().Emit(actor_, SaveBegan{token, SavePurpose::kBootstrap, Version(0), seed});
    life->link.set_commit_token(token);
    const absl::StatusOr<CatalogSnapshot> snapshot =
        co_await EnsureCatalogSnapshot(&life->catalog, life->engine.get());
    life->link.set_commit_token(kNobodys);
    events().Emit(actor_, SaveEnded{token, SavePurpose::kBootstrap, snapshot.status(), std::nullopt});
    if (snapshot.ok()) co_return;
    events().Emit(actor_, NodeCannotStart{snapshot.status()});
    const absl::Status slept = co_await life->runtime.Sleep(kBootstrapRetry);
    slept.IgnoreError();
  }
}

void Node::Observe() {
  if (!running()) return;
  Life& life = *lives_.back();
  const Version version = life.engine->CurrentVersion();
  if (version == life.seen) return;
  const Version from = std::exchange(life.seen, version);
  events().Emit(actor_, EngineReached{from, version});
}

void Node::Access(const std::string& key) {
  Engine& engine = *lives_.back()->engine;
  const std::optional<Route> before = engine.GetRoute(key);
  engine.RecordAccess(key);
  events().Show(actor_, KeyAccessed{&key});
  const std::optional<Route> after = engine.GetRoute(key);
  if (!before.has_value() || (after.has_value() && before->range() == after->range())) return;
  RangeSplit split{before->range(), ""};
  // The key lies in one of the halves, which ends or begins where the range was cut.
  if (after.has_value()) split.at = after->start == before->start ? after->end.value_or("") : after->start;
  events().Emit(actor_, split);
}

void Node::SetHistoryDepth(std::size_t depth) {
  Engine& engine = *lives_.back()->engine;
  const std::size_t held = engine.History().RecordedVersions().size();
  const absl::Status status = engine.SetHistoryDepthForTest(depth);
  Observe();
  events().Show(actor_, RingDepthChanged{depth, held, status});
}

void Node::OfferSnapshot(const CatalogSnapshot& snapshot) {
  Engine& engine = *lives_.back()->engine;
  const Version before = engine.CurrentVersion();
  events().Emit(actor_, OldCatalogOffered{snapshot.version});
  const absl::StatusOr<ApplyOutcome> applied = engine.ApplySnapshot(snapshot);
  if (!applied.ok()) events().Show(actor_, OfferRefused{snapshot.version, before});
  Observe();
}

std::optional<GroupId> StaleOwnerOf(const std::vector<std::unique_ptr<Node>>& nodes, const std::string& key) {
  const Engine* oldest = nullptr;
  for (const auto& node : nodes) {
    const Engine* const engine = node->engine();
    if (engine == nullptr) continue;
    if (oldest == nullptr || engine->CurrentVersion() < oldest->CurrentVersion()) oldest = engine;
  }
  if (oldest == nullptr) return std::nullopt;
  const std::optional<Route> route = oldest->GetRoute(key);
  if (!route.has_value()) return std::nullopt;
  return route->group_id;
}

}  // namespace fencepost::sim
