// When one list of deviations is smaller than another: the order in which a shrinker descends.
//
// Compared are, in turn:
//
//   1. how many plan items there are;
//   2. how many deviations;
//   3. the sum of their values;
//   4. the streams they are in, by name: the first that differs, by CompareNaturally;
//   5. the answers: at the first draw at which the lists differ, 0 for a draw that only one of them names.
//
// 1 to 3 are natural numbers. 4 and 5 only choose among lists of equal 1 to 3, of which a world has finitely
// many, since it opens finitely many streams. So every descent ends, and whatever it ends in does not depend
// on how far up it began. Pure functions.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/core/choices/choices.h"

namespace fencepost::sim {

// Sorts by stream, as CompareNaturally has it, then by draw. Every list that a shrinker holds is in this
// order.
void SortDeviations(std::vector<Deviation>* deviations);

struct ShrinkSize {
  std::size_t plan_items = 0;
  std::size_t deviations = 0;
  std::uint64_t values = 0;  // their sum; the largest number there is when it would be larger

  friend auto operator<=>(const ShrinkSize&, const ShrinkSize&) = default;
};

// REQUIRES: sorted.
ShrinkSize SizeOf(const std::vector<Deviation>& deviations);

// A total order of lists, by what stream, draw and value say. REQUIRES: both sorted.
std::strong_ordering CompareDeviations(const std::vector<Deviation>& left,
                                       const std::vector<Deviation>& right);

}  // namespace fencepost::sim
