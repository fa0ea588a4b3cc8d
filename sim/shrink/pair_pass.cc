#include "sim/shrink/pair_pass.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>
#include <vector>

namespace fencepost::sim {
namespace {

using Deviations = std::vector<Deviation>;

// Lists longer than this are left to the other passes: the square of them is too many runs.
constexpr std::size_t kMostForPairs = 40;
constexpr std::size_t kMostForChanges = 24;

Deviations Without(const Deviations& deviations, std::size_t first, std::size_t second) {
  Deviations kept;
  for (std::size_t i = 0; i < deviations.size(); ++i) {
    if (i != first && i != second) kept.push_back(deviations[i]);
  }
  return kept;
}

// What a draw might answer instead: everything where that is little, else what is close or far below.
std::set<std::uint64_t> OtherValues(const Deviation& deviation) {
  constexpr std::uint64_t kFew = 8;
  constexpr std::array<std::uint64_t, 5> kSteps = {1, 2, 4, 10, 30};
  std::set<std::uint64_t> values;
  for (std::uint64_t value = 1; value < std::min(deviation.bound, kFew); ++value) values.insert(value);
  for (const std::uint64_t step : kSteps) {
    if (deviation.value > step) values.insert(deviation.value - step);
    if (deviation.bound - deviation.value > step) values.insert(deviation.value + step);
  }
  values.insert(deviation.value / 2);
  values.erase(0);
  values.erase(deviation.value);
  return values;
}

// Whether some change of the one at `changed` lets the one at `dropped` go.
bool DropWhileChanging(ShrinkSearch* search, const Deviations& base, std::size_t dropped,
                       std::size_t changed) {
  for (const std::uint64_t value : OtherValues(base[changed])) {
    if (search->over()) return false;
    Deviations candidate = base;
    candidate[changed].value = value;
    candidate.erase(candidate.begin() + static_cast<std::ptrdiff_t>(dropped));
    if (search->Try(std::move(candidate))) return true;
  }
  return false;
}

// The first deviation that some change of another lets go; false when there is none.
bool DropFirstWhileChanging(ShrinkSearch* search) {
  const Deviations base = search->best();
  for (std::size_t dropped = 0; dropped < base.size(); ++dropped) {
    for (std::size_t changed = 0; changed < base.size(); ++changed) {
      if (changed == dropped) continue;
      if (DropWhileChanging(search, base, dropped, changed)) return true;
    }
  }
  return false;
}

bool DropFirstPair(ShrinkSearch* search) {
  const Deviations base = search->best();
  for (std::size_t second = base.size(); second-- > 1;) {
    for (std::size_t first = second; first-- > 0;) {
      if (search->over()) return false;
      if (search->Try(Without(base, first, second))) return true;
    }
  }
  return false;
}

}  // namespace

void DropPairs(ShrinkSearch* search) {
  while (search->best().size() <= kMostForPairs && DropFirstPair(search)) {
  }
}

void DropOneAndChangeAnother(ShrinkSearch* search) {
  while (search->best().size() <= kMostForChanges && DropFirstWhileChanging(search)) {
  }
}

}  // namespace fencepost::sim
