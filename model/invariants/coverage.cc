#include "model/invariants/coverage.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "model/invariants/invariants.h"

namespace fencepost::model {
namespace {

Violation Uncovered(std::string_view where, const std::string& from, const std::optional<std::string>& to) {
  return Violation{std::string(kCoverage),
                   fmt::format("{} has no route for the keys of {}", where, FormatRange(KeyRange{from, to})),
                   {from}};
}

}  // namespace

Verdict CheckCoverage(std::span<const RouteDescriptor> routes, std::string_view where) {
  std::vector<const RouteDescriptor*> by_start;
  by_start.reserve(routes.size());
  for (const RouteDescriptor& route : routes) by_start.push_back(&route);
  std::sort(by_start.begin(), by_start.end(),
            [](const RouteDescriptor* a, const RouteDescriptor* b) { return CatalogOrder(*a, *b); });

  std::optional<std::string> covered_to = "";  // absent: covered to plus infinity
  for (const RouteDescriptor* route : by_start) {
    if (!covered_to.has_value() || route->start < *covered_to) {
      return Violation{std::string(kCoverage),
                       fmt::format("{} covers some keys twice: {} starts inside the route before it", where,
                                   FormatRoute(*route)),
                       {route->start}};
    }
    if (route->start > *covered_to) return Uncovered(where, *covered_to, route->start);
    covered_to = route->end;
  }
  if (covered_to.has_value()) return Uncovered(where, *covered_to, std::nullopt);
  return std::nullopt;
}

}  // namespace fencepost::model
