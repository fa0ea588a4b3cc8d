// Invariant 5, history ring: a ring holds exactly the last `depth` recorded versions, evicted in order, and a
// snapshot never changes, in the ring or out of it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/engine/engine.h"
#include "model/invariants/durable_version.h"
#include "model/invariants/violation.h"

namespace fencepost::model {

// Watches the ring of one engine from its birth. Single-threaded.
class HistoryRingInvariant {
 public:
  // `recorded_at_birth`: what a new engine's ring holds (version 0 for one with a default route).
  HistoryRingInvariant(std::string who, std::vector<Version> recorded_at_birth);

  // To be called after anything that may have applied a snapshot or changed the depth; at most one of each
  // may have happened since the last call. O(depth), plus O(routes) per version not seen before.
  Verdict Check(const Engine& engine, const DurableVersionInvariant& durable);

 private:
  Verdict CheckContents(const RouteHistory& history, const DurableVersionInvariant& durable) const;

  std::string who_;
  std::vector<Version> expected_;
};

}  // namespace fencepost::model
