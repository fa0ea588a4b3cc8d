// How many runs it takes until one fails, measured over and over.
//
// Seeds are independent of each other, so a series of runs may be cut at each failure: every piece is one
// start from nothing, and its length is how many runs that start took. What is left behind the last failure
// is a start that has not failed yet.
//
// Thread-safe: plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/core/campaign/campaign.h"

namespace fencepost::sim {

struct RunsToFailure {
  std::vector<std::uint64_t> starts;  // in the order of the seeds; each at least 1
  std::uint64_t unfinished = 0;       // runs since the last failure

  // Goes on with the runs of a campaign, whose seeds follow those before.
  void Add(const Campaign& campaign);

  // Of all runs, those that failed; in [0, 1]. REQUIRES: there were runs.
  double FailureRate() const;

  // The runs within which half of the starts had failed; nothing without starts.
  std::optional<std::uint64_t> Median() const;

  // So many seeds show the failure with 95% confidence, by its rate: ln(0.05) / ln(1 - rate). Without a
  // failure nothing; then the rate lies below 3 / runs with the same confidence.
  std::optional<std::uint64_t> SeedsFor95Percent() const;
};

}  // namespace fencepost::sim
