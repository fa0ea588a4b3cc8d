#include "sim/world/actors/client.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <utility>

#include "model/invariants/invariants.h"

namespace fencepost::sim {
namespace {

constexpr std::chrono::milliseconds kBetweenAccesses(1);
constexpr std::uint64_t kMostAccesses = 12;
constexpr std::chrono::milliseconds kHoldUnit(1);  // a hold lasts `argument` of these

}  // namespace

Client::Client(const Surroundings& world, ActorId actor, std::string name, std::vector<PlannedAction> actions,
               std::vector<std::unique_ptr<Node>>* nodes)
    : world_(world),
      name_(std::move(name)),
      actions_(std::move(actions)),
      nodes_(nodes),
      runtime_(world.scheduler, actor) {}

void Client::Start() { boost::asio::co_spawn(runtime_.Executor(), Main(), boost::asio::detached); }

Awaitable<void> Client::Main() {
  for (const PlannedAction& action : actions_) {
    const absl::Status slept = co_await runtime_.Sleep(action.at - world_.scheduler->now());
    slept.IgnoreError();
    if (action.kind == ActionKind::kAccess) {
      co_await Access(action);
    } else if (action.kind == ActionKind::kHold) {
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
    const std::uint64_t key = (action.key + (i % 3 == 2 ? i : 0)) % world_.config->keys;
    if (node.running()) node.Access(KeyName(key));
    const absl::Status slept = co_await runtime_.Sleep(kBetweenAccesses);
    slept.IgnoreError();
  }
}

std::vector<std::optional<GroupId>> Client::OwnersOfAllKeys(const RouteHistorySnapshot& snapshot) const {
  std::vector<std::optional<GroupId>> owners;
  for (std::uint64_t key = 0; key < world_.config->keys; ++key)
    owners.push_back(snapshot.OwnerOf(KeyName(key)));
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

  if (OwnersOfAllKeys(*held) != owners) {
    world_.judge->Take(
        model::Violation{std::string(model::kHistoryRing),
                         fmt::format("the snapshot of version {} that {} held has changed its owners",
                                     held->version().value, name_)});
  }
  if (!node.running() || node.incarnation() != incarnation) co_return;
  const std::optional<RouteHistorySnapshot> again = node.engine()->SnapshotAt(held->version());
  if (!again.has_value()) {
    world_.marks->Hit(marks::kSnapshotEvictedWhileHeld);
  } else if (OwnersOfAllKeys(*again) != owners) {
    world_.judge->Take(
        model::Violation{std::string(model::kHistoryRing),
                         fmt::format("version {} in the ring of {} is not what {} was given before",
                                     held->version().value, node.name(), name_)});
  }
}

void Client::ChangeDepth(const PlannedAction& action) {
  Node& node = *(*nodes_)[action.node];
  if (node.running()) node.SetHistoryDepth(1 + action.argument % (2 * world_.config->history_depth));
}

}  // namespace fencepost::sim
