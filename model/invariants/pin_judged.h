// A pin is judged: a version that an engine's polling skipped is no reason to refuse a transaction whose
// ranges nobody touched around it.
//
// Told of what a published fence refused as evicted although the version lies between two that the engine
// recorded. The durable catalog, version by version, says whether the ranges were touched.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/base/route.h"
#include "model/invariants/violation.h"

namespace fencepost::model {

// A refusal as evicted.
struct RefusedPin {
  std::string replica;  // who refused
  Version pin;
  Version before;  // the nearest recorded versions on both sides
  Version after;
  std::vector<std::string> keys;  // written
};

// The durable routes at a version; null when there was none.
using DurableContent = std::function<const std::vector<RouteDescriptor>*(Version)>;

// A violation when the route of every key has one record throughout, from `before` to `after`. O(keys *
// versions * routes).
Verdict CheckPinJudged(const RefusedPin& refused, const DurableContent& content);

}  // namespace fencepost::model
