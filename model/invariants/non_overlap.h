// Invariant 1, non-overlap: no two routes of one table share a key.
#pragma once

#include <span>
#include <string_view>

#include "fencepost/base/route.h"
#include "model/invariants/violation.h"

namespace fencepost::model {

// `where` names the table in the sentence, e.g. "the durable catalog at version 7". O(n log n).
Verdict CheckNonOverlap(std::span<const RouteDescriptor> routes, std::string_view where);

}  // namespace fencepost::model
