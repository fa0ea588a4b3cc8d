#include "model/reference/naive_fence.h"

#include <fmt/format.h>

#include <optional>

#include "fencepost/base/error.h"
#include "fencepost/base/key_range.h"

namespace fencepost::model {
namespace {

absl::Status Moved(const std::string& key, std::string_view why) {
  return MakeError(Error::kOwnershipMoved, fmt::format("key {}: {}", QuoteKey(key), why));
}

bool Admits(RouteState state) {
  return state == RouteState::kActive || state == RouteState::kMigratingSource;
}

// Whether `key` lies on one record, written once, at both versions.
bool Untouched(const NaiveSnapshot& before, const NaiveSnapshot& after, const std::string& key) {
  const Route* then = before.RouteOf(key);
  const Route* now = after.RouteOf(key);
  if (then == nullptr || now == nullptr) return false;
  return then->route_id == now->route_id && then->epoch == now->epoch && then->epoch.value != 0;
}

// Rules 1 and 2 for one key.
absl::Status CheckThen(const NaiveHistory& history, GroupId group, Version observed, const std::string& key) {
  const NaiveSnapshot* then = history.At(observed);
  if (then == nullptr) {
    const NaiveHistory::Gap gap = history.GapAround(observed);
    if (gap.before == nullptr || !Untouched(*gap.before, *gap.after, key)) {
      return MakeError(Error::kObservedVersionEvicted,
                       fmt::format("version {}, needed for key {}", observed.value, QuoteKey(key)));
    }
    then = gap.before;
  }
  if (then->OwnerOf(key) != group) return Moved(key, "had another owner at the observed version");
  return absl::OkStatus();
}

}  // namespace

absl::Status NaiveCheckOwnerFence(const NaiveHistory& history, GroupId group, ObservedVersion observed,
                                  const std::vector<std::string>& written_keys) {
  if (observed.pinned()) {
    const Version version = observed.version();
    const bool can_be_judged = history.At(version) != nullptr || history.GapAround(version).before != nullptr;
    if (!can_be_judged) {
      return MakeError(Error::kObservedVersionEvicted, fmt::format("version {}", version.value));
    }
    for (const std::string& key : written_keys) {
      if (absl::Status owned = CheckThen(history, group, version, key); !owned.ok()) return owned;
    }
  }
  const NaiveSnapshot* now = history.Current();
  if (now == nullptr) return MakeError(Error::kOwnershipMoved, "there is no current version");
  for (const std::string& key : written_keys) {
    const Route* route = now->RouteOf(key);
    if (route == nullptr || route->group_id != group) return Moved(key, "has another owner now");
    if (!Admits(route->state)) return Moved(key, "is on a route that admits no writes");
  }
  return absl::OkStatus();
}

}  // namespace fencepost::model
