// How small a bug gets, whichever seed shows it: the first failing seeds of a simulation, each shrunk, and
// told.
//
// What two seeds have in common is told by the *plot* of the shrunk run: its story (report/story.h) without
// times, durations and positions. Two runs of one plot do the same things in the same order with the same
// names.
//
// Functions of the simulation and the options, but for the CPU time that is measured; single-threaded.
#pragma once

#include <absl/status/statusor.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/core/report/narrator.h"
#include "sim/core/repro/shrink_repro.h"
#include "sim/core/simulation/simulation.h"

namespace fencepost::sim {

struct ShrinkTableOptions {
  std::size_t failing_seeds = 50;      // so many are shrunk
  std::uint64_t last_seed = 100'000;   // and looked for among the seeds from 1 to this one
  std::uint64_t runs = 20'000;         // most runs to shrink one
  const Narrator* narrator = nullptr;  // tells the plots; not owned; null: one of any simulation
  // CPU time spent, from any starting point. Required: a table without it would be half of one.
  std::function<std::chrono::nanoseconds()> clock;
  std::function<bool()> interrupted;  // may be empty; true ends the search, and the seed at hand is left out
  // Told how many are shrunk, and at which seed it is. May be empty.
  std::function<void(std::size_t shrunk, std::uint64_t seed)> progress;
};

// One failing seed, shrunk.
struct ShrunkSeed {
  Repro repro;
  ShrinkResult shrink;
  std::chrono::nanoseconds cpu{0};
  std::string plot;
};

// The story of a failing run, one line per step, without times, durations and positions.
std::string PlotOf(const Simulation& simulation, const Repro& repro, const Narrator& narrator);

// The first failing seeds. Internal when a run is not a function of its choices.
absl::StatusOr<std::vector<ShrunkSeed>> ShrinkFirstSeeds(const Simulation& simulation,
                                                         const ShrinkTableOptions& options);

// Of several numbers the one in the middle, the lower one of two, and the largest; 0 of none.
struct Spread {
  std::uint64_t median = 0;
  std::uint64_t worst = 0;
};
Spread SpreadOf(std::vector<std::uint64_t> values);

// What a row of the table says.
struct ShrinkRow {
  std::size_t seeds = 0;
  Spread plan_items;
  Spread deviations;
  Spread runs;
  Spread cpu_ms;
  std::size_t plots = 0;      // different ones
  std::size_t commonest = 0;  // seeds that end in the commonest
  std::size_t pairs_alike =
      0;                       // of all pairs of seeds, how many end in one plot, in percent; 100 of one seed
  std::size_t unfinished = 0;  // shrunk no further because a limit was reached
};
ShrinkRow SummariseShrunk(const std::vector<ShrunkSeed>& seeds);

}  // namespace fencepost::sim
