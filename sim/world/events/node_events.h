// What happens to nodes; the actor is the node.
#pragma once

#include <absl/status/status.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "fencepost/base/ids.h"
#include "sim/world/events/categories.h"
#include "sim/world/events/engine_events.h"

namespace fencepost::sim {

struct NodeStarted {
  static constexpr EventKind kKind{"node-started", categories::kProcess};
  std::uint64_t life = 1;  // counted from 1

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("life", life);
  }
};

struct NodeCrashed {
  static constexpr EventKind kKind{"node-crashed", categories::kFault};

  template <class Visitor>
  void Fields(Visitor&) const {}
};

// Its bootstrap failed; it tries again.
struct NodeCannotStart {
  static constexpr EventKind kKind{"node-cannot-start", categories::kProcess};
  absl::Status status;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("code", status.code());
  }
};

// A watcher only ends when it cannot work at all.
struct WatcherStopped {
  static constexpr EventKind kKind{"watcher-stopped", categories::kProcess};
  absl::Status status;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("code", status.code());
  }
};

struct NodePaused {
  static constexpr EventKind kKind{"node-paused", categories::kFault};
  std::chrono::nanoseconds until{0};

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("until", until);
  }
};

// Somebody who has not noticed that it is over offers the node a catalog of the past.
struct OldCatalogOffered {
  static constexpr EventKind kKind{"old-catalog-offered", categories::kFault};
  Version version;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("version", version);
  }
};

struct ClockDistorted {
  static constexpr EventKind kKind{"clock-distorted", categories::kFault};
  const FaultKind* fault = nullptr;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("fault", fault->name);
  }
};

}  // namespace fencepost::sim
