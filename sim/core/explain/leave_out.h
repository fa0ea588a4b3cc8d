// What a failure needs: each part of the run is left out in turn, everything else kept.
//
// A part that the run fails without is not needed. Parts are looked at one by one: of two that do the same
// work, neither is needed by itself.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/choices/choices.h"
#include "sim/core/simulation/simulation.h"
#include "sim/core/simulation/variation.h"

namespace fencepost::sim {

enum class PartKind : std::uint8_t {
  kPlanItem,   // everything drawn about one planned action or fault
  kFault,      // every time one kind of fault struck while running: all deviations of one label in one stream
  kDeviation,  // one draw
};

// "plan item", "fault" or "deviation".
std::string_view PartKindName(PartKind kind);

struct LeftOut {
  PartKind kind = PartKind::kDeviation;
  std::string name;  // e.g. "plan/mover-1/1", "net/1->2 (drop)" or "plan/mover-1/1[1] = 387 of 1000 (at)"
  std::vector<Deviation> deviations;
  VariationEnd without = VariationEnd::kFails;

  bool needed() const { return without != VariationEnd::kFails; }
};

// Plan items first, then faults, then single deviations. One run per part. A fault of one deviation is that
// deviation, and not listed twice; the schedule's and the config's draws are no faults.
std::vector<LeftOut> LeaveOutEach(const Simulation& simulation, const FailingRun& failing);

}  // namespace fencepost::sim
