// What a shrinker minimises: anything that can be run from a list of deviations and says whether what makes
// it interesting is still there.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/choices/choices.h"

namespace fencepost::sim {

struct ShrinkAttempt {
  bool interesting = false;
  // The deviations the run really made. A draw that was asked for but never came is not among them.
  std::vector<Deviation> made;
};

// A draw of a run, whatever it answered.
struct MadeDraw {
  std::string stream;
  std::uint64_t index = 0;  // the how-manieth draw of its stream, from 0
  std::uint64_t value = 0;  // 0: the default
  std::uint64_t bound = 0;
  std::string label;

  // What it would be as a deviation. REQUIRES: 0 < `answer` < bound.
  Deviation Answering(std::uint64_t answer) const { return Deviation{stream, index, answer, bound, label}; }
};

class ShrinkTarget {
 public:
  virtual ~ShrinkTarget() = default;

  // A function of `asked` alone: the same list gives the same attempt. Each draw occurs at most once in it,
  // with a value above 0 and below its bound.
  virtual ShrinkAttempt Run(const std::vector<Deviation>& asked) = 0;

  // Every draw of that run, in the order they were made; costs another run. Of a target that cannot tell:
  // none, and what could stand in another place stays where it is.
  virtual std::vector<MadeDraw> Draws(const std::vector<Deviation>&) { return {}; }
};

}  // namespace fencepost::sim
