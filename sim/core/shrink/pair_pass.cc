#include "sim/core/shrink/pair_pass.h"

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
bool DropWhileChanging(ShrinkSearch* search, std::size_t dropped, std::size_t changed) {
  const Deviations base = search->best();
  for (const std::uint64_t value : OtherValues(base[changed])) {
    if (search->over()) return false;
    Deviations candidate = base;
    candidate[changed].value = value;
    candidate.erase(candidate.begin() + static_cast<std::ptrdiff_t>(dropped));
    if (search->Try(std::move(candidate))) return true;
  }
  return false;
}

bool DropWhileChangingAny(ShrinkSearch* search, std::size_t dropped) {
  for (std::size_t changed = 0; changed < search->best().size(); ++changed) {
    if (changed != dropped && DropWhileChanging(search, dropped, changed)) return true;
  }
  return false;
}

// Whether the one at `second` goes together with one before it.
bool DropWithOneBefore(ShrinkSearch* search, std::size_t second) {
  for (std::size_t first = second; first-- > 0 && !search->over();) {
    if (search->Try(Without(search->best(), first, second))) return true;
  }
  return false;
}

}  // namespace

void DropPairs(ShrinkSearch* search) {
  if (search->best().size() > kMostForPairs) return;
  for (std::size_t second = search->best().size(); second-- > 1 && !search->over();) {
    // What has been tried behind it stays tried: a list that has shrunk there is gone through once more
    // later.
    if (DropWithOneBefore(search, second)) second = std::min(second + 1, search->best().size());
  }
}

void DropOneAndChangeAnother(ShrinkSearch* search) {
  if (search->best().size() > kMostForChanges) return;
  for (std::size_t dropped = 0; dropped < search->best().size() && !search->over();) {
    if (!DropWhileChangingAny(search, dropped)) ++dropped;
  }
}

}  // namespace fencepost::sim
