// The Runtime that the library gets in a simulated world: one actor's executor and clock, behind the
// library's seam.
#pragma once

#include <chrono>

#include "fencepost/base/runtime.h"
#include "sim/core/runtime/sim_runtime.h"

namespace fencepost::sim {

class LibraryRuntime final : public Runtime {
 public:
  // Makes a new incarnation of `actor` (see Scheduler::ExecutorFor). Its clock starts out undistorted.
  LibraryRuntime(Scheduler* scheduler, ActorId actor) : sim_(scheduler, actor) {}

  boost::asio::any_io_executor Executor() override { return sim_.Executor(); }
  std::chrono::nanoseconds Now() const override { return sim_.Now(); }
  Awaitable<absl::Status> Sleep(std::chrono::nanoseconds duration) override { return sim_.Sleep(duration); }

  SimRuntime& sim() { return sim_; }

 private:
  SimRuntime sim_;
};

}  // namespace fencepost::sim
