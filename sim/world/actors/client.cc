#include "sim/world/actors/client.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <utility>

#include "sim/world/events/engine_events.h"

namespace fencepost::sim {
namespace {

constexpr std::chrono::milliseconds kBetweenAccesses(1);
constexpr std::uint64_t kMostAccesses = 12;
constexpr std::chrono::milliseconds kHoldUnit(1);  // a hold lasts `argument` of these

}  // namespace

Client::Client(Stage* stage, const RunConfig* config, const std::vector<std::unique_ptr<Node>>* nodes,
               ActorId actor, std::string name, std::vector<PlannedAction> actions)
    : PlannedActor(std::move(name)),
      stage_(stage),
      config_(config),
      nodes_(nodes),
      actor_(actor),
      actions_(std::move(actions)),
      runtime_(&stage->scheduler(), actor) {}

void Client::Start() { boost::asio::co_spawn(runtime_.Executor(), Main(), boost::asio::detached); }

Awaitable<void> Client::Main() {
  for (const PlannedAction& action : actions_) {
    const absl::Status slept = co_await runtime_.Sleep(action.at - stage_->now());
    slept.IgnoreError();
    if (action.is(actions::kAccess)) {
      co_await Access(action);
    } else if (action.is(actions::kHold)) {
      co_await Hold(action);
    } else {
      ChangeDepth(action);
    }
  }
  finished_ = true;
}

Awaitable<void> Client::Access(PlannedAction action) {
  // Most of a burst hits one key; the rest is spread over its neighbours, so that there is a load to halve.
  const std::uint64_t accesses = 1 + action.argument % kMostAccesses;
  for (std::uint64_t i = 0; i < accesses; ++i) {
    Node& node = *(*nodes_)[action.node];
    const std::uint64_t key = (action.key + (i % 3 == 2 ? i : 0)) % config_->keys;
    if (node.running()) node.Access(KeyName(key));
    const absl::Status slept = co_await runtime_.Sleep(kBetweenAccesses);
    slept.IgnoreError();
  }
}

std::vector<std::optional<GroupId>> Client::OwnersOfAllKeys(const RouteHistorySnapshot& snapshot) const {
  std::vector<std::optional<GroupId>> owners;
  for (std::uint64_t key = 0; key < config_->keys; ++key) owners.push_back(snapshot.OwnerOf(KeyName(key)));
  return owners;
}

Awaitable<void> Client::Hold(PlannedAction action) {
  Node& node = *(*nodes_)[action.node];
  if (!node.running()) co_return;
  const std::optional<RouteHistorySnapshot> held = node.engine()->Current();
  if (!held.has_value()) co_return;
  const std::vector<std::optional<GroupId>> owners = OwnersOfAllKeys(*held);
  const std::size_t incarnation = node.incarnation();
  const std::int64_t units = 1 + static_cast<std::int64_t>(action.argument);
  const absl::Status slept = co_await runtime_.Sleep(kHoldUnit * units);
  slept.IgnoreError();

  const SnapshotSeenAgain::Owners held_owners = OwnersOfAllKeys(*held);
  SnapshotSeenAgain seen;
  seen.node = node.actor();
  seen.version = held->version();
  seen.before = &owners;
  seen.held = &held_owners;
  seen.same_life = node.running() && node.incarnation() == incarnation;
  SnapshotSeenAgain::Owners ring_owners;
  if (seen.same_life) {
    if (const auto again = node.engine()->SnapshotAt(held->version())) {
      ring_owners = OwnersOfAllKeys(*again);
      seen.in_ring = &ring_owners;
    }
  }
  stage_->events().Show(actor_, seen);
}

void Client::ChangeDepth(const PlannedAction& action) {
  Node& node = *(*nodes_)[action.node];
  if (node.running()) node.SetHistoryDepth(1 + action.argument % (2 * config_->history_depth));
}

}  // namespace fencepost::sim
