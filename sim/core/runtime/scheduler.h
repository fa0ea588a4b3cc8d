// The single thread of a simulated world: a ready set, a timer heap and a clock that jumps.
//
// Every piece of work belongs to an actor. The scheduler runs ready tasks one at a time, the next one chosen
// by the stream "schedule" (choice 0: first in, first out). When none is ready the clock jumps to the
// earliest timer. No system call is made and no real time is read, so a run depends on its choices alone.
//
// An actor can be killed: its tasks, timers and sleeping coroutines are destroyed without being resumed, as a
// crash loses a process's memory. Work it had in flight elsewhere finds nobody to come back to.
//
// An actor can be paused, as a garbage collection or a stopped virtual machine stands a process still: what
// would run waits, while its timers elapse and others resume it, and all of it is ready when the pause is
// over.
//
// Destroying a suspended coroutine runs the destructors of its locals, and Asio has it done "through its
// executor", by posting the remains. A dead executor buries whatever it is given, and the graveyard is
// emptied only at safe points, when nothing of the dead is on the call stack: at the end of Kill, or, for an
// actor that killed itself, after the task that did. So a crash never pulls a frame away under running code,
// and the order of destruction is the same in every run.
//
// Single-threaded: everything here and everything that runs on it belongs to one thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "sim/core/choices/choices.h"
#include "sim/core/runtime/incarnation.h"
#include "sim/core/runtime/ready_set.h"
#include "sim/core/runtime/timer_heap.h"
#include "sim/core/runtime/trace.h"
#include "sim/core/runtime/work.h"

namespace fencepost::sim {

// Simulated time since the start of the run.
using SimTime = std::chrono::nanoseconds;

// A time that never comes: waiting until then is waiting for somebody else.
inline constexpr SimTime kNever = SimTime::max();

class SimExecutor;

class Scheduler {
 public:
  // Neither is owned. The trace gets one event per executed task (time, actor); it may be null.
  Scheduler(Choices* choices, Trace* trace);
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;
  ~Scheduler();  // destroys what is left without running it

  // A new incarnation of `actor`: work posted through the returned executor runs until the actor is killed.
  // Executors of earlier incarnations stay dead: a living one is killed first. Valid as long as the
  // scheduler.
  SimExecutor ExecutorFor(ActorId actor);

  // Destroys everything that belongs to the actor's living incarnation, if it has one. All of it is gone on
  // return, unless this is called from one of the actor's own tasks: that task still runs to its next
  // suspension, and everything is destroyed then.
  void Kill(ActorId actor);

  // Whether the actor has a living incarnation.
  bool IsAlive(ActorId actor) const;

  // The actor's living incarnation, if it has one, runs nothing before `until`; a task of it that is running
  // ends first. Of two pauses the later end counts. A killed incarnation is no longer paused, and the next
  // one is not.
  void Pause(ActorId actor, SimTime until);

  // Whether the actor has a living incarnation that is paused.
  bool IsPaused(ActorId actor) const;

  SimTime now() const { return now_; }

  // Runs one task, advancing the clock if none is ready. False when there is nothing left to run until
  // `deadline` has passed; if there is later, the clock then stands at the deadline. An exception out of the
  // task passes through; the scheduler stays usable. REQUIRES: not called from within a task.
  bool RunOne(SimTime deadline = kNever);

  // Runs until nothing is left, until `deadline` has passed (the clock then stands at it), or until Stop().
  enum class RunResult { kIdle, kDeadline, kStopped };
  RunResult RunUntil(SimTime deadline);
  void Stop();  // from within a task: RunUntil returns after it

  std::uint64_t executed() const { return executed_; }  // tasks run so far

  // Below is what executors and awaitables are made of.

  // `function` runs as soon as it is chosen. Buried when `owner` is dead, as everywhere here.
  template <class F>
  void Submit(Incarnation& owner, F&& function) {
    MakeReady(Make(owner, std::forward<F>(function)), Wake::kSubmitted);
  }

  // `function`, which takes a Wake, runs once `deadline` has come or Resume was called, whichever is first.
  // At kNever it waits for Resume alone. The id names this wait; it names none when `owner` is dead.
  template <class F>
  WaitId Suspend(Incarnation& owner, SimTime deadline, F&& function) {
    return BeginWait(Make(owner, std::forward<F>(function)), deadline);
  }

  // Ends a wait: its work becomes ready and is told `wake`. False, and nothing happens, when it has ended
  // already or its actor was killed.
  bool Resume(WaitId id, Wake wake);

  // Whose task is running; the world's when none is.
  ActorId running_actor() const { return running_ == nullptr ? kWorldActor : running_->actor(); }

  // Whether the running task belongs to `owner`, which lives.
  bool IsRunning(const Incarnation& owner) const { return running_ == &owner && owner.alive(); }

 private:
  static constexpr std::size_t kPageSize = 256;

  template <class F>
  Work* Make(Incarnation& owner, F&& function) {
    Work* const work = Allocate();
    work->owner = &owner;
    work->task.Bind(std::forward<F>(function));
    return work;
  }

  Work* Allocate();
  void AddPage();
  void Free(Work* work);
  void MakeReady(Work* work, Wake wake);
  void HoldBack(Work* work);
  WaitId BeginWait(Work* work, SimTime deadline);
  void EndWait(Work* work);

  bool NothingIsDue();
  SimTime NextInstant() const;
  void AdvanceToNextInstant();
  void EndPauses();
  void RunReady();

  void Bury(Work* work);
  void BuryAllOf(const Incarnation& incarnation);
  void EmptyGraveyard();

  Stream schedule_;
  Trace* trace_;
  SimTime now_{0};
  std::uint64_t executed_ = 0;
  std::uint64_t last_ticket_ = 0;
  bool stopped_ = false;

  // An incarnation that stands still, and what it would have run since.
  struct Standstill {
    Incarnation* incarnation;
    SimTime until;
    std::vector<Work*> held_back;
  };

  std::vector<std::unique_ptr<Work[]>> pages_;
  std::vector<Work*> free_;
  ReadySet ready_;
  TimerHeap timers_;
  std::vector<Standstill> standstills_;  // few, if any; in the order in which they began

  std::vector<std::unique_ptr<Incarnation>> incarnations_;  // dead ones too: executors still point at them
  std::map<ActorId, Incarnation*> living_;
  Incarnation* running_ = nullptr;  // whose task is running

  std::vector<Work*> graveyard_;
  std::vector<Incarnation*> dying_;  // whose services are still to be shut down
  bool emptying_ = false;
};

}  // namespace fencepost::sim
