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

 private:
  Version version_;
  RouteTable table_;
};

// A whole ring at one moment, together with the engine's version at that moment.
class RouteHistory {
 public:
  // Nothing recorded, version 0. REQUIRES: depth > 0.
  explicit RouteHistory(std::size_t depth);

  // The same history, kept alive by `owner` (which holds `history`) instead of by a reference count of its
  // own: copies made by different threads then need not write to one shared place.
  RouteHistory(const RouteHistory& history, std::shared_ptr<const void> owner);

  // This history after `snapshot` was recorded and became current. Recording a version twice, or one below
  // the current, changes nothing. O(depth).
  RouteHistory Recorded(RouteHistorySnapshot snapshot) const;

  // This history with another depth; a smaller one evicts the oldest. REQUIRES: depth > 0. O(depth).
  RouteHistory WithDepth(std::size_t depth) const;

  Version current_version() const;

  // The snapshot at current_version, or nothing when that version was never recorded (an engine before its
  // first snapshot).
  std::optional<RouteHistorySnapshot> Current() const;
  std::optional<RouteHistorySnapshot> At(Version version) const;

  // As At, without copying: null when not recorded; valid as long as a copy of this history is. O(log depth).
  const RouteHistorySnapshot* Find(Version version) const;

  // The nearest recorded versions on both sides of a version that was skipped; nothing when `version` is
  // recorded, older than the oldest, or newer than the newest.
  struct Gap {
    RouteHistorySnapshot before;
    RouteHistorySnapshot after;
  };
  std::optional<Gap> GapAround(Version version) const;

  std::vector<Version> RecordedVersions() const;  // ascending
  std::size_t depth() const;

 private:
  struct Rep;
  explicit RouteHistory(std::shared_ptr<const Rep> rep);

  std::shared_ptr<const Rep> rep_;  // never null
};

}  // namespace fencepost
