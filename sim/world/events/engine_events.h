// What happens to the engine of a node, as its judges see it; the actor is the node. What is only shown
// refers to things that live as long as the life of the node.
#pragma once

#include <absl/status/status.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/base/key_range.h"
#include "fencepost/base/log.h"
#include "fencepost/engine/engine.h"
#include "sim/world/events/categories.h"

namespace fencepost::sim {

// The engine of the node is at another version than before.
struct EngineReached {
  static constexpr EventKind kKind{"engine-reached", categories::kVersion};
  Version from;
  Version version;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("from", from);
    visit("version", version);
  }
};

// A hot range of the engine has been split in two. The split lasts until the next snapshot is applied.
struct RangeSplit {
  static constexpr EventKind kKind{"range-split", categories::kVersion};
  KeyRange range;
  std::string at;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("start", range.start);
    visit("end", range.end);
    visit("at", at);
  }
};

// Only shown: a life of the node begins, with an engine that has applied nothing yet.
struct EngineBorn {
  const Engine* engine = nullptr;
  const EngineOptions* options = nullptr;
};

// Only shown, after the engine has counted it: somebody accessed a key.
struct KeyAccessed {
  const std::string* key = nullptr;
};

// Only shown: somebody changed how many versions the ring holds.
struct RingDepthChanged {
  std::size_t depth = 0;
  std::size_t held = 0;  // how many it held before
  absl::Status status;   // what the engine said
};

// Only shown: an engine was offered a catalog and did not take it.
struct OfferRefused {
  Version offered;
  Version at;
};

// Only shown: the watcher of the node has something to say.
struct WatcherSpoke {
  Severity severity = Severity::kInfo;
};

// Only shown: a client looks again at a snapshot that it has held for long; the actor is the client.
struct SnapshotSeenAgain {
  using Owners = std::vector<std::optional<GroupId>>;  // of each key
  ActorId node = 0;
  Version version;
  const Owners* before = nullptr;   // when it was taken
  const Owners* held = nullptr;     // as held, now
  bool same_life = false;           // whether the node is still in the life that it was taken from
  const Owners* in_ring = nullptr;  // in that life: as the ring has it now; null: it has been evicted
};

}  // namespace fencepost::sim
