#include "model/invariants/non_overlap.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "model/invariants/invariants.h"

namespace fencepost::model {

Verdict CheckNonOverlap(std::span<const RouteDescriptor> routes, std::string_view where) {
  std::vector<const RouteDescriptor*> by_start;
  by_start.reserve(routes.size());
  for (const RouteDescriptor& route : routes) by_start.push_back(&route);
  std::sort(by_start.begin(), by_start.end(),
            [](const RouteDescriptor* a, const RouteDescriptor* b) { return CatalogOrder(*a, *b); });
  for (std::size_t i = 1; i < by_start.size(); ++i) {
    const RouteDescriptor& left = *by_start[i - 1];
    const RouteDescriptor& right = *by_start[i];
    if (left.end.has_value() && *left.end <= right.start && left.start < right.start) continue;
    return Violation{std::string(kNonOverlap),
                     fmt::format("in {}, {} and {} overlap", where, FormatRoute(left), FormatRoute(right)),
                     {right.start}};
  }
  return std::nullopt;
}

}  // namespace fencepost::model
