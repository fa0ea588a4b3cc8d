// Why a recorded run fails: what it needs, the nearest run that passes, where it became likely, and how often
// the simulation's own seeds show it.
#pragma once

#include <absl/status/statusor.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/explain/leave_out.h"
#include "sim/core/explain/likelihood.h"
#include "sim/core/explain/nearest_twin.h"
#include "sim/core/repro/repro_file.h"
#include "sim/core/simulation/simulation.h"

namespace fencepost::sim {

struct ExplainLimits {
  std::uint64_t samples = 100;  // per point of the likelihood
  std::uint64_t runs = 5'000;   // to find the twin; and as many for the likelihood
  std::uint64_t seeds = 1'000;  // of the simulation
  // Ends the measuring of odds early; absent: never. REQUIRES: then a clock, from any starting point.
  std::optional<std::chrono::nanoseconds> time;
  std::function<std::chrono::nanoseconds()> clock;
  std::function<bool()> interrupted;  // asked before each run; may be empty
};

struct Explanation {
  std::string sentence;  // the violation in words
  std::vector<LeftOut> parts;
  TwinSearch twin;
  Likelihood likelihood;
  SeedOdds seeds;
};

// FailedPrecondition when `repro` does not fail in its class any more. Deterministic, if not cut short by
// time.
absl::StatusOr<Explanation> Explain(const Simulation& simulation, const Repro& repro,
                                    const ExplainLimits& limits);

}  // namespace fencepost::sim
