// The smallest failing list found so far, and the rule by which a candidate takes its place.
//
// The passes propose, this disposes: a candidate is run only if it is strictly smaller than the best
// (shrink_size.h) and was not run before, and what is taken is what its run really made, if that fails in the
// same class. A run makes nothing that it was not asked for, so that is no larger than the candidate. So no
// pass can go round in circles, whatever it proposes.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "sim/core/choices/choices.h"
#include "sim/core/choices/draw_log.h"
#include "sim/core/simulation/simulation.h"
#include "sim/core/simulation/variation.h"

namespace fencepost::sim {

struct ShrinkLimits {
  // Bounded by runs alone, a search gives the same result wherever it is made.
  std::uint64_t runs = 20'000;
  // Ends a search early, once this much has passed by `clock`; absent: never. REQUIRES: then a clock.
  std::optional<std::chrono::nanoseconds> time;
  // Time spent, from any starting point; passed in, for nothing below main() reads one. CPU time in the
  // program.
  std::function<std::chrono::nanoseconds()> clock;
  // Asked before each run; true ends the search. May be empty.
  std::function<bool()> interrupted;
};

// Why a search ended.
enum class ShrinkEnd : std::uint8_t { kSmallest, kRuns, kTime, kInterrupted };

class ShrinkSearch {
 public:
  // Nothing is owned. The first run is of the failing run's deviations: reproduced() tells whether it failed
  // in its class.
  ShrinkSearch(const Simulation& simulation, const FailingRun& failing, const ShrinkLimits& limits);

  bool reproduced() const { return reproduced_; }

  // Sorted. Changes when Try answers true.
  const std::vector<Deviation>& best() const { return best_; }

  // Every draw of the best's run; costs a run whenever the best has changed. Never null.
  std::shared_ptr<const DrawLog> draws();

  // Every draw of the run of another list, which need not fail; costs a run.
  DrawLog DrawsOf(const std::vector<Deviation>& deviations);

  // What is shrunk, for what its vocabulary knows about names.
  const Simulation& simulation() const { return simulation_; }

  // Whether `candidate` (in any order, values above 0) led to a smaller best.
  bool Try(std::vector<Deviation> candidate);

  // A limit was reached; Try answers false from then on.
  bool over();
  ShrinkEnd end() const { return end_; }

  std::uint64_t runs() const { return runs_; }
  std::uint64_t repeated() const { return repeated_; }  // candidates that had been run before

 private:
  using Hash = std::pair<std::uint64_t, std::uint64_t>;

  static Hash HashOf(const std::vector<Deviation>& deviations);
  // What the run of `asked` made, sorted; nothing when it does not fail in the class.
  std::optional<std::vector<Deviation>> RunFailing(const std::vector<Deviation>& asked);

  const Simulation& simulation_;
  const FailingRun& failing_;
  const ShrinkLimits& limits_;
  std::chrono::nanoseconds started_{0};
  std::vector<Deviation> best_;
  std::shared_ptr<const DrawLog> draws_;  // of best_, once they were asked for
  std::set<Hash> tried_;
  std::uint64_t runs_ = 0;
  std::uint64_t repeated_ = 0;
  bool reproduced_ = false;
  ShrinkEnd end_ = ShrinkEnd::kSmallest;
};

}  // namespace fencepost::sim
