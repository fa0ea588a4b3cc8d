#include "fencepost/engine/hotspot_policy.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace fencepost {
namespace {

// Enough to place the median within about 6% of the load (one standard deviation, 1 / (2 * sqrt(64))).
constexpr std::size_t kSampledKeysPerRoute = 64;

// The shortest prefix of `above` that is still greater than `below`. REQUIRES: below < above.
// It divides the keys exactly as `above` does, and every boundary is stored in records and tables for good.
std::string ShortestBoundary(std::string_view below, std::string_view above) {
  const auto [unused, differs] = std::mismatch(below.begin(), below.end(), above.begin(), above.end());
  const auto common = static_cast<std::size_t>(differs - above.begin());
  return std::string(above.substr(0, common + 1));
}

}  // namespace

std::optional<std::string> LoadHalvingPolicy::SplitKey(const KeyRange& range,
                                                       std::span<const std::string> sampled_keys) const {
  std::vector<std::string_view> keys;
  keys.reserve(sampled_keys.size());
  for (const std::string& key : sampled_keys) {
    if (Contains(range, key)) keys.push_back(key);
  }
  std::sort(keys.begin(), keys.end());

  // A cut lies between two different neighbours, with `left` accesses below it.
  std::optional<std::size_t> best;
  std::size_t best_larger_half = keys.size();
  for (std::size_t left = 1; left < keys.size(); ++left) {
    if (keys[left - 1] == keys[left]) continue;
    const std::size_t larger_half = std::max(left, keys.size() - left);
    if (larger_half >= best_larger_half) continue;
    best = left;
    best_larger_half = larger_half;
  }
  if (!best.has_value()) return std::nullopt;
  return ShortestBoundary(keys[*best - 1], keys[*best]);
}

std::size_t LoadHalvingPolicy::sample_size() const { return kSampledKeysPerRoute; }

std::optional<std::string> ReferenceHotspotPolicy::SplitKey(
    const KeyRange& range, std::span<const std::string> /*sampled_keys*/) const {
  std::string split_key = range.start;
  split_key.push_back('\0');
  if (range.end.has_value() && split_key >= *range.end) return std::nullopt;
  return split_key;
}

std::size_t ReferenceHotspotPolicy::sample_size() const { return 0; }

}  // namespace fencepost
