// The Runtime that production code gets in a simulated world: one actor's executor and its clock.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "fencepost/base/runtime.h"
#include "sim/runtime/scheduler.h"

namespace fencepost::sim {

// An actor's own idea of time. Sleeps are measured by it: a clock that runs fast wakes its sleepers early. At
// first it is the world's.
struct ClockDistortion {
  std::chrono::nanoseconds offset{0};  // added to the world's time
  std::int64_t drift_per_million = 0;  // gained per million units of the world's time; above -1,000,000
};

class SimRuntime final : public Runtime {
 public:
  // Makes a new incarnation of `actor` (see Scheduler::ExecutorFor).
  SimRuntime(Scheduler* scheduler, ActorId actor);

  boost::asio::any_io_executor Executor() override;
  std::chrono::nanoseconds Now() const override;
  Awaitable<absl::Status> Sleep(std::chrono::nanoseconds duration) override;

  void Distort(ClockDistortion distortion);

  // (private members are the implementation's)
};

}  // namespace fencepost::sim
