// The single thread of a simulated world: a ready set, a timer heap and a clock that jumps.
//
// Every piece of work belongs to an actor. The scheduler runs ready tasks one at a time, the next one chosen
// by the stream "schedule" (choice 0: first in, first out). When none is ready the clock jumps to the
// earliest timer. No system call is made and no real time is read, so a run depends on its choices alone.
//
// An actor can be killed: its tasks, timers and sleeping coroutines are destroyed without being resumed, as a
// crash loses a process's memory. Work it had in flight elsewhere finds nobody to come back to.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "sim/choices/choices.h"
#include "sim/runtime/trace.h"

namespace fencepost::sim {

// Simulated time since the start of the run.
using SimTime = std::chrono::nanoseconds;

class SimExecutor;

class Scheduler {
 public:
  // Neither is owned. The trace gets one event per executed task (time, actor).
  Scheduler(Choices* choices, Trace* trace);
  ~Scheduler();  // destroys what is left without running it

  // A new incarnation of `actor`: work posted through the returned executor runs until the actor is killed.
  // Executors of earlier incarnations stay dead.
  SimExecutor ExecutorFor(ActorId actor);

  // Destroys everything that belongs to the actor's living incarnation. When called from one of the actor's
  // own tasks, that task still runs to its next suspension.
  void Kill(ActorId actor);

  SimTime now() const;

  // Runs one task, advancing the clock if none is ready. False when there is nothing left to run.
  bool RunOne();

  // Runs until nothing is left, until `deadline` has passed (the clock then stands at it), or until Stop().
  enum class RunResult { kIdle, kDeadline, kStopped };
  RunResult RunUntil(SimTime deadline);
  void Stop();  // from within a task: RunUntil returns after it

  std::uint64_t executed() const;  // tasks run so far

  // (the timer interface used by SimRuntime, and private members, are the implementation's)
};

}  // namespace fencepost::sim
