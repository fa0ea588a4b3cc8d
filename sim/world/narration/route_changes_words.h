// What a new version of the catalog changed, in words.
//
// Thread-safe: a pure function.
#pragma once

#include <string>
#include <vector>

#include "fencepost/base/route.h"

namespace fencepost::sim {

// What has changed since `before`, route by route, e.g.: ["a", +inf) goes from group 1 to group 2, active.
// Empty if no range has another group or another state than before.
std::string DescribeRouteChanges(const std::vector<RouteDescriptor>& before,
                                 const std::vector<RouteDescriptor>& now);

}  // namespace fencepost::sim
