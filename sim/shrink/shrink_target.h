// What a shrinker minimises: anything that can be run from a list of deviations and says whether what makes
// it interesting is still there.
#pragma once

#include <vector>

#include "sim/choices/choices.h"

namespace fencepost::sim {

struct ShrinkAttempt {
  bool interesting = false;
  // The deviations the run really made. A draw that was asked for but never came is not among them.
  std::vector<Deviation> made;
};

class ShrinkTarget {
 public:
  virtual ~ShrinkTarget() = default;

  // A function of `asked` alone: the same list gives the same attempt. Each draw occurs at most once in it,
  // with a value above 0 and below its bound.
  virtual ShrinkAttempt Run(const std::vector<Deviation>& asked) = 0;
};

}  // namespace fencepost::sim
