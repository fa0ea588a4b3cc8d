// One life of an actor, as a process: from its start until it is killed. Nothing of it survives into the
// next.
//
// It is also the Asio execution context of that process, so that objects which keep their waiting handlers in
// a service of their context (channels, strands) lose them in the crash as well.
#pragma once

#include <boost/asio/execution_context.hpp>

#include "sim/core/choices/driver.h"

namespace fencepost::sim {

class Scheduler;

class Incarnation final : public boost::asio::execution_context {
 public:
  Incarnation(Scheduler* scheduler, ActorId actor) : scheduler_(scheduler), actor_(actor) {}

  Scheduler& scheduler() const { return *scheduler_; }
  ActorId actor() const { return actor_; }
  bool alive() const { return alive_; }

  void Die() { alive_ = false; }

  // Whether it stands still: its work waits until the scheduler lets it go on.
  bool paused() const { return paused_; }
  void set_paused(bool paused) { paused_ = paused; }

  // Drops the handlers that wait in services of this context.
  void ShutDownServices() { shutdown(); }

 private:
  Scheduler* scheduler_;
  ActorId actor_;
  bool alive_ = true;
  bool paused_ = false;
};

}  // namespace fencepost::sim
