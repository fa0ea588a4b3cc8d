// How likely a failure is from each point of its run: the recorded answers are kept up to a point, the rest
// is drawn anew by seeded drivers, many times. Where the odds jump, the run took a turn towards the failure.
//
// The first point keeps nothing, so it says how likely the failure is from the simulation's own seeds; the
// last keeps all. Every point is sampled with the same seeds, which cancels most of the noise between points.
// Points begin evenly spread, then the gap with the largest jump is halved, again and again, until the jumps
// are narrowed down to single draws or the limits are reached. Deterministic, if it is not cut short by time.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/simulation/simulation.h"
#include "sim/core/simulation/variation.h"

namespace fencepost::sim {

struct LikelihoodLimits {
  std::uint64_t samples = 100;  // per point
  std::uint64_t runs = 5'000;   // in all
  std::uint64_t first_points = 8;
  std::optional<std::chrono::nanoseconds> time;     // absent: no limit; REQUIRES: then a clock
  std::function<std::chrono::nanoseconds()> clock;  // from any starting point
  std::function<bool()> interrupted;                // asked before each run; may be empty
};

struct LikelihoodPoint {
  std::uint64_t draws = 0;     // so many recorded answers are kept
  std::uint64_t failures = 0;  // of the samples
  // The last answer that is kept, and the last event of the trace before it was given, in words; empty at the
  // first point, and where nothing had happened yet.
  std::string draw;
  std::string line;
};

struct Likelihood {
  std::uint64_t samples = 0;            // per point
  std::uint64_t draws = 0;              // of the whole run
  std::vector<LikelihoodPoint> points;  // by draws
  std::uint64_t runs = 0;
  bool cut_short = false;  // some jump might be narrowed down further
};

Likelihood MeasureLikelihood(const Simulation& simulation, const FailingRun& failing,
                             const LikelihoodLimits& limits);

// How often the simulation's own seeds fail in this class: those from 1 to `seeds`.
struct SeedOdds {
  std::uint64_t seeds = 0;
  std::uint64_t failures = 0;
};
SeedOdds MeasureSeeds(const Simulation& simulation, const FailingRun& failing, std::uint64_t seeds,
                      const std::function<bool()>& interrupted);

// How many seeds show the failure at least once with 95% confidence: ln(0.05) / ln(1 - p), rounded up; at
// least 1. Nothing when none failed.
std::optional<std::uint64_t> SeedsFor95Percent(const SeedOdds& odds);

}  // namespace fencepost::sim
