// What a client of the groups routes by, and what it does after a refusal.
//
// A transaction takes one RoutePin and routes all its keys by it. Version and routes are then of one moment;
// read one after the other they may be of two, and a fence that judges by the version judges routes that the
// transaction never saw.
//
// A refusal means that the routes were wrong, or that the groups are ahead of every catalog (a range is
// fenced before any route changes). Trying again at once, through the same cache, fails the same way. So a
// client waits until its engine has moved on from the version that the refused attempt was pinned to; or,
// since it may be the groups' turn and not the catalog's, for a while that grows with each refusal. Then it
// starts over: a new pin, new reads, a new transaction id.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <chrono>
#include <optional>
#include <string_view>

#include "fencepost/base/ids.h"
#include "fencepost/base/runtime.h"
#include "fencepost/engine/engine.h"
#include "fencepost/engine/route_history.h"
#include "fencepost/fence/owner_fence.h"

namespace fencepost {

// One whole picture of the routes. A value; thread-safe, being immutable. It keeps its picture alive, however
// far the engine has gone on.
class RoutePin {
 public:
  // The engine's current snapshot. An engine that has none yet gives a pin that is not pinned and owns
  // nothing: never version 0, which is a version.
  static RoutePin Take(const Engine& engine);

  // What to send along with the transaction: Unpinned() iff there was no snapshot.
  ObservedVersion pin() const;

  // The group to ask about `key`; nothing when no route covers it. O(log n).
  std::optional<GroupId> OwnerOf(std::string_view key) const;

  // Whether the route of `key` admits writes; false when none covers it. A write to one that does not is
  // likely to be refused, so hold it back (WaitForNewerRoutes); the groups decide. O(log n).
  bool AdmitsWritesTo(std::string_view key) const;

 private:
  explicit RoutePin(std::optional<RouteHistorySnapshot> routes);

  std::optional<RouteHistorySnapshot> routes_;
};

struct RouteWaitOptions {
  std::chrono::milliseconds first_wait{10};    // after the first refusal in a row; doubled with each
  std::chrono::milliseconds max_wait{1000};    // but no longer than this
  std::chrono::milliseconds poll_interval{5};  // how often the engine is looked at; at least 1 ms
};

enum class RouteWait {
  kNewerRoutes,  // the engine has gone beyond the version of the refused attempt
  kWaitedOut,    // it has not, and the wait is over
};

// Returns as soon as the engine has routes newer than `refused`, at once if it has them by now, and after the
// wait that `refusals_in_a_row` (from 1) calls for at the latest. To an attempt that was not pinned any
// snapshot is newer. Cancelled when the awaiting coroutine was cancelled; the error of a runtime that cannot
// wait.
//
// Neither is owned; both must outlive the call. Any number of calls at once.
Awaitable<absl::StatusOr<RouteWait>> WaitForNewerRoutes(const Engine* engine, Runtime* runtime,
                                                        ObservedVersion refused, int refusals_in_a_row,
                                                        RouteWaitOptions options = {});

}  // namespace fencepost
