// The smallest interesting list found so far, and the rule by which a candidate takes its place.
//
// The passes propose, this disposes: a candidate is run only if it is strictly smaller than the best
// (shrink_size.h) and was not run before, and taken only if its run is interesting and what that run really
// made is strictly smaller too. So no pass can go round in circles, whatever it proposes.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "sim/core/choices/choices.h"
#include "sim/core/shrink/shrink_target.h"

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
  // Nothing is owned. The first run is of `deviations`: reproduced() tells whether it was interesting.
  ShrinkSearch(ShrinkTarget* target, const ShrinkLimits& limits, std::vector<Deviation> deviations);

  bool reproduced() const { return reproduced_; }

  // Sorted. Changes when Try answers true.
  const std::vector<Deviation>& best() const { return best_; }

  // Every draw of the best's run, as the target has it; costs a run whenever the best has changed. Valid
  // until the next Try.
  const std::vector<MadeDraw>& draws();

  // Every draw of the run of another list, which need not be interesting; costs a run.
  std::vector<MadeDraw> DrawsOf(const std::vector<Deviation>& deviations);

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
  std::optional<std::vector<Deviation>> RunInteresting(const std::vector<Deviation>& asked);

  ShrinkTarget* target_;
  const ShrinkLimits& limits_;
  std::chrono::nanoseconds started_{0};
  std::vector<Deviation> best_;
  std::optional<std::vector<MadeDraw>> draws_;  // of best_, once they were asked for
  std::set<Hash> tried_;
  std::uint64_t runs_ = 0;
  std::uint64_t repeated_ = 0;
  bool reproduced_ = false;
  ShrinkEnd end_ = ShrinkEnd::kSmallest;
};

}  // namespace fencepost::sim
