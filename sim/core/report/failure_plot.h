// How many runs it took until the first failure, drawn: for each scenario the share of its starts that had
// failed by then, over runs on a logarithmic axis that all of them share.
//
// Thread-safe: pure functions.
#pragma once

#include <string>
#include <vector>

#include "sim/core/campaign/runs_to_failure.h"

namespace fencepost::sim {

struct FailurePlotRow {
  std::string name;
  RunsToFailure runs_to_failure;  // with at least one start
};

// An SVG element to stand in a page, with the classes `label`, `value`, `grid`, `curve`, `rise`, `start` and
// `median` for the page to style. One row each, in this order. Empty without rows.
std::string FailurePlot(const std::vector<FailurePlotRow>& rows);

}  // namespace fencepost::sim
