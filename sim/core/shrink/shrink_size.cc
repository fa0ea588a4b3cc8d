#include "sim/core/shrink/shrink_size.h"

#include <algorithm>
#include <limits>
#include <string_view>

#include "sim/core/shrink/stream_name.h"

namespace fencepost::sim {
namespace {

std::strong_ordering CompareDraws(const Deviation& left, const Deviation& right) {
  if (const auto order = CompareNaturally(left.stream, right.stream); order != 0) return order;
  return left.index <=> right.index;
}

// Where the stream after the one at `at` begins.
std::size_t NextStream(const std::vector<Deviation>& deviations, std::size_t at) {
  std::size_t next = at;
  while (next < deviations.size() && deviations[next].stream == deviations[at].stream) ++next;
  return next;
}

std::strong_ordering CompareStreams(const std::vector<Deviation>& left, const std::vector<Deviation>& right) {
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < left.size() && j < right.size()) {
    if (const auto order = CompareNaturally(left[i].stream, right[j].stream); order != 0) return order;
    i = NextStream(left, i);
    j = NextStream(right, j);
  }
  return (left.size() - i) <=> (right.size() - j);
}

std::strong_ordering CompareAnswers(const std::vector<Deviation>& left, const std::vector<Deviation>& right) {
  for (std::size_t i = 0; i < left.size() && i < right.size(); ++i) {
    const std::strong_ordering draw = CompareDraws(left[i], right[i]);
    // Only one of them names the earlier draw; the other answers it by 0.
    if (draw != 0) return draw < 0 ? std::strong_ordering::greater : std::strong_ordering::less;
    if (left[i].value != right[i].value) return left[i].value <=> right[i].value;
  }
  return left.size() <=> right.size();
}

}  // namespace

void SortDeviations(std::vector<Deviation>* deviations) {
  std::ranges::sort(*deviations,
                    [](const Deviation& a, const Deviation& b) { return CompareDraws(a, b) < 0; });
}

ShrinkSize SizeOf(const std::vector<Deviation>& deviations) {
  ShrinkSize size;
  size.deviations = deviations.size();
  for (std::size_t i = 0; i < deviations.size(); i = NextStream(deviations, i)) {
    if (KindOf(deviations[i].stream) == StreamKind::kPlanItem) ++size.plan_items;
  }
  for (const Deviation& deviation : deviations) {
    const std::uint64_t room = std::numeric_limits<std::uint64_t>::max() - size.values;
    size.values += std::min(room, deviation.value);
  }
  return size;
}

std::strong_ordering CompareDeviations(const std::vector<Deviation>& left,
                                       const std::vector<Deviation>& right) {
  if (const auto order = SizeOf(left) <=> SizeOf(right); order != 0) return order;
  if (const auto order = CompareStreams(left, right); order != 0) return order;
  return CompareAnswers(left, right);
}

}  // namespace fencepost::sim
