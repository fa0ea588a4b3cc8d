#include "sim/core/shrink/shrinker.h"

#include <absl/status/status.h>

#include <array>
#include <utility>

#include "sim/core/shrink/drop_pass.h"
#include "sim/core/shrink/exchange_pass.h"
#include "sim/core/shrink/lower_pass.h"
#include "sim/core/shrink/normalise_pass.h"
#include "sim/core/shrink/pair_pass.h"
#include "sim/core/shrink/replace_pass.h"

namespace fencepost::sim {
namespace {

using Pass = void (*)(ShrinkSearch*);

// Those that leave out come first, to their own fixpoint: what they drop, no other pass has to look at.
constexpr std::array kDropping = {DropPlanItems, DropFaults,   DropActors,
                                  DropConfig,    DropSchedule, DropSingleDraws};
constexpr std::array kRefining = {LowerValues,   LowerTogether,  RenumberActors,         RenumberPlanItems,
                                  SortPlanItems, PushValuesBack, MoveItemsToFirstActors, ExchangeNames,
                                  MoveStrikes};
// For lists that are long all the same, mostly of delays of which each is needed for the sum: before anybody
// spends runs on every single one of them.
constexpr std::array kThinning = {DropGroupsAndRetime, ReplaceManyByOne};
constexpr std::size_t kLong = 24;
// These cost most and find least; once they find something, the others have work again.
constexpr std::array kJumping = {HandOverItems,        DropPairs,        DropGroupsAndRetime,
                                 DropSinglesAndRetime, ReplaceManyByOne, DropOneAndChangeAnother};

// Whether any of them found something smaller.
bool RunPasses(ShrinkSearch* search, std::span<const Pass> passes) {
  const std::vector<Deviation> before = search->best();
  for (const Pass pass : passes) {
    if (!search->over()) pass(search);
  }
  return search->best() != before;
}

}  // namespace

absl::StatusOr<ShrinkResult> Shrink(const Simulation& simulation, const FailingRun& failing,
                                    const ShrinkLimits& limits) {
  ShrinkSearch search(simulation, failing, limits);
  if (!search.reproduced()) {
    return absl::FailedPreconditionError("there is nothing to shrink: the run does not fail in this way");
  }
  ShrinkResult result;
  result.from = SizeOf(search.best());
  for (bool smaller = true; smaller && !search.over();) {
    ++result.rounds;
    while (RunPasses(&search, kDropping) || (search.best().size() > kLong && RunPasses(&search, kThinning))) {
    }
    smaller = RunPasses(&search, kRefining);
    if (!smaller) smaller = RunPasses(&search, kJumping);
  }
  result.deviations = search.best();
  result.to = SizeOf(result.deviations);
  result.runs = search.runs();
  result.repeated = search.repeated();
  result.end = search.end();
  return result;
}

std::string_view Describe(ShrinkEnd end) {
  switch (end) {
    case ShrinkEnd::kSmallest:
      return "nothing smaller was found";
    case ShrinkEnd::kRuns:
      return "its limit of runs was reached";
    case ShrinkEnd::kTime:
      return "its time was up";
    case ShrinkEnd::kInterrupted:
      return "it was interrupted";
  }
  return "";
}

}  // namespace fencepost::sim
