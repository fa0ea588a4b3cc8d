// The simulated network between processes: every message is a closure that runs in the process it was sent to, later,
// perhaps twice, perhaps never.
//
// Messages of one sender to one receiver arrive in the order they were sent, unless a fault has it otherwise. The network belongs to the
// world: what is under way when its sender dies still arrives; what arrives at a process that is down is lost.
//
// Single-threaded.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "sim/choices/choices.h"
#include "sim/faults/fault.h"
#include "sim/runtime/scheduler.h"
#include "sim/runtime/sim_runtime.h"
#include "sim/runtime/trace.h"

namespace fencepost::sim {

class Network {
 public:
  using Message = std::function<void()>;

  // Nothing is owned.
  Network(Scheduler* scheduler, SimRuntime* world_runtime, Choices* choices, FaultInjector* faults, Trace* trace);

  // The process of `actor` is up, and its tasks run through `runtime`; once per life. `name` is for streams and the trace.
  void Attach(ActorId actor, const std::string& name, SimRuntime* runtime);
  // It is down: call before the scheduler kills it.
  void Detach(ActorId actor);

  // `message` runs as a task of `to`'s process, unless it gets lost. A duplicate runs it twice.
  void Send(ActorId from, ActorId to, Message message);

  // Until `until`, nothing gets from `a` to `b`; two-way: nor back. What was under way is lost.
  void Partition(ActorId a, ActorId b, bool two_way, SimTime until);
  // Until then, messages from and to this process take `factor` times as long.
  void SlowDown(ActorId actor, std::uint32_t factor, SimTime until);
  // Every partition, clog and slowness ends.
  void Heal();
};

}  // namespace fencepost::sim
