#include "router.h"

#include <fencepost/engine/engine.h>

namespace consumer {

std::uint64_t GroupOf(const std::string& key) {
  const auto engine = fencepost::NewEngine();
  absl::Status added = engine->UpdateRoute(fencepost::KeyRange{"", "m"}, fencepost::GroupId(1));
  added.Update(engine->UpdateRoute(fencepost::KeyRange{"m", std::nullopt}, fencepost::GroupId(2)));
  if (!added.ok()) return 0;
  const auto route = engine->GetRoute(key);
  return route.has_value() ? route->group_id.value : 0;
}

}  // namespace consumer
