// The commit-time owner fence as published: may this group let these writes of a transaction in?
//
// It judges by one process's route history, which lags the durable catalog by up to a watcher interval, and
// two replicas of one group may hold different histories. So it is NOT enough by itself to keep acknowledged
// writes: the simulator's `fence-published` scenario loses some. It is the right check for routing and for
// refusing early, before anything is proposed; the logged fence is what decides.
#pragma once

#include <absl/status/status.h>

#include <optional>
#include <span>
#include <string>

#include "fencepost/base/ids.h"
#include "fencepost/engine/route_history.h"

namespace fencepost {

// The catalog version a transaction began under. Version 0 is a real version; a transaction that pinned none
// says so, explicitly.
class ObservedVersion {
 public:
  static ObservedVersion Unpinned() { return ObservedVersion(); }
  static ObservedVersion At(Version version) { return ObservedVersion(version); }

  bool pinned() const { return version_.has_value(); }
  Version version() const { return *version_; }  // REQUIRES: pinned()

 private:
  ObservedVersion() = default;
  explicit ObservedVersion(Version version) : version_(version) {}
  std::optional<Version> version_;
};

// Whether `group` may let writes to `written_keys` in. A pure function of its arguments.
// O(keys * log routes).
//
// Asked in this order:
//   1. ObservedVersionEvicted  the version the transaction observed is not in the history, and the range
//                              epochs around it do not show that the ranges stayed untouched
//   2. OwnershipMoved          `group` did not own a written key at the observed version
//   3. OwnershipMoved          `group` does not own a written key now, or the route's state admits no writes,
//                              or there is no current snapshot to judge by (also without any key)
// Both are retryable after a new pin and name the key, the versions and the owners.
//
// A pin on a version that the polling skipped is judged by range epoch: a route whose record has the same
// known epoch at the recorded versions on both sides was not touched in between, so its group was the owner
// at the observed version too. An unpinned transaction is judged at the current version only. Aborts are
// never fenced: do not ask for them.
absl::Status CheckOwnerFence(const RouteHistory& history, GroupId group, ObservedVersion observed,
                             std::span<const std::string> written_keys);

}  // namespace fencepost
