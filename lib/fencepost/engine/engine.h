// One process's in-memory copy of the catalog: where a key lives now, and where it lived at recent versions.
//
// The engine holds an immutable picture: a route table, its version, and the ring of recent tables. Appliers
// build the next picture aside, validate it, and publish it in one step; so a reader sees one whole version,
// never a mix, and never waits for an applier.
//
// Thread-safe: any number of readers and access recorders beside one or more appliers. Readers take no lock
// they contend on; a thread keeps a reference to the picture it last read. So a replaced picture is freed by
// a later publication, once every thread that read it has read again or ended, and the last picture of an
// engine that is gone when its reading threads have ended or have read enough other engines.
//
// What Compatibility::kReference changes here:
//   - UpdateRoute checks nothing: any range, any group, overlaps and all, also after a snapshot was applied;
//   - GetIntersectingRoutes answers an empty or inverted range as the plain inequalities do;
//   - a split's halves have state active, and the default split policy is ReferenceHotspotPolicy.
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
#include "fencepost/engine/hotspot_policy.h"
#include "fencepost/engine/route_history.h"

namespace fencepost {

inline constexpr std::size_t kDefaultRouteHistoryDepth = 32;

struct EngineOptions {
  std::size_t history_depth = kDefaultRouteHistoryDepth;  // at least 1
  // Accesses after which a bounded route splits; 0 turns splitting off.
  std::uint64_t hotspot_threshold = 0;
  // Where a hot route is split; null selects LoadHalvingPolicy.
  std::shared_ptr<const HotspotPolicy> hotspot_policy;
  // Start with one route ["", inf) of group 1, id 0, recorded in the ring as version 0.
  bool default_route = false;
  Compatibility compatibility = Compatibility::kNone;
};

// How ApplySnapshot ended, when it did not fail.
enum class ApplyOutcome {
  kApplied,
  kSameVersion,  // already there; nothing changed
  // Nothing changed, but the snapshot's routes are not the ones recorded at this version: two processes would
  // never converge, so look into it. Never at version 0, which is before the first save.
  kSameVersionDifferentContent,
};

class Engine {
 public:
  // HistoryDepthRequired for a history depth of 0.
  static absl::StatusOr<std::unique_ptr<Engine>> Create(EngineOptions options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Replaces routes and version in one step and records them in the ring. Loads start at 0. Versions may
  // skip; an empty route set is legal. On any error nothing changed:
  //   EngineSnapshotVersionStale     older than the engine, whatever the routes
  //   the errors of ValidateRouteDescriptor and EngineSnapshotDuplicateID, route by route in the given order
  //   EngineSnapshotRouteOrder, EngineSnapshotRouteOverlap   between neighbours, sorted by start
  // The same version is OK and changes nothing. O(n log n).
  absl::StatusOr<ApplyOutcome> ApplySnapshot(const CatalogSnapshot& snapshot);

  // The route that covers `key`. O(log n).
  std::optional<Route> GetRoute(std::string_view key) const;

  // The routes that share a key with [start, end), in table order; none for an empty or inverted range.
  // O(log n + results).
  std::vector<Route> GetIntersectingRoutes(std::string_view start, std::optional<std::string_view> end) const;

  // Every route with its load, in table order.
  std::vector<Route> Stats() const;

  Version CurrentVersion() const;

  // 1, 2, 3, ... across all threads, each once.
  std::uint64_t NextTimestamp();

  // Adds an ephemeral route (id 0, active) before the first snapshot.
  //   CatalogGroupIdRequired, CatalogInvalidRouteRange
  //   EngineAlreadyBootstrapped   a snapshot was applied: change the catalog with CatalogStore::Save instead
  //   EngineSnapshotRouteOverlap  a route already covers part of the range
  absl::Status UpdateRoute(KeyRange range, GroupId group);

  // Counts an access to the route of `key`; may split it (see EngineOptions). A split is ephemeral: it is
  // lost when the next snapshot is applied, unless its owner saves it to the catalog.
  void RecordAccess(std::string_view key);

  // The recorded snapshot of exactly this version, or nothing. It stays valid after the ring has dropped it.
  // O(log depth).
  std::optional<RouteHistorySnapshot> SnapshotAt(Version version) const;

  // The snapshot recorded at the engine's own version, or nothing (before the first).
  std::optional<RouteHistorySnapshot> Current() const;

  // Version, table and ring as one consistent picture: what a fence or a checker judges by.
  RouteHistory History() const;

  std::size_t HistoryDepth() const;

  // Changes the ring's depth and evicts the oldest at once. HistoryDepthRequired for 0. For tests: a process
  // that wants another depth says so in EngineOptions.
  absl::Status SetHistoryDepthForTest(std::size_t depth);

 private:
  struct Impl;
  explicit Engine(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

// The reference's constructors.
std::unique_ptr<Engine> NewEngine();
// One route ["", inf) of group 1, id 0, recorded in the ring as version 0.
std::unique_ptr<Engine> NewEngineWithDefaultRoute();
std::unique_ptr<Engine> NewEngineWithThreshold(std::uint64_t threshold);
// With options; as Create.
absl::StatusOr<std::unique_ptr<Engine>> NewEngineWithDefaultRoute(EngineOptions options);

}  // namespace fencepost
