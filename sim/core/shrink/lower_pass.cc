#include "sim/core/shrink/lower_pass.h"

#include <absl/functional/function_ref.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace fencepost::sim {
namespace {

using Deviations = std::vector<Deviation>;

// The best with something set to the value it is given; nothing when that something is gone.
using WithValue = absl::FunctionRef<std::optional<Deviations>(std::uint64_t)>;

bool TryValue(ShrinkSearch* search, WithValue with_value, std::uint64_t value) {
  std::optional<Deviations> candidate = with_value(value);
  return candidate.has_value() && search->Try(*std::move(candidate));
}

// Lowers from `high`, which the best has, towards `low`; returns the value it ended at. What fails is
// taken to fail from some value upwards.
std::uint64_t BisectDown(ShrinkSearch* search, std::uint64_t low, std::uint64_t high, WithValue with_value) {
  if (low >= high) return high;
  if (TryValue(search, with_value, low)) return low;
  while (high - low > 1) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (TryValue(search, with_value, middle)) {
      high = middle;
    } else {
      low = middle;
    }
  }
  return high;
}

// Where it is not so (a value that must differ from others): every small value, from below.
void ScanUp(ShrinkSearch* search, std::uint64_t high, WithValue with_value) {
  constexpr std::uint64_t kScanned = 8;
  for (std::uint64_t value = 2; value < std::min(high, kScanned + 1); ++value) {
    if (TryValue(search, with_value, value)) return;
  }
}

struct Draw {
  std::string stream;
  std::uint64_t index = 0;
  auto operator<=>(const Draw&) const = default;
};

std::optional<Deviations> With(const Deviations& deviations, const Draw& draw, std::uint64_t value) {
  Deviations changed = deviations;
  for (Deviation& deviation : changed) {
    if (deviation.stream != draw.stream || deviation.index != draw.index) continue;
    if (value >= deviation.value) return std::nullopt;
    deviation.value = value;
    return changed;
  }
  return std::nullopt;
}

// All draws of `group` lowered by `amount`; one that reaches 0 is no deviation any more.
Deviations Lowered(const Deviations& deviations, const std::set<Draw>& group, std::uint64_t amount) {
  Deviations changed;
  for (const Deviation& deviation : deviations) {
    if (!group.contains(Draw{deviation.stream, deviation.index})) {
      changed.push_back(deviation);
    } else if (deviation.value > amount) {
      changed.push_back(deviation);
      changed.back().value -= amount;
    }
  }
  return changed;
}

// By label: the distinct values, ascending.
std::map<std::string, std::set<std::uint64_t>> ValuesByLabel(const Deviations& deviations) {
  std::map<std::string, std::set<std::uint64_t>> values;
  for (const Deviation& deviation : deviations) values[deviation.label].insert(deviation.value);
  return values;
}

void LowerFrom(ShrinkSearch* search, const std::string& label, std::uint64_t value) {
  std::set<Draw> group;
  for (const Deviation& deviation : search->best()) {
    if (deviation.label == label && deviation.value >= value) {
      group.insert(Draw{deviation.stream, deviation.index});
    }
  }
  if (group.size() < 2) return;
  const Deviations base = search->best();
  BisectDown(search, 0, value,
             [&](std::uint64_t to) { return std::optional(Lowered(base, group, value - to)); });
}

}  // namespace

void LowerValues(ShrinkSearch* search) {
  const Deviations before = search->best();
  for (const Deviation& deviation : before) {
    if (search->over()) return;
    const Draw draw{deviation.stream, deviation.index};
    const auto with_value = [&](std::uint64_t value) { return With(search->best(), draw, value); };
    const std::uint64_t lowered = BisectDown(search, 1, deviation.value, with_value);
    ScanUp(search, lowered, with_value);
  }
}

void LowerTogether(ShrinkSearch* search) {
  const std::map<std::string, std::set<std::uint64_t>> labels = ValuesByLabel(search->best());
  for (const auto& [label, values] : labels) {
    for (const std::uint64_t value : values) {
      if (search->over()) return;
      LowerFrom(search, label, value);
    }
  }
}

}  // namespace fencepost::sim
