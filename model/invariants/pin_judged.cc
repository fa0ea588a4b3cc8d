#include "model/invariants/pin_judged.h"

#include <fmt/format.h>

#include <algorithm>

#include "model/invariants/invariants.h"

namespace fencepost::model {
namespace {

// When the record of the route that covers `key` was written; 0 when no route does.
RangeEpoch EpochOf(const std::vector<RouteDescriptor>* routes, const std::string& key) {
  if (routes == nullptr) return RangeEpoch(0);
  for (const RouteDescriptor& route : *routes) {
    if (Contains(route.range(), key)) return route.epoch;
  }
  return RangeEpoch(0);
}

bool Untouched(const RefusedPin& refused, const DurableContent& content, const std::string& key) {
  const RangeEpoch first = EpochOf(content(refused.before), key);
  for (std::uint64_t version = refused.before.value; version <= refused.after.value; ++version) {
    if (first == RangeEpoch(0) || EpochOf(content(Version(version)), key) != first) return false;
  }
  return true;
}

}  // namespace

Verdict CheckPinJudged(const RefusedPin& refused, const DurableContent& content) {
  const auto untouched = [&](const std::string& key) { return Untouched(refused, content, key); };
  if (!std::all_of(refused.keys.begin(), refused.keys.end(), untouched)) return std::nullopt;
  return Violation{
      std::string(kPinJudged),
      fmt::format("{} refused a write to {} pinned to version {} as evicted; its engine has versions {} and "
                  "{}, and nobody touched the range in between",
                  refused.replica, refused.keys.empty() ? "nothing" : QuoteKey(refused.keys.front()),
                  refused.pin.value, refused.before.value, refused.after.value),
      refused.keys};
}

}  // namespace fencepost::model
