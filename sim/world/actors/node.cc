#include "sim/world/actors/node.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <utility>

#include "fencepost/catalog/bootstrap.h"
#include "sim/world/data_plane.h"

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
    : runtime(world.scheduler, actor),
      link(world.store, &runtime, world.world_runtime, world.choices, name, world.faults, world.judge,
           LinkLatency{}),
      catalog(&link, CatalogOptionsFor(*world.config)),
      options(EngineOptionsFor(*world.config)),
      engine(*NewEngineWithDefaultRoute(options)),
      watcher(&catalog, engine.get(), WatcherOptionsFor(*world.scenario, std::move(log))),
      twin(name, options),
      version_invariant(name),
      ring_invariant(name, {Version(0)}) {}

Node::Node(const Surroundings& world, ActorId actor, std::string name)
    : world_(world), actor_(actor), name_(std::move(name)), choices_(world.choices->Open(name_)) {}

void Node::Start() {
  world_.trace->Event(world_.scheduler->now(), actor_, fmt::format("{} starts", name_));
  catching_up_ = !lives_.empty();
  const LogSink log = [this](Severity severity, std::string_view) { OnLog(severity); };
  lives_.push_back(std::make_unique<Life>(world_, actor_, name_, log));
  Life* life = lives_.back().get();
  if (world_.cluster != nullptr) {
    world_.network->Attach(actor_, name_, &life->runtime);
    world_.cluster->NodeStarted(actor_ - DataPlane::kFirstNode, &life->runtime, life->engine.get());
  }
  boost::asio::co_spawn(life->runtime.Executor(), Main(life), boost::asio::detached);
}

void Node::Crash() {
  world_.trace->Event(world_.scheduler->now(), actor_, fmt::format("{} crashes", name_));
  if (world_.cluster != nullptr) world_.network->Detach(actor_);
  world_.scheduler->Kill(actor_);
  if (world_.cluster != nullptr) world_.cluster->NodeCrashed(actor_ - DataPlane::kFirstNode);
  lives_.back()->alive = false;
}

Awaitable<void> Node::Main(Life* life) {
  co_await Bootstrap(life);
  life->bootstrapped = true;
  // Nodes do not poll in step with each other, though they all start at once here.
  const auto tenths = static_cast<std::int64_t>(choices_.Below(kPollPhases, "poll-phase"));
  const absl::Status slept = co_await life->runtime.Sleep(world_.scenario->watcher_interval / 10 * tenths);
  slept.IgnoreError();
  const absl::Status ended = co_await life->watcher.Run(&life->runtime);
  // A watcher only ends when it cannot work at all.
  world_.judge->Take(model::Violation{
      "liveness", fmt::format("the watcher of {} stopped: {}", name_, std::string(ended.message()))});
}

Awaitable<void> Node::Bootstrap(Life* life) {
  while (true) {
    const bool catalog_was_empty = world_.judge->durable().newest() == Version(0);
    RouteDescriptor everything;
    everything.route_id = RouteId(1);
    everything.group_id = GroupId(1);
    const std::vector<RouteDescriptor> seed = {everything};
    const std::uint64_t token = world_.judge->BeginSave(actor_, name_ + " (bootstrap)", Version(0), seed);
    life->link.set_commit_token(token);
    const absl::StatusOr<CatalogSnapshot> snapshot =
        co_await EnsureCatalogSnapshot(&life->catalog, life->engine.get());
    life->link.set_commit_token(0);
    if (snapshot.ok()) {
      if (catalog_was_empty && !world_.judge->Landed(token)) world_.marks->Hit(marks::kBootstrapAdopted);
      co_return;
    }
    world_.trace->Event(world_.scheduler->now(), actor_,
                        fmt::format("{} cannot start: {}", name_, std::string(snapshot.status().message())));
    const absl::Status slept = co_await life->runtime.Sleep(kBootstrapRetry);
    slept.IgnoreError();
  }
}

void Node::OnLog(Severity severity) {
  if (severity != Severity::kInfo && world_.judge->CatalogIsDamaged())
    world_.marks->Hit(marks::kEngineKeptLastGood);
}

bool Node::UpToDate() const {
  return running() && lives_.back()->bootstrapped &&
         lives_.back()->engine->CurrentVersion() == world_.judge->durable().newest();
}

void Node::Observe() {
  if (!running()) return;
  Life& life = *lives_.back();
  const Version version = life.engine->CurrentVersion();
  if (version == life.seen) return;
  const Version from = std::exchange(life.seen, version);
  world_.trace->Event(world_.scheduler->now(), actor_,
                      fmt::format("{} is at version {}", name_, version.value));
  world_.judge->Take(life.version_invariant.Check(*life.engine, world_.judge->durable()));
  world_.judge->Take(life.ring_invariant.Check(*life.engine, world_.judge->durable()));
  world_.judge->Take(life.twin.Applied(*life.engine, *world_.judge));
  if (from > Version(0) && version.value > from.value + 1) world_.marks->Hit(marks::kVersionSkipped);
  if (life.engine->History().RecordedVersions().front() > Version(0)) world_.marks->Hit(marks::kRingFull);
  if (std::exchange(life.split, false)) world_.marks->Hit(marks::kSplitLostAtApply);
  life.accesses.clear();
  if (catching_up_ && UpToDate()) {
    catching_up_ = false;
    world_.marks->Hit(marks::kNodeCaughtUpAfterCrash);
  }
}

void Node::ObserveFully() {
  if (!running()) return;
  Life& life = *lives_.back();
  Observe();
  world_.judge->Take(life.ring_invariant.Check(*life.engine, world_.judge->durable()));
  world_.judge->Take(life.twin.Compare(*life.engine));
}

void Node::Access(const std::string& key) {
  Life& life = *lives_.back();
  const std::optional<Route> before = life.engine->GetRoute(key);
  ++life.accesses[key];
  life.engine->RecordAccess(key);
  life.twin.RecordAccess(key);
  const std::optional<Route> after = life.engine->GetRoute(key);
  if (before.has_value() == after.has_value() && (!before.has_value() || before->range() == after->range()))
    return;
  life.split = true;
  world_.marks->Hit(marks::kRangeSplit);
  JudgeSplit(&life, *before);
  world_.judge->Take(life.twin.Compare(*life.engine));
}

// The route that was `before` has just been split by a hot access.
void Node::JudgeSplit(Life* life, const Route& before) {
  const std::vector<Route> halves = life->engine->GetIntersectingRoutes(before.start, before.end);
  if (halves.size() == 2) {
    world_.judge->Take(model::CheckHotSplit(name_, before.range(), halves[1].start, life->accesses));
  }
  // What the halves are accessed counts from now on.
  std::erase_if(life->accesses, [&](const auto& access) { return Contains(before.range(), access.first); });
}

void Node::SetHistoryDepth(std::size_t depth) {
  Life& life = *lives_.back();
  const std::size_t held = life.engine->History().RecordedVersions().size();
  if (depth < held) world_.marks->Hit(marks::kRingShrunk);
  const absl::Status status = life.engine->SetHistoryDepthForTest(depth);
  if (!status.ok()) {
    world_.judge->Take(model::Violation{
        "history-ring",
        fmt::format("the ring of {} refused depth {}: {}", name_, depth, std::string(status.message()))});
  }
  life.twin.SetHistoryDepth(depth);
  ObserveFully();
}

void Node::OfferSnapshot(const CatalogSnapshot& snapshot) {
  Engine& engine = *lives_.back()->engine;
  const Version before = engine.CurrentVersion();
  const absl::StatusOr<ApplyOutcome> applied = engine.ApplySnapshot(snapshot);
  if (!applied.ok() && snapshot.version < before) world_.marks->Hit(marks::kOldSnapshotRefused);
  Observe();
}

std::string Node::Describe() const {
  if (!running()) return fmt::format("{} is down", name_);
  const Life& life = *lives_.back();
  if (!life.bootstrapped) return fmt::format("{} has not started up", name_);
  return fmt::format("the engine of {} is at version {}", name_, life.engine->CurrentVersion().value);
}

std::optional<GroupId> StaleOwnerOf(const std::vector<std::unique_ptr<Node>>& nodes, const std::string& key) {
  Engine* oldest = nullptr;
  for (const auto& node : nodes) {
    Engine* const engine = node->engine();
    if (engine == nullptr) continue;
    if (oldest == nullptr || engine->CurrentVersion() < oldest->CurrentVersion()) oldest = engine;
  }
  if (oldest == nullptr) return std::nullopt;
  const std::optional<Route> route = oldest->GetRoute(key);
  if (!route.has_value()) return std::nullopt;
  return route->group_id;
}

}  // namespace fencepost::sim
