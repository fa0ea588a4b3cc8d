#include "sim/core/campaign/runs_to_failure.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace fencepost::sim {

void RunsToFailure::Add(const Campaign& campaign) {
  std::uint64_t counted = 0;
  for (const std::uint64_t position : campaign.failed_at) {
    starts.push_back(unfinished + position - counted);
    counted = position;
    unfinished = 0;
  }
  // Of very many failures only the first are kept: what lies behind them is not known.
  if (campaign.failed_at.size() == campaign.violations) unfinished += campaign.runs - counted;
}

double RunsToFailure::FailureRate() const {
  const std::uint64_t runs = std::accumulate(starts.begin(), starts.end(), unfinished);
  assert(runs > 0);
  return static_cast<double>(starts.size()) / static_cast<double>(runs);
}

std::optional<std::uint64_t> RunsToFailure::Median() const {
  if (starts.empty()) return std::nullopt;
  std::vector<std::uint64_t> sorted = starts;
  std::ranges::sort(sorted);
  return sorted[(sorted.size() - 1) / 2];
}

std::optional<std::uint64_t> RunsToFailure::SeedsFor95Percent() const {
  if (starts.empty()) return std::nullopt;
  const double rate = FailureRate();
  if (rate >= 1) return 1;
  return static_cast<std::uint64_t>(std::ceil(std::log(0.05) / std::log1p(-rate)));
}

}  // namespace fencepost::sim
