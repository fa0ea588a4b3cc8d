// A node, as the groups know it: a process that is up or down, standing still or not.
#pragma once

#include "fencepost/engine/engine.h"
#include "sim/core/choices/driver.h"
#include "sim/core/runtime/scheduler.h"
#include "sim/core/runtime/sim_runtime.h"

namespace fencepost::sim {

struct Host {
  ActorId actor = 0;
  SimRuntime* runtime = nullptr;  // of its life; null while it is down
  Engine* engine = nullptr;       // likewise

  bool up() const { return runtime != nullptr; }
  bool Responds(const Scheduler& scheduler) const { return up() && !scheduler.IsPaused(actor); }
};

}  // namespace fencepost::sim
