#include "sim/world/actors/mover.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "sim/world/actors/published_move.h"
#include "sim/world/actors/sudden_death.h"
#include "sim/world/events/move_events.h"
#include "sim/world/fault_kinds.h"
#include "sim/world/mark_kinds.h"

namespace fencepost::sim {
namespace {

constexpr std::chrono::milliseconds kBetweenRounds(40);
// A decision whose outcome nobody knew may still land, and then somebody has to carry it out.
constexpr std::chrono::milliseconds kLateDecisions(500);

CatalogStoreOptions OptionsFor(const RunConfig& config) {
  CatalogStoreOptions options;
  options.page_size = config.page_size;
  return options;
}

// What the library is given: the interface, or the one that throws.
MvccStore* StoreOf(Stage* stage, MvccStore* plain, MvccStore* throwing) {
  return InterfacesThrow(stage) ? throwing : plain;
}
MoveTransport* GroupsOf(Stage* stage, MoveTransport* plain, MoveTransport* throwing) {
  return InterfacesThrow(stage) ? throwing : plain;
}

absl::Status Thrown() { return absl::UnknownError("the mover threw"); }

}  // namespace

Mover::Life::Life(const Surroundings& world, ActorId actor, const std::string& name,
                  const std::function<void()>& before_each_step, const std::function<Errand*()>& errand)
    : runtime(&world.stage->scheduler(), actor),
      link(world.stage, world.store, &runtime.sim(), name),
      throwing_link(&link, ThrowsOf(world.stage, errand)),
      catalog(StoreOf(world.stage, &link, &throwing_link), OptionsFor(*world.config)),
      groups(world.stage, world.cluster, world.oracle, actor, &runtime),
      throwing_groups(&groups, ThrowsOf(world.stage, errand)),
      mover(&catalog, GroupsOf(world.stage, &groups, &throwing_groups), &runtime) {
  link.set_commit_token(kUnannounced);
  link.set_before_each_step(before_each_step);
  groups.set_before_each_step(before_each_step);
}

Mover::Mover(const Surroundings& surroundings, ActorId actor, std::string name,
             std::vector<PlannedAction> actions)
    : world_(surroundings),
      actor_(actor),
      name_(std::move(name)),
      actions_(std::move(actions)),
      rounds_(surroundings.stage->errands().Open(name_ + "/rounds")),
      errand_(rounds_) {}

void Mover::Start() {
  lives_.push_back(
      std::make_unique<Life>(world_, actor_, name_, [this] { MaybeDie(); }, [this] { return errand_; }));
  Life* const life = lives_.back().get();
  world_.stage->network().Attach(actor_, &life->runtime.sim());
  boost::asio::co_spawn(life->runtime.Executor(), Main(life), boost::asio::detached);
}

void Mover::MaybeDie() {
  Life& life = *lives_.back();
  if (!life.alive || !world_.stage->faults().Fires(faults::kMoverCrash, errand_->own())) return;
  life.alive = false;
  DieAndComeBack(world_.stage, actor_, errand_->own(), [this] { Start(); });
}

CallSite Mover::SiteOf(Life* life, std::string_view call) const {
  return CallSite{world_.stage, actor_, &life->runtime, errand_, call};
}

Awaitable<absl::StatusOr<MoveRecord>> Mover::BeginMove(Life* life, const std::string& key,
                                                       GroupId target) const {
  return CancellableCall<absl::StatusOr<MoveRecord>>(SiteOf(life, "RangeMover::Begin"),
                                                     life->mover.Begin(key, target), Thrown());
}

Awaitable<absl::StatusOr<MoveRecord>> Mover::UndoMove(Life* life, OwnershipEpoch epoch) const {
  return CancellableCall<absl::StatusOr<MoveRecord>>(SiteOf(life, "RangeMover::Undo"),
                                                     life->mover.Undo(epoch), Thrown());
}

Awaitable<absl::Status> Mover::DriveMove(Life* life, OwnershipEpoch epoch) const {
  return CancellableCall(SiteOf(life, "RangeMover::Drive"), life->mover.Drive(epoch), Thrown());
}

void Mover::SetOut(Life* life, Errand* errand) {
  errand_ = errand;
  life->link.DrawFor(*errand);
  life->groups.set_errand(errand);
}

Awaitable<void> Mover::Main(Life* life) {
  SetOut(life, rounds_);
  if (lives_.size() > 1) {
    const bool none_left = co_await DriveAll(life, true);
    static_cast<void>(none_left);
  }
  while (next_action_ < actions_.size()) {
    const PlannedAction action = actions_[next_action_];
    ++next_action_;
    const absl::Status slept = co_await life->runtime.Sleep(action.at - world_.stage->now());
    slept.IgnoreError();
    SetOut(life, world_.stage->errands().OfItem(name_, action.slot));
    co_await Perform(life, action);
  }
  SetOut(life, rounds_);
  while (true) {
    const bool no_more_decisions = world_.stage->now() > world_.scenario->fault_window + kLateDecisions;
    const bool none_left = co_await DriveAll(life, false);
    if (no_more_decisions && none_left) break;
    const absl::Status slept = co_await life->runtime.Sleep(kBetweenRounds);
    slept.IgnoreError();
  }
  finished_ = true;
}

Awaitable<void> Mover::Perform(Life* life, PlannedAction action) {
  const std::string key = KeyName(action.key);
  if (action.is(actions::kMoveRange)) {
    co_await Move(life, action);
  } else if (action.is(actions::kUndoMove)) {
    co_await UndoOne(life, action);
  } else if (action.is(actions::kSplitRange)) {
    const absl::StatusOr<SaveResult> split = co_await life->mover.Split(key);
    Emit(SplitEnded{key, split.status()});
  } else {
    const absl::StatusOr<SaveResult> merged = co_await life->mover.Merge(key);
    Emit(MergeEnded{key, merged.status()});
  }
}

Awaitable<void> Mover::Move(Life* life, PlannedAction action) {
  const std::string key = KeyName(action.key);
  const GroupId target = TargetOf(action, *world_.config);
  if (world_.config->fence.mode != FenceMode::kLogged) {
    co_await MoveAsPublished(&life->catalog, &life->groups, &life->runtime.sim(), key, target);
    co_return;
  }
  const absl::StatusOr<MoveRecord> begun = co_await BeginMove(life, key, target);
  if (!begun.ok()) {
    Emit(MoveRefused{key, begun.status()});
    co_return;
  }
  Emit(MoveBegan{*begun});
  const absl::Status driven = co_await Drive(life, *begun);
  if (!driven.ok() || !world_.stage->faults().Fires(faults::kOperatorThereAndBack, errand_->own())) co_return;
  const absl::StatusOr<MoveRecord> back = co_await BeginMove(life, key, begun->source);
  if (!back.ok()) co_return;
  Emit(MoveBegan{*back});
  const absl::Status driven_back = co_await Drive(life, *back);
  driven_back.IgnoreError();  // whoever comes next finishes it
}

Awaitable<void> Mover::UndoOne(Life* life, PlannedAction action) {
  const absl::StatusOr<std::vector<MoveRecord>> open = co_await life->mover.OpenMoves();
  if (!open.ok() || open->empty()) co_return;
  const MoveRecord victim = (*open)[action.argument % open->size()];
  const absl::StatusOr<MoveRecord> undone = co_await UndoMove(life, victim.epoch);
  if (!undone.ok()) {
    Emit(UndoRefused{victim, undone.status()});
    co_return;
  }
  Emit(MoveUndone{*undone});
  const absl::Status driven = co_await Drive(life, *undone);
  driven.IgnoreError();
}

Awaitable<absl::Status> Mover::Drive(Life* life, MoveRecord record) {
  world_.stage->events().Show(actor_, DriveBegan{record.epoch});
  const absl::Status driven = co_await DriveMove(life, record.epoch);
  if (life->alive) Emit(MoveDriven{record, driven});
  co_return driven;
}

Awaitable<bool> Mover::DriveAll(Life* life, bool resumed) {
  if (world_.config->fence.mode != FenceMode::kLogged) co_return true;
  const absl::StatusOr<std::vector<MoveRecord>> open = co_await life->mover.OpenMoves();
  if (!open.ok()) co_return false;
  for (const MoveRecord& record : *open) {
    const absl::Status driven = co_await Drive(life, record);
    if (driven.ok() && resumed) world_.stage->marks().Hit(marks::kMoveResumedAfterCrash);
  }
  const bool none_was_open = open->empty();
  co_return none_was_open;
}

}  // namespace fencepost::sim
