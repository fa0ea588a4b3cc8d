// What one actor's coroutines run on: its executor, its clock, and a way to wait.
#pragma once

#include <absl/status/status.h>

#include <boost/asio/any_io_executor.hpp>
#include <chrono>

#include "sim/core/runtime/awaitable.h"
#include "sim/core/runtime/process_clock.h"
#include "sim/core/runtime/scheduler.h"
#include "sim/core/runtime/sim_executor.h"

namespace fencepost::sim {

class SimRuntime {
 public:
  // Makes a new incarnation of `actor` (see Scheduler::ExecutorFor). Its clock starts out undistorted.
  SimRuntime(Scheduler* scheduler, ActorId actor);
  SimRuntime(const SimRuntime&) = delete;  // its sleeps point back at it
  SimRuntime& operator=(const SimRuntime&) = delete;

  // Where work that is started on behalf of this actor runs.
  boost::asio::any_io_executor Executor() const { return executor_; }

  // Time since the beginning, by this actor's clock. Never goes back, but for a Distort that sets it back.
  std::chrono::nanoseconds Now() const;

  // Resumes after `duration` by this actor's clock (at once, but still through the executor, when it is not
  // positive). OK, or Cancelled when the awaiting coroutine was cancelled through its Asio cancellation slot.
  // Never throws. The runtime must live until the awaitable has been awaited or destroyed.
  Awaitable<absl::Status> Sleep(std::chrono::nanoseconds duration);

  // From now on the clock is off by `distortion.offset` instead of the former offset: it jumps by the
  // difference. What it has gained by a former drift it keeps. Sleeps that have begun wake when they would
  // have, as timers handed to a kernel do. REQUIRES: drift_per_million > -1,000,000.
  void Distort(ClockDistortion distortion);

  const ClockDistortion& distortion() const { return clock().distortion(); }

  // The executor as what it is, for awaitables of the simulator.
  const SimExecutor& sim_executor() const { return executor_; }

 private:
  ProcessClock& clock() const { return executor_.incarnation().clock(); }

  Scheduler* scheduler_;
  SimExecutor executor_;
};

}  // namespace fencepost::sim
