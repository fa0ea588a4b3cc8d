// From a seed that fails to a small .repro: record the run, shrink it, record what is left.
#pragma once

#include <absl/status/statusor.h>

#include <cstdint>

#include "sim/core/repro/repro_file.h"
#include "sim/core/shrink/shrinker.h"
#include "sim/core/simulation/simulation.h"

namespace fencepost::sim {

struct ShrunkRepro {
  Repro repro;
  ShrinkResult shrink;
};

// The failing run of `seed`, unshrunk. Internal when its recording does not give the very same run: then the
// run depends on something beside its choices. FailedPrecondition when the seed passes.
absl::StatusOr<Repro> RecordSeed(const Simulation& simulation, std::uint64_t seed);

// A run of the same class with as little in it as the limits allow; `seed` and `expect` stay as they are.
// FailedPrecondition when `repro` does not fail in its class any more.
absl::StatusOr<ShrunkRepro> ShrinkRepro(const Simulation& simulation, const Repro& repro,
                                        const ShrinkLimits& limits);

}  // namespace fencepost::sim
