#include "sim/world/actors/transactor.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <set>
#include <utility>

#include "fencepost/base/error.h"
#include "sim/world/actors/cancellable_call.h"
#include "sim/world/actors/sudden_death.h"
#include "sim/world/fault_kinds.h"
#include "sim/world/mark_kinds.h"

namespace fencepost::sim {
namespace {

// Without ownership there are no epochs; plans must name some all the same.
constexpr OwnershipEpoch kNoOwnership(1);

// One attempt: a client that is cut off for as long as faults last here is to be left without an answer now
// and then.
CoordinatorOptions CoordinatorOptionsFor() {
  CoordinatorOptions options;
  options.attempts_per_step = 1;
  return options;
}

ResolverOptions ResolverOptionsFor() {
  ResolverOptions options;
  options.patience = std::chrono::milliseconds(60);
  return options;
}

RouteWaitOptions WaitOptions() {
  RouteWaitOptions options;
  options.poll_interval = std::chrono::milliseconds(20);
  options.max_wait = std::chrono::milliseconds(320);
  return options;
}

std::vector<std::string> KeysOf(const std::vector<std::string>& reads,
                                const std::vector<std::pair<std::string, Operation>>& writes) {
  std::set<std::string> keys(reads.begin(), reads.end());
  for (const auto& [key, operation] : writes) keys.insert(key);
  return std::vector<std::string>(keys.begin(), keys.end());
}

// What the library is given: the interface, or the one that throws.
TransactionTransport* InterfaceOf(Stage* stage, TransactionTransport* plain, TransactionTransport* throwing) {
  return InterfacesThrow(stage) ? throwing : plain;
}

// Some transactions are long: somebody looks at what was read before he decides. `argument` is below 1000.
bool ThinksBeforeCommit(const PlannedAction& action) { return action.argument % 8 == 7; }

// Every third reads from the replica of the node it goes through, and not the first.
bool ReadsFromFollower(const PlannedAction& action) { return action.argument / 3 % 3 == 2; }

}  // namespace

Transactor::Life::Life(const Surroundings& world, ActorId actor, std::function<void()> before_each_step,
                       std::function<Errand*()> errand)
    : runtime(&world.stage->scheduler(), actor),
      groups(world.stage, world.cluster, world.oracle, actor, &runtime),
      transport(&groups, world.config->fence.mistake,
                [nodes = world.nodes](const std::string& key) { return StaleOwnerOf(*nodes, key); }),
      throwing(&transport, ThrowsOf(world.stage, std::move(errand))),
      coordinator(InterfaceOf(world.stage, &transport, &throwing), &runtime, CoordinatorOptionsFor()),
      resolver(InterfaceOf(world.stage, &transport, &throwing), &runtime, ResolverOptionsFor()) {
  groups.set_before_each_step(std::move(before_each_step));
}

Transactor::Transactor(const Surroundings& surroundings, ActorId actor, std::string name,
                       std::vector<PlannedAction> actions)
    : world_(surroundings), actor_(actor), name_(std::move(name)), actions_(std::move(actions)) {}

void Transactor::Start() {
  lives_.push_back(
      std::make_unique<Life>(world_, actor_, [this] { MaybeDie(); }, [this] { return errand_; }));
  Life* const life = lives_.back().get();
  world_.stage->network().Attach(actor_, &life->runtime.sim());
  boost::asio::co_spawn(life->runtime.Executor(), Main(life), boost::asio::detached);
}

void Transactor::MaybeDie() {
  Life& life = *lives_.back();
  if (!life.alive || !world_.stage->faults().Fires(faults::kTransactorCrash, errand_->own())) return;
  life.alive = false;
  if (std::exchange(across_groups_, false)) world_.stage->marks().Hit(marks::kCoordinatorDiedPrepared);
  DieAndComeBack(world_.stage, actor_, errand_->own(), [this] { Start(); });
}

Awaitable<void> Transactor::Main(Life* life) {
  while (next_action_ < actions_.size()) {
    const PlannedAction action = actions_[next_action_];
    ++next_action_;
    errand_ = world_.stage->errands().OfItem(name_, action.slot);
    life->groups.set_errand(errand_);
    const absl::Status slept = co_await life->runtime.Sleep(action.at - world_.stage->now());
    slept.IgnoreError();
    if (action.is(actions::kTransact)) {
      co_await Transact(life, action);
    } else {
      co_await UseRegister(life, action);
    }
  }
  finished_ = true;
}

std::vector<ListStep> Transactor::StepsOf(const PlannedAction& action, Work* work) const {
  std::vector<ListStep> steps;
  for (const PlannedStep& planned : action.steps) {
    ListStep step;
    step.key = KeyName(planned.key);
    const auto same_key = [&step](const auto& write) { return write.first == step.key; };
    // A second append to one key would be a second write of it: read it instead.
    step.reads = planned.reads || std::any_of(work->writes.begin(), work->writes.end(), same_key);
    if (step.reads) {
      work->reads.push_back(step.key);
    } else {
      step.element = world_.elements->Next();
      Operation append;
      append.kind = Operation::Kind::kAppend;
      append.element = step.element;
      work->writes.emplace_back(step.key, append);
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

Awaitable<void> Transactor::Transact(Life* life, PlannedAction action) {
  Work work;
  TransactionBegan began;
  began.steps = StepsOf(action, &work);
  world_.stage->events().Emit(actor_, began);
  const Attempt attempt = co_await Run(life, &action, &work);
  if (!life->alive) co_return;
  TellEnd(attempt);
  if (attempt.end != Attempt::End::kCommitted) co_return;
  TransactionCommitted committed;
  committed.observed = Observed(began.steps, attempt.views);
  committed.steps = std::move(began.steps);
  world_.stage->events().Emit(actor_, committed);
}

// What each step saw: the list as it was read, and the transaction's own appends before it.
std::vector<std::vector<std::int64_t>> Transactor::Observed(const std::vector<ListStep>& steps,
                                                            const std::map<std::string, RoutedView>& views) {
  std::map<std::string, std::vector<std::int64_t>> own;
  std::vector<std::vector<std::int64_t>> observed;
  for (const ListStep& step : steps) {
    observed.emplace_back();
    if (!step.reads) {
      own[step.key].push_back(step.element);
      continue;
    }
    const auto view = views.find(step.key);
    if (view != views.end()) observed.back() = view->second.view.elements;
    const std::vector<std::int64_t>& appended = own[step.key];
    observed.back().insert(observed.back().end(), appended.begin(), appended.end());
  }
  return observed;
}

Awaitable<void> Transactor::UseRegister(Life* life, PlannedAction action) {
  using model::history::RegisterKind;
  constexpr std::array kKinds = {RegisterKind::kRead, RegisterKind::kWrite, RegisterKind::kCas};
  if (world_.config->registers == 0) co_return;
  const RegisterKind kind = kKinds[action.argument % kKinds.size()];
  const std::uint64_t lists = world_.config->keys - world_.config->registers;
  const std::string key = KeyName(lists + action.key % world_.config->registers);
  Work work;
  std::optional<std::int64_t> value;
  std::optional<std::int64_t> expected;
  if (kind != RegisterKind::kWrite) work.reads.push_back(key);
  if (kind != RegisterKind::kRead) {
    value = world_.elements->Next();
    Operation put;
    put.kind = Operation::Kind::kPut;
    put.element = *value;
    work.writes.emplace_back(key, put);
  }
  if (kind == RegisterKind::kCas) {
    if (const auto known = last_seen_.find(key); known != last_seen_.end()) expected = known->second;
    work.expected = expected;
    work.compares = true;
  }
  const RegisterBegan began{kind, key, expected, value};
  world_.stage->events().Emit(actor_, began);
  const Attempt attempt = co_await Run(life, &action, &work);
  if (!life->alive) co_return;
  TellEnd(attempt);
  if (const auto view = attempt.views.find(key); view != attempt.views.end()) {
    last_seen_[key] = ValueOf(view->second.view);
  }
  if (attempt.end != Attempt::End::kCommitted) co_return;
  RegisterDone done{kind, key, std::nullopt};
  if (kind == RegisterKind::kRead) {
    done.observed = last_seen_[key];
  } else {
    last_seen_[key] = value;
  }
  world_.stage->events().Emit(actor_, done);
}

std::optional<std::int64_t> Transactor::ValueOf(const KeyView& view) {
  return view.elements.empty() ? std::nullopt : std::optional(view.elements.back());
}

void Transactor::TellEnd(const Attempt& attempt) {
  switch (attempt.end) {
    case Attempt::End::kCommitted:
      return;
    case Attempt::End::kRefused:
      return TellRefusal(attempt, true);
    case Attempt::End::kUnknown:
      return world_.stage->events().Emit(actor_, ClientLeftUnknown{});
  }
}

void Transactor::TellRefusal(const Attempt& attempt, bool gives_up) {
  world_.stage->events().Emit(actor_, ClientRefused{attempt.refusal, attempt.pin, gives_up});
}

// Whether this client stops trying, which no client should: it tries at once, once, through the same cache.
bool Transactor::GivesUp(const Attempt& attempt, int refusals) const {
  if (world_.config->fence.mistake != Mistake::kRetrySameCache) return false;
  return refusals >= 2 && IsError(attempt.refusal, Error::kOwnershipMoved);
}

Awaitable<Transactor::Attempt> Transactor::Run(Life* life, const PlannedAction* action, const Work* work) {
  for (int refusals = 1;; ++refusals) {
    Attempt attempt = co_await TryOnce(life, action, work);
    const bool over = attempt.end != Attempt::End::kRefused || !IsRetryable(attempt.refusal);
    if (over || !life->alive) co_return attempt;
    if (GivesUp(attempt, refusals)) {
      world_.stage->events().Show(actor_, ClientGaveUp{refusals, attempt.pin, attempt.refusal});
      co_return attempt;
    }
    TellRefusal(attempt, false);
    co_await AfterRefusal(life, &attempt, refusals);
  }
}

Awaitable<void> Transactor::AfterRefusal(Life* life, const Attempt* attempt, int refusals) {
  const bool at_once = world_.config->fence.mistake == Mistake::kRetrySameCache;
  if (at_once && IsError(attempt->refusal, Error::kOwnershipMoved)) co_return;
  const std::optional<LockHolder> holder = LockHolderOf(attempt->refusal);
  if (holder.has_value()) {
    for (const GroupId group : attempt->groups) {
      const absl::StatusOr<TransactionRecord> ended = co_await life->resolver.End(group, *holder);
      if (ended.ok()) world_.stage->marks().Hit(marks::kLockResolvedByAnother);
    }
    co_return;
  }
  const Engine* const engine = attempt->engine;
  if (engine == nullptr) {
    const absl::Status slept = co_await life->runtime.Sleep(WaitOptions().poll_interval);
    slept.IgnoreError();
    co_return;
  }
  const absl::StatusOr<RouteWait> waited =
      co_await WaitForNewerRoutes(engine, &life->runtime, attempt->pin, refusals, WaitOptions());
  waited.status().IgnoreError();
}

Node* Transactor::NodeFor(const PlannedAction& action) const {
  const auto& nodes = *world_.nodes;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    Node* const node = nodes[(action.node + i) % nodes.size()].get();
    if (node->serves()) return node;
  }
  return nullptr;
}

// Asks the owner of each key, by the pin, for its value, version and epoch.
Awaitable<absl::Status> Transactor::ReadAll(Life* life, const RoutePin* pin, const Work* work,
                                            std::optional<std::size_t> follower,
                                            std::map<std::string, RoutedView>* found) {
  std::map<GroupId, std::vector<std::string>> by_group;
  for (const std::string& key : KeysOf(work->reads, work->writes)) {
    const std::optional<GroupId> owner = pin->OwnerOf(key);
    if (!owner.has_value()) co_return absl::UnavailableError("no route covers " + key);
    by_group[*owner].push_back(key);
  }
  for (const auto& [group, keys] : by_group) {
    absl::StatusOr<std::vector<KeyView>> views = co_await life->groups.Read(group, keys, follower);
    if (!views.ok()) co_return views.status();
    for (KeyView& view : *views) {
      const std::string key = view.key;
      (*found)[key] = RoutedView{group, std::move(view)};
    }
  }
  co_return absl::OkStatus();
}

// The transaction as the groups are to judge it.
absl::StatusOr<TransactionPlan> Transactor::Plan(const Work& work,
                                                 const std::map<std::string, RoutedView>& found,
                                                 Timestamp earliest) const {
  const bool owned = world_.config->fence.mode == FenceMode::kLogged;
  std::vector<KeyRead> reads;
  for (const std::string& key : std::set<std::string>(work.reads.begin(), work.reads.end())) {
    const RoutedView& routed = found.at(key);
    KeyRead read;
    read.group = routed.group;
    read.key = key;
    read.epoch = owned ? routed.view.epoch : kNoOwnership;
    read.version = routed.view.version;
    reads.push_back(std::move(read));
  }
  std::vector<KeyWrite> writes;
  for (const auto& [key, operation] : work.writes) {
    const RoutedView& routed = found.at(key);
    KeyWrite write;
    write.group = routed.group;
    write.key = key;
    write.epoch = owned ? routed.view.epoch : kNoOwnership;
    write.payload = FormatOperation(operation);
    writes.push_back(std::move(write));
  }
  return PlanTransaction(world_.oracle->NextTransactionId(), earliest, std::move(reads), std::move(writes));
}

Awaitable<Transactor::Attempt> Transactor::TryOnce(Life* life, const PlannedAction* action,
                                                   const Work* work) {
  Attempt attempt;
  Node* const node = NodeFor(*action);
  if (node == nullptr) {
    attempt.refusal = absl::UnavailableError("no node serves clients");
    co_return attempt;
  }
  attempt.engine = node->engine();
  const RoutePin pin = RoutePin::Take(*attempt.engine);
  attempt.pin = pin.pin();
  const bool looks_at_states = world_.config->fence.mode != FenceMode::kNone;
  for (const auto& [key, operation] : work->writes) {
    if (!looks_at_states || pin.AdmitsWritesTo(key)) continue;
    attempt.refusal = absl::UnavailableError("the route of " + key + " admits no writes");
    co_return attempt;
  }
  const bool blindly = world_.config->fence.mistake == Mistake::kUnpinnedIsUnfenced && work->reads.empty() &&
                       attempt.pin.pinned() && attempt.pin.version() == Version(0);
  if (blindly) {
    for (const auto& [key, operation] : work->writes) {
      attempt.views[key].group = pin.OwnerOf(key).value_or(GroupId(1));
      attempt.views[key].view.epoch = kNoOwnership;
    }
  } else {
    co_await Look(life, action, &pin, work, &attempt);
    if (!attempt.refusal.ok() || attempt.end != Attempt::End::kRefused) co_return attempt;
  }
  co_await Commit(life, work, blindly, &attempt);
  co_return attempt;
}

// Reads what the transaction reads, and the epochs of what it writes. Sets the attempt's refusal, or its end
// when reading was all there was to do.
Awaitable<void> Transactor::Look(Life* life, const PlannedAction* action, const RoutePin* pin,
                                 const Work* work, Attempt* attempt) {
  std::optional<std::size_t> follower;
  if (ReadsFromFollower(*action)) follower = action->node;
  attempt->refusal = co_await ReadAll(life, pin, work, follower, &attempt->views);
  if (!attempt->refusal.ok()) co_return;
  for (const auto& [key, routed] : attempt->views) {
    if (!routed.view.write_locked_by.has_value()) continue;
    attempt->groups = {routed.group};
    attempt->refusal = KeyLocked(key, *routed.view.write_locked_by);
    co_return;
  }
  if (work->compares && ValueOf(attempt->views.begin()->second.view) != work->expected) {
    attempt->refusal = absl::FailedPreconditionError("the register does not hold what was expected");
    co_return;
  }
  // One key, unlocked, read at a position of its owner's log: nothing is left to validate.
  if (work->writes.empty() && attempt->views.size() == 1) {
    attempt->end = Attempt::End::kCommitted;
    co_return;
  }
  if (ThinksBeforeCommit(*action)) {
    const absl::Status thought = co_await life->runtime.Sleep(std::chrono::milliseconds(action->argument));
    thought.IgnoreError();
  }
  if (world_.config->fence.mistake != Mistake::kVersionThenRoute) co_return;
  // The route and the epoch are asked for again, apart from what was read.
  const RoutePin later = RoutePin::Take(*attempt->engine);
  std::map<std::string, RoutedView> again;
  attempt->refusal = co_await ReadAll(life, &later, work, std::nullopt, &again);
  if (!attempt->refusal.ok()) co_return;
  for (auto& [key, routed] : attempt->views) {
    routed.group = again.at(key).group;
    routed.view.epoch = again.at(key).view.epoch;
  }
}

Awaitable<CommitAnswer> Transactor::CommitPlan(Life* life, TransactionPlan plan) const {
  CommitAnswer if_it_throws;
  if_it_throws.reason = absl::UnknownError("the coordinator threw");
  const CallSite site{world_.stage, actor_, &life->runtime, errand_, "TransactionCoordinator::Commit"};
  return CancellableCall(site, life->coordinator.Commit(std::move(plan)), std::move(if_it_throws));
}

Awaitable<void> Transactor::Commit(Life* life, const Work* work, bool unpinned, Attempt* attempt) {
  const Timestamp earliest = world_.oracle->NextTimestamp();
  absl::StatusOr<TransactionPlan> plan = Plan(*work, attempt->views, earliest);
  if (!plan.ok()) {
    attempt->refusal = plan.status();
    co_return;
  }
  if (unpinned) {
    for (Participant& part : plan->participants) {
      for (KeyWrite& write : part.writes) write.epoch = OwnershipEpoch(0);
    }
  }
  attempt->groups.clear();
  for (const Participant& part : plan->participants) attempt->groups.push_back(part.group);
  const Participant& first = plan->participants.front();
  life->transport.set_primary_key(first.writes.empty() ? first.reads.front().key : first.writes.front().key);
  life->groups.set_pin(attempt->pin);
  across_groups_ = plan->participants.size() > 1;
  const CommitAnswer answer = co_await CommitPlan(life, *std::move(plan));
  if (!life->alive) co_return;
  const bool was_across_groups = std::exchange(across_groups_, false);
  attempt->refusal = answer.reason;
  switch (answer.end) {
    case CommitEnd::kCommitted:
      attempt->end = Attempt::End::kCommitted;
      if (was_across_groups) world_.stage->marks().Hit(marks::kTransactionAcrossGroups);
      break;
    case CommitEnd::kAborted:
      attempt->end = Attempt::End::kRefused;
      if (IsError(answer.reason, Error::kOwnershipMoved))
        world_.stage->marks().Hit(marks::kWriteRefusedByEpoch);
      break;
    case CommitEnd::kUnknown:
      attempt->end = Attempt::End::kUnknown;
      break;
  }
  if (life->transport.TakeAnswerWasLost() && answer.end != CommitEnd::kUnknown) {
    world_.stage->marks().Hit(marks::kUnknownCommitSettled);
  }
}

}  // namespace fencepost::sim
