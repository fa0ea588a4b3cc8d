#include "sim/core/runtime/scheduler.h"

#include <algorithm>
#include <cassert>

#include "sim/core/runtime/sim_executor.h"

namespace fencepost::sim {

Scheduler::Scheduler(Choices* choices, Trace* trace) : schedule_(choices->Open("schedule")), trace_(trace) {}

Scheduler::~Scheduler() {
  assert(running_ == nullptr);
  living_.clear();
  for (const std::unique_ptr<Incarnation>& incarnation : incarnations_) {
    if (!incarnation->alive()) continue;
    incarnation->Die();
    dying_.push_back(incarnation.get());
    BuryAllOf(*incarnation);
  }
  EmptyGraveyard();
}

SimExecutor Scheduler::ExecutorFor(ActorId actor) {
  Kill(actor);
  incarnations_.push_back(std::make_unique<Incarnation>(this, actor, now_));
  Incarnation* const incarnation = incarnations_.back().get();
  living_[actor] = incarnation;
  return SimExecutor(*incarnation);
}

void Scheduler::Kill(ActorId actor) {
  const auto found = living_.find(actor);
  if (found == living_.end()) return;
  Incarnation* const incarnation = found->second;
  living_.erase(found);
  incarnation->Die();
  dying_.push_back(incarnation);
  BuryAllOf(*incarnation);
  const bool was_suicide = running_ != nullptr && !running_->alive();
  if (!was_suicide) EmptyGraveyard();
}

bool Scheduler::IsAlive(ActorId actor) const { return living_.contains(actor); }

void Scheduler::Pause(ActorId actor, SimTime until) {
  const auto found = living_.find(actor);
  if (found == living_.end() || until <= now_) return;
  Incarnation* const incarnation = found->second;
  if (incarnation->paused()) {
    const auto standstill = std::ranges::find(standstills_, incarnation, &Standstill::incarnation);
    standstill->until = std::max(standstill->until, until);
    return;
  }
  incarnation->set_paused(true);
  standstills_.push_back(Standstill{incarnation, until, {}});
  ready_.RemoveIf([&](Work& work) {
    if (work.owner != incarnation) return false;
    HoldBack(&work);
    return true;
  });
}

bool Scheduler::IsPaused(ActorId actor) const {
  const auto found = living_.find(actor);
  return found != living_.end() && found->second->paused();
}

bool Scheduler::RunOne(SimTime deadline) {
  // All that became due may belong to somebody who stands still.
  while (ready_.empty()) {
    if (NothingIsDue()) return false;
    if (NextInstant() > deadline) {
      now_ = std::max(now_, deadline);
      return false;
    }
    AdvanceToNextInstant();
  }
  RunReady();
  return true;
}

Scheduler::RunResult Scheduler::RunUntil(SimTime deadline) {
  stopped_ = false;
  if (deadline < now_) return RunResult::kDeadline;
  while (!stopped_) {
    if (ready_.empty()) {
      if (NothingIsDue()) return RunResult::kIdle;
      if (NextInstant() > deadline) {
        now_ = deadline;
        return RunResult::kDeadline;
      }
      AdvanceToNextInstant();
      continue;  // all that became due may belong to somebody who stands still
    }
    RunReady();
  }
  return RunResult::kStopped;
}

void Scheduler::Stop() { stopped_ = true; }

bool Scheduler::Resume(WaitId id, Wake wake) {
  if (id.ticket == 0 || id.work->ticket != id.ticket) return false;
  EndWait(id.work);
  MakeReady(id.work, wake);
  return true;
}

Work* Scheduler::Allocate() {
  if (free_.empty()) AddPage();
  Work* const work = free_.back();
  free_.pop_back();
  return work;
}

void Scheduler::AddPage() {
  pages_.push_back(std::make_unique<Work[]>(kPageSize));
  Work* const page = pages_.back().get();
  free_.reserve(pages_.size() * kPageSize);
  for (std::size_t i = kPageSize; i > 0; --i) free_.push_back(&page[i - 1]);
}

void Scheduler::Free(Work* work) {
  work->state = Work::State::kFree;
  work->owner = nullptr;
  free_.push_back(work);
}

void Scheduler::MakeReady(Work* work, Wake wake) {
  if (!work->owner->alive()) {
    Bury(work);
    return;
  }
  work->state = Work::State::kReady;
  work->wake = wake;
  if (work->owner->paused()) {
    HoldBack(work);
    return;
  }
  ready_.Push(work, work->owner->actor());
}

void Scheduler::HoldBack(Work* work) {
  std::ranges::find(standstills_, work->owner, &Standstill::incarnation)->held_back.push_back(work);
}

WaitId Scheduler::BeginWait(Work* work, SimTime deadline) {
  if (!work->owner->alive()) {
    Bury(work);
    return WaitId();
  }
  if (deadline <= now_) {
    MakeReady(work, Wake::kElapsed);
    return WaitId();
  }
  work->state = Work::State::kWaiting;
  work->ticket = ++last_ticket_;
  work->has_timer = deadline != kNever;
  if (work->has_timer) timers_.Push(deadline, work);
  return WaitId{work, work->ticket};
}

// The wait ends otherwise than by its timer.
void Scheduler::EndWait(Work* work) {
  work->ticket = 0;
  if (std::exchange(work->has_timer, false)) timers_.NoteStale();
}

bool Scheduler::NothingIsDue() { return timers_.empty() && standstills_.empty(); }

// REQUIRES: NothingIsDue() was just called and false.
SimTime Scheduler::NextInstant() const {
  SimTime next = timers_.has_entries() ? timers_.earliest() : kNever;
  for (const Standstill& standstill : standstills_) next = std::min(next, standstill.until);
  return next;
}

// All timers of the next instant become ready together, so that their order is a choice; before them, what
// was held back until then.
void Scheduler::AdvanceToNextInstant() {
  now_ = NextInstant();
  if (!standstills_.empty()) EndPauses();
  while (!timers_.empty() && timers_.earliest() == now_) {
    Work* const work = timers_.PopEarliest();
    work->ticket = 0;
    work->has_timer = false;
    MakeReady(work, Wake::kElapsed);
  }
}

// Of those pauses that are over by now.
void Scheduler::EndPauses() {
  std::erase_if(standstills_, [&](const Standstill& standstill) {
    if (standstill.until > now_) return false;
    standstill.incarnation->set_paused(false);
    for (Work* const work : standstill.held_back) ready_.Push(work, work->owner->actor());
    return true;
  });
}

void Scheduler::RunReady() {
  assert(running_ == nullptr);
  const std::size_t index = ready_.size() == 1 ? 0 : schedule_.Schedule(ready_.actors(), "next-task");
  Work* const work = ready_.Take(index);
  work->state = Work::State::kRunning;
  if (trace_ != nullptr) trace_->Step(now_, work->owner->actor());
  ++executed_;

  struct AfterTask {
    Scheduler* scheduler;
    Work* work;
    ~AfterTask() {
      scheduler->running_ = nullptr;
      scheduler->Free(work);
      if (!scheduler->graveyard_.empty() || !scheduler->dying_.empty()) scheduler->EmptyGraveyard();
    }
  };
  const AfterTask after_task{this, work};
  running_ = work->owner;
  const Incarnation::CurrentScope current(work->owner);
  work->task.Run(work->wake);
}

void Scheduler::Bury(Work* work) {
  work->state = Work::State::kBuried;
  graveyard_.push_back(work);
}

// First what was ready, or held back, in queue order, then what waited, in the order in which it began to.
void Scheduler::BuryAllOf(const Incarnation& incarnation) {
  ready_.RemoveIf([&](Work& work) {
    if (work.owner != &incarnation) return false;
    Bury(&work);
    return true;
  });
  std::erase_if(standstills_, [&](const Standstill& standstill) {
    if (standstill.incarnation != &incarnation) return false;
    for (Work* const work : standstill.held_back) Bury(work);
    return true;
  });
  std::vector<Work*> waiting;
  for (const std::unique_ptr<Work[]>& page : pages_) {
    for (std::size_t i = 0; i < kPageSize; ++i) {
      Work& work = page[i];
      if (work.owner == &incarnation && work.state == Work::State::kWaiting) waiting.push_back(&work);
    }
  }
  std::ranges::sort(waiting, {}, &Work::ticket);
  for (Work* const work : waiting) {
    EndWait(work);
    Bury(work);
  }
}

void Scheduler::EmptyGraveyard() {
  if (emptying_) return;  // a destructor killed somebody: the loop further down the stack sees to it
  emptying_ = true;
  // Nobody's task is running here, so that nothing a destructor dispatches runs inside of it.
  Incarnation* const running = std::exchange(running_, nullptr);
  while (!dying_.empty() || !graveyard_.empty()) {
    for (std::size_t i = 0; i < dying_.size(); ++i) dying_[i]->ShutDownServices();
    dying_.clear();
    for (std::size_t i = 0; i < graveyard_.size(); ++i) {
      Work* const work = graveyard_[i];
      const Incarnation::CurrentScope current(work->owner);
      work->task.Drop();
      Free(work);
    }
    graveyard_.clear();
  }
  running_ = running;
  emptying_ = false;
}

}  // namespace fencepost::sim
