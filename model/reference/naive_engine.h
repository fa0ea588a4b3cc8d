// The engine as its contract reads: one vector of routes, one vector of recorded versions, linear scans.
//
// Stepped beside Engine (fencepost/engine/engine.h) it must give the same answer to every operation, in both
// compatibility modes. Not thread-safe; a value, so copying it keeps a picture of the engine for later.
// Shares no code with lib/ but value types, errors and the split policy it is given.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "fencepost/base/compatibility.h"
#include "fencepost/base/ids.h"
#include "fencepost/base/key_range.h"
#include "fencepost/base/route.h"
#include "fencepost/engine/engine.h"
#include "fencepost/engine/hotspot_policy.h"

namespace fencepost::model {

// The routes recorded at one version, in table order, with loads of 0.
struct NaiveSnapshot {
  Version version;
  std::vector<Route> routes;

  // The last route whose start is at or below `key`, if it covers the key.
  const Route* RouteOf(std::string_view key) const;
  std::optional<GroupId> OwnerOf(std::string_view key) const;
};

// Everything the owner fence may judge by.
struct NaiveHistory {
  Version current_version;
  std::size_t depth = 0;
  std::vector<NaiveSnapshot> recorded;  // ascending by version

  const NaiveSnapshot* At(Version version) const;
  const NaiveSnapshot* Current() const { return At(current_version); }

  // The nearest recorded versions on both sides of a skipped one; both null when there is no such gap.
  struct Gap {
    const NaiveSnapshot* before = nullptr;
    const NaiveSnapshot* after = nullptr;
  };
  Gap GapAround(Version version) const;
};

struct NaiveEngineOptions {
  std::size_t history_depth = kDefaultRouteHistoryDepth;  // at least 1
  std::uint64_t hotspot_threshold = 0;
  // Null: the start with a zero byte appended. A policy must not look at sampled keys (sample_size() of 0):
  // which keys an engine sampled is its own affair.
  std::shared_ptr<const HotspotPolicy> hotspot_policy;
  Compatibility compatibility = Compatibility::kNone;
  // One route over everything, of group 1, recorded as version 0.
  bool default_route = false;
};

class NaiveEngine {
 public:
  explicit NaiveEngine(NaiveEngineOptions options);

  absl::StatusOr<ApplyOutcome> ApplySnapshot(const CatalogSnapshot& snapshot);
  std::optional<Route> GetRoute(std::string_view key) const;
  std::vector<Route> GetIntersectingRoutes(std::string_view start, std::optional<std::string_view> end) const;
  std::vector<Route> Stats() const { return routes_; }
  Version CurrentVersion() const { return history_.current_version; }
  std::uint64_t NextTimestamp() { return ++last_timestamp_; }
  absl::Status UpdateRoute(const KeyRange& range, GroupId group);
  void RecordAccess(std::string_view key);
  absl::Status SetHistoryDepth(std::size_t depth);

  // Null when not recorded. Valid until the engine changes: copy it to hold it.
  const NaiveSnapshot* SnapshotAt(Version version) const { return history_.At(version); }
  const NaiveSnapshot* Current() const { return history_.Current(); }
  const NaiveHistory& History() const { return history_; }

  const NaiveEngineOptions& options() const { return options_; }

 private:
  std::optional<std::size_t> IndexOf(std::string_view key) const;
  std::optional<std::string> SplitKey(const Route& route) const;
  bool IsRecordedContent(const std::vector<RouteDescriptor>& routes) const;
  void RecordCurrent();
  void EvictSurplus();

  NaiveEngineOptions options_;
  std::vector<Route> routes_;  // ascending by start
  // The records of the last snapshot that was applied, ascending by start: a Route does not say all they do.
  std::vector<RouteDescriptor> applied_;
  NaiveHistory history_;
  std::uint64_t last_timestamp_ = 0;
};

}  // namespace fencepost::model
