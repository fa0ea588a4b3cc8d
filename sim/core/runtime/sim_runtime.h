// The Runtime that production code gets in a simulated world: one actor's executor and its clock.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>

#include "fencepost/base/runtime.h"
#include "sim/core/runtime/process_clock.h"
#include "sim/core/runtime/scheduler.h"
#include "sim/core/runtime/sim_executor.h"

namespace fencepost::sim {

class SimRuntime final : public Runtime {
 public:
  // Makes a new incarnation of `actor` (see Scheduler::ExecutorFor). Its clock starts out undistorted.
  SimRuntime(Scheduler* scheduler, ActorId actor);
  SimRuntime(const SimRuntime&) = delete;  // its sleeps point back at it
  SimRuntime& operator=(const SimRuntime&) = delete;

  boost::asio::any_io_executor Executor() override;

  // Never goes back, but for a Distort that sets it back.
  std::chrono::nanoseconds Now() const override;

  // The runtime must live until the awaitable has been awaited or destroyed.
  Awaitable<absl::Status> Sleep(std::chrono::nanoseconds duration) override;

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
