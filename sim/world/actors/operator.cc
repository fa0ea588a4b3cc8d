#include "sim/world/actors/operator.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <utility>

#include "sim/world/fault_kinds.h"
#include "sim/world/mark_kinds.h"

namespace fencepost::sim {
namespace {

constexpr int kMaxAttempts = 6;
constexpr std::chrono::milliseconds kRetryStep(7);

CatalogStoreOptions OptionsFor(const Scenario& scenario, const RunConfig& config) {
  CatalogStoreOptions options;
  options.compatibility = scenario.operators_save;
  options.page_size = config.page_size;
  return options;
}

// The keys at which a wide split cuts: every other one.
std::vector<std::string> EveryOtherKey(std::uint64_t keys) {
  std::vector<std::string> cuts;
  for (std::uint64_t key = 1; key < keys; key += 2) cuts.push_back(KeyName(key));
  return cuts;
}

}  // namespace

Operator::Operator(const Surroundings& surroundings, ActorId actor, std::string name,
                   std::vector<PlannedAction> actions)
    : PlannedActor(std::move(name)),
      world_(surroundings),
      actor_(actor),
      actions_(std::move(actions)),
      runtime_(&world_.stage->scheduler(), actor),
      link_(world_.stage, world_.store, &runtime_, this->name()),
      catalog_(&link_, OptionsFor(*world_.scenario, *world_.config)),
      second_link_(world_.stage, world_.store, &runtime_, this->name() + "-again"),
      second_catalog_(&second_link_, OptionsFor(*world_.scenario, *world_.config)) {}

void Operator::Start() { boost::asio::co_spawn(runtime_.Executor(), Main(), boost::asio::detached); }

Awaitable<void> Operator::Main() {
  for (std::size_t i = 0; i < actions_.size(); ++i) {
    const PlannedAction action = actions_[i];
    const absl::Status slept = co_await runtime_.Sleep(action.at - world_.stage->now());
    slept.IgnoreError();
    Errand* const errand = world_.stage->errands().OfItem(name(), action.slot);
    link_.DrawFor(*errand);
    co_await Perform(action, errand);
  }
  finished_ = true;
}

Awaitable<void> Operator::Perform(PlannedAction action, Errand* errand) {
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    const bool over = co_await Attempt(action, errand);
    if (over) co_return;
    const std::uint64_t steps = 1 + errand->own().Below(8, "retry-after");
    const absl::Status slept = co_await runtime_.Sleep(kRetryStep * static_cast<std::int64_t>(steps));
    slept.IgnoreError();
  }
}

Awaitable<bool> Operator::Attempt(PlannedAction action, Errand* errand) {
  const absl::StatusOr<CatalogSnapshot> snapshot = co_await catalog_.Snapshot();
  if (!snapshot.ok()) {
    if (snapshot.status().code() == absl::StatusCode::kDataLoss)
      world_.stage->marks().Hit(marks::kCorruptCatalogRefused);
    co_return false;
  }
  // At the snapshot's own timestamp: an older answer could hand out an id that has been retired since.
  const absl::StatusOr<NextRouteIdAnswer> next = co_await catalog_.NextRouteIdAt(snapshot->read_ts);
  if (!next.ok() || snapshot->version == Version(0)) co_return false;  // nobody has bootstrapped yet

  // Without its record the next id may be one that was retired: wait until somebody has put it right.
  const bool needs_id = action.is(actions::kSplit) || action.is(actions::kMerge);
  if (needs_id && next->record_missing) co_return false;

  Stream* const choices = &errand->own();
  Version expected = snapshot->version;
  Routes routes = Change(snapshot->routes, action, *next, choices);
  FaultInjector& faults = world_.stage->faults();
  if (faults.Fires(faults::kOperatorStaleVersion, *choices)) {
    expected = Version(expected.value - 1 - choices->Below(expected.value, "how-stale"));
  }
  if (faults.Fires(faults::kOperatorDuplicateSubmit, *choices)) SubmitAgain(errand, expected, routes);
  const absl::StatusOr<SaveResult> saved =
      co_await Save(&catalog_, &link_, SavePurpose::kChange, expected, routes);
  if (!saved.ok()) co_return !IsRetryable(saved.status());

  if (faults.Fires(faults::kOperatorThereAndBack, *choices)) {
    // Straight back to what was there before: the version is new, the owners are not.
    const absl::StatusOr<SaveResult> back =
        co_await Save(&catalog_, &link_, SavePurpose::kBack, saved->snapshot.version, routes);
    back.status().IgnoreError();
  }
  co_return true;
}

Routes Operator::Change(const Routes& routes, const PlannedAction& action, const NextRouteIdAnswer& next,
                        Stream* choices) {
  const RouteId next_id = next.next;
  const std::string key = KeyName(action.key);
  FaultInjector& faults = world_.stage->faults();
  if (faults.Fires(faults::kOperatorNoOpSave, *choices)) return routes;
  if (faults.Fires(faults::kOperatorInvalidRoutes, *choices)) return WithOverlap(routes, key, next_id);
  if (!next.record_missing && faults.Fires(faults::kOperatorWideSplit, *choices)) {
    return SplitAt(routes, EveryOtherKey(world_.config->keys), next_id);
  }
  if (action.is(actions::kSplit)) return SplitAt(routes, {key}, next_id);
  if (action.is(actions::kMerge)) {
    return MergeRight(routes, key, action.argument % 2 == 0 ? std::optional(next_id) : std::nullopt);
  }
  if (action.is(actions::kMove)) return MoveTo(routes, key, TargetOf(action, *world_.config));
  if (action.is(actions::kChangeState)) {
    return SetState(routes, key, static_cast<RouteState>(action.argument % 4));
  }
  return routes;
}

Awaitable<absl::StatusOr<SaveResult>> Operator::Save(CatalogStore* catalog, CatalogLink* link,
                                                     SavePurpose purpose, Version expected, Routes routes) {
  Events& events = world_.stage->events();
  const SaveToken token = world_.tokens->Next();
  events.Emit(actor_, SaveBegan{token, purpose, expected, routes});
  link->set_commit_token(token);
  absl::StatusOr<SaveResult> result = co_await catalog->Save(expected, std::move(routes));
  SaveEnded ended{token, purpose, result.status(), std::nullopt};
  if (result.ok()) ended.result = *result;
  events.Emit(actor_, ended);
  co_return result;
}

void Operator::SubmitAgain(const Errand* errand, Version expected, Routes routes) {
  if (std::exchange(second_busy_, true)) return;
  second_link_.DrawFor(*world_.stage->errands().Open(errand->name() + "/again"));
  auto again = [](Operator* self, Version version, Routes same) -> Awaitable<void> {
    const absl::StatusOr<SaveResult> result = co_await self->Save(
        &self->second_catalog_, &self->second_link_, SavePurpose::kAgain, version, std::move(same));
    result.status().IgnoreError();
    self->second_busy_ = false;
  };
  boost::asio::co_spawn(runtime_.Executor(), again(this, expected, std::move(routes)), boost::asio::detached);
}

}  // namespace fencepost::sim
