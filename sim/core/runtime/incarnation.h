// One life of an actor, as a process: from its start until it is killed. Nothing of it survives into the
// next.
//
// It is also the Asio execution context of that process, so that objects which keep their waiting handlers in
// a service of their context (channels, strands) lose them in the crash as well. Asio's timers, sockets and
// the like, which need the real machine, are refused on it: see real_services.h.
#pragma once

#include <boost/asio/execution_context.hpp>

#include <chrono>
#include <utility>

#include "sim/core/choices/driver.h"
#include "sim/core/runtime/process_clock.h"

namespace fencepost::sim {

class Scheduler;

class Incarnation final : public boost::asio::execution_context {
 public:
  Incarnation(Scheduler* scheduler, ActorId actor, std::chrono::nanoseconds world_now);

  // The process that `context` is, or null when it is none of the simulator's.
  static Incarnation* Of(boost::asio::execution_context& context);

  // The process whose task runs on this thread, or whose remains are being destroyed; null between tasks.
  static Incarnation* Current() { return current_; }

  Scheduler& scheduler() const { return *scheduler_; }
  ActorId actor() const { return actor_; }
  bool alive() const { return alive_; }

  void Die() { alive_ = false; }

  // Whether it stands still: its work waits until the scheduler lets it go on.
  bool paused() const { return paused_; }
  void set_paused(bool paused) { paused_ = paused; }

  ProcessClock& clock() { return clock_; }
  const ProcessClock& clock() const { return clock_; }

  // Drops the handlers that wait in services of this context.
  void ShutDownServices();

  // While it lives, `process` is the current one.
  class CurrentScope {
   public:
    explicit CurrentScope(Incarnation* process) : outer_(std::exchange(current_, process)) {}
    CurrentScope(const CurrentScope&) = delete;
    CurrentScope& operator=(const CurrentScope&) = delete;
    ~CurrentScope() { current_ = outer_; }

   private:
    Incarnation* outer_;
  };

 private:
  static inline constinit thread_local Incarnation* current_ = nullptr;

  Scheduler* scheduler_;
  ActorId actor_;
  ProcessClock clock_;
  bool alive_ = true;
  bool paused_ = false;
};

}  // namespace fencepost::sim
