// The ring of recent catalog versions of one engine, and the snapshots it hands out.
//
// Invariant: the ring holds exactly the last `depth` *recorded* versions, ascending; the oldest goes first. A
// watcher that polls may skip versions, so the ring may have gaps. Everything here is an immutable value:
// thread-safe, and valid for as long as someone holds it, evicted or not.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/engine/route_table.h"

namespace fencepost {

// The routes at one recorded version.
class RouteHistorySnapshot {
 public:
  RouteHistorySnapshot(Version version, RouteTable table);

  Version version() const;

  // The group that owned `key` at this version; nothing when no route covered it. O(log n).
  std::optional<GroupId> OwnerOf(std::string_view key) const;

  const RouteTable& table() const;
  // (private members are the implementation's)
};

// A whole ring at one moment, together with the engine's version at that moment.
class RouteHistory {
 public:
  Version current_version() const;

  // The snapshot at current_version, or nothing when that version was never recorded (an engine before its
  // first snapshot).
  std::optional<RouteHistorySnapshot> Current() const;
  std::optional<RouteHistorySnapshot> At(Version version) const;

  // The nearest recorded versions on both sides of a version that was skipped; nothing when `version` is
  // recorded, older than the oldest, or newer than the newest.
  struct Gap {
    RouteHistorySnapshot before;
    RouteHistorySnapshot after;
  };
  std::optional<Gap> GapAround(Version version) const;

  std::vector<Version> RecordedVersions() const;  // ascending
  std::size_t depth() const;
  // (constructors and private members are the implementation's)
};

}  // namespace fencepost
