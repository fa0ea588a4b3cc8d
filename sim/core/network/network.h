// The simulated network between processes: every message is a closure that runs in the process it was sent
// to, later, perhaps twice, perhaps never.
//
// Messages of one sender to one receiver arrive in the order in which they were sent, unless a fault has it
// otherwise. (A receiver that stood still finds all of them at once, and takes them in any order.) What
// arrives at a process that is down is lost, and so is what is under way across a partition when it begins.
// What is under way when its sender dies still arrives.
//
// How long a message takes, and the faults that ride on it, are drawn when it is sent, from the streams of
// the errand that it is sent for; partitions and slow processes are struck from outside.
//
// Single-threaded.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "sim/core/choices/errand.h"
#include "sim/core/faults/fault_injector.h"
#include "sim/core/network/network_events.h"
#include "sim/core/runtime/events.h"
#include "sim/core/runtime/scheduler.h"
#include "sim/core/runtime/sim_runtime.h"

namespace fencepost::sim {

class Network {
 public:
  using Message = std::function<void()>;

  // Nothing is owned. `world` carries what is under way for longer than its receiver may live.
  Network(SimRuntime* world, FaultInjector* faults, Events* events);
  Network(const Network&) = delete;  // messages under way point back at it
  Network& operator=(const Network&) = delete;
  ~Network();

  // The process of `actor` is up, and its tasks run through `runtime`; once per life.
  void Attach(ActorId actor, SimRuntime* runtime);
  // It is down: call before the scheduler kills it.
  void Detach(ActorId actor);

  // `message` runs as a task of `to`'s process, unless it gets lost. A duplicate runs it twice. `errand` is
  // not owned.
  void Send(ActorId from, ActorId to, Errand* errand, Message message);

  // Until `until`, nothing gets from `a` to `b`; two-way: nor back. What was under way is lost.
  void Partition(ActorId a, ActorId b, bool two_way, SimTime until);
  // Until then, messages from and to this process take `factor` times as long. REQUIRES: factor > 0.
  void SlowDown(ActorId actor, std::uint32_t factor, SimTime until);
  // Every partition, clog and slowness ends. What is under way for long stays so.
  void Heal();

 private:
  struct Link;
  struct InFlight;
  struct Process {
    SimRuntime* runtime = nullptr;  // null when down
    SimTime slow_until{0};
    std::uint32_t slow_factor = 1;
  };

  Process& ProcessOf(ActorId actor) { return processes_[actor]; }
  Link& LinkOf(ActorId from, ActorId to);
  void Block(ActorId from, ActorId to, SimTime until);

  bool Strikes(const FaultKind& fault, Errand* errand, const Link& link);
  std::chrono::nanoseconds DrawLatency(Errand* errand, const Link& link);
  SimTime Queued(Link& link, SimTime arrival);
  // Nothing happens but for a note; returns the id of the message.
  std::uint64_t NoteMessage(const Link& link, SimTime arrival, bool lost);
  std::unique_ptr<InFlight> Dispatch(const Link& link, SimTime arrival, Message message);
  void Deliver(Link& link, SimTime arrival, Message message);
  void DeliverLate(Link& link, SimTime arrival, Message message);

  SimTime now() const { return events_->scheduler().now(); }
  Scheduler& scheduler() { return world_->sim_executor().incarnation().scheduler(); }

  SimRuntime* world_;
  FaultInjector* faults_;
  Events* events_;
  std::uint64_t last_message_ = 0;
  std::map<ActorId, Process> processes_;
  std::map<std::pair<ActorId, ActorId>, std::unique_ptr<Link>> links_;  // by sender and receiver
};

}  // namespace fencepost::sim
