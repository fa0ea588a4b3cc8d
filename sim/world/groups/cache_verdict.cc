#include "sim/world/groups/cache_verdict.h"

#include <string>

#include "fencepost/base/error.h"
#include "fencepost/engine/route_history.h"
#include "fencepost/fence/owner_fence.h"

namespace fencepost::sim {
namespace {

using Keys = std::span<const std::string>;

absl::Status CheckOwnedIn(const RouteHistorySnapshot& routes, GroupId group, Keys keys) {
  for (const std::string& key : keys) {
    const std::optional<GroupId> owner = routes.OwnerOf(key);
    if (owner == group) continue;
    return MakeError(Error::kOwnershipMoved, "key " + QuoteKey(key) + " belongs to group " +
                                                 std::to_string(owner.value_or(GroupId()).value) +
                                                 " at version " + std::to_string(routes.version().value) +
                                                 ", not to group " + std::to_string(group.value));
  }
  return absl::OkStatus();
}

// The owner at the pinned version, and nothing about now.
absl::Status CheckObserved(const RouteHistory& history, GroupId group, ObservedVersion pin, Keys keys) {
  if (!pin.pinned()) return absl::OkStatus();
  const RouteHistorySnapshot* const recorded = history.Find(pin.version());
  if (recorded != nullptr) return CheckOwnedIn(*recorded, group, keys);
  return MakeError(Error::kObservedVersionEvicted,
                   "version " + std::to_string(pin.version().value) + " is not in the route history");
}

// As published, but a route in any state admits writes.
absl::Status CheckWithoutStates(const RouteHistory& history, GroupId group, ObservedVersion pin, Keys keys) {
  const absl::Status published = CheckOwnerFence(history, group, pin, keys);
  const RouteHistorySnapshot* const current = history.Find(history.current_version());
  if (published.ok() || current == nullptr) return published;
  if (!CheckObserved(history, group, pin, keys).ok()) return published;
  return CheckOwnedIn(*current, group, keys);
}

absl::Status CheckPublished(Mistake mistake, const RouteHistory& history, GroupId group, ObservedVersion pin,
                            Keys keys) {
  if (mistake == Mistake::kStatesNotChecked) return CheckWithoutStates(history, group, pin, keys);
  if (mistake == Mistake::kVersionGap && pin.pinned() && history.Find(pin.version()) == nullptr) {
    return CheckObserved(history, group, pin, keys);
  }
  return CheckOwnerFence(history, group, pin, keys);
}

}  // namespace

CacheVerdict MakeCacheVerdict(const FenceRules& rules, GroupId group, const Engine* engine) {
  const auto published = [mistake = rules.mistake, group, engine](ObservedVersion pin, Keys keys) {
    return CheckPublished(mistake, engine->History(), group, pin, keys);
  };
  switch (rules.mode) {
    case FenceMode::kNone:
      return nullptr;
    case FenceMode::kObserved:
      return [group, engine](ObservedVersion pin, Keys keys) {
        return CheckObserved(engine->History(), group, pin, keys);
      };
    case FenceMode::kPublished:
      return published;
    case FenceMode::kLogged:
      if (rules.mistake == Mistake::kVerdictFromCache) return published;
      return nullptr;
  }
  return nullptr;
}

}  // namespace fencepost::sim
