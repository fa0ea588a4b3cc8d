// Invariant 2, coverage: splits, merges and moves neither lose nor duplicate key space.
#pragma once

#include <span>
#include <string_view>

#include "fencepost/base/route.h"
#include "model/invariants/violation.h"

namespace fencepost::model {

// Whether the routes partition the whole key space: the first starts at the empty key, each starts where the
// one before it ends, the last is unbounded. `where` names the table in the sentence. O(n log n).
Verdict CheckCoverage(std::span<const RouteDescriptor> routes, std::string_view where);

}  // namespace fencepost::model
