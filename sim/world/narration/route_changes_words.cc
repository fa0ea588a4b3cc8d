#include "sim/world/narration/route_changes_words.h"

#include <fmt/format.h>

#include <algorithm>

namespace fencepost::sim {
namespace {

// Whether a reader sees no difference: ids are for the catalog.
bool RoutesLookTheSame(const RouteDescriptor& a, const RouteDescriptor& b) {
  return a.range() == b.range() && a.group_id == b.group_id && a.state == b.state;
}

// The routes of `some` that `others` has not, each as often as it is missing.
std::vector<RouteDescriptor> RoutesMissing(const std::vector<RouteDescriptor>& some,
                                           std::vector<RouteDescriptor> others) {
  std::vector<RouteDescriptor> missing;
  for (const RouteDescriptor& route : some) {
    const auto same = std::ranges::find_if(
        others, [&route](const RouteDescriptor& other) { return RoutesLookTheSame(route, other); });
    if (same == others.end()) {
      missing.push_back(route);
    } else {
      others.erase(same);
    }
  }
  return missing;
}

std::string DescribeRouteChange(const RouteDescriptor& route, const RouteDescriptor* old) {
  const std::string range = FormatRange(route.range());
  const std::string state = RouteStateName(route.state);
  if (old == nullptr) return fmt::format("{} is a range of group {}, {}", range, route.group_id.value, state);
  if (old->group_id != route.group_id) {
    return fmt::format("{} goes from group {} to group {}, {}", range, old->group_id.value,
                       route.group_id.value, state);
  }
  return fmt::format("{} of group {} becomes {} (was {})", range, route.group_id.value, state,
                     RouteStateName(old->state));
}

}  // namespace

std::string DescribeRouteChanges(const std::vector<RouteDescriptor>& before,
                                 const std::vector<RouteDescriptor>& now) {
  const std::vector<RouteDescriptor> gone = RoutesMissing(before, now);
  std::string text;
  for (const RouteDescriptor& route : RoutesMissing(now, before)) {
    const auto old = std::ranges::find_if(
        gone, [&route](const RouteDescriptor& one) { return one.range() == route.range(); });
    text += (text.empty() ? "" : "; ") + DescribeRouteChange(route, old == gone.end() ? nullptr : &*old);
  }
  if (!text.empty()) return text;
  for (const RouteDescriptor& route : gone) {
    text += fmt::format("{}no route any more for {}", text.empty() ? "" : "; ", FormatRange(route.range()));
  }
  return text;
}

}  // namespace fencepost::sim
