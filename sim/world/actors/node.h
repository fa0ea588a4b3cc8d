// A node: one process with an engine and a watcher (production code), its link to the catalog, and its
// crashes.
//
// It knows nothing of who judges it: its engine and what happens to it are shown (events/node_events.h,
// events/engine_events.h).
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fencepost/catalog/catalog_store.h"
#include "fencepost/catalog/watcher.h"
#include "fencepost/engine/engine.h"
#include "sim/core/simulation/stage.h"
#include "sim/world/events/save_token.h"
#include "sim/world/groups/cluster.h"
#include "sim/world/library_runtime.h"
#include "sim/world/scenario/config.h"
#include "sim/world/scenario/scenario.h"
#include "sim/world/store/store_faults.h"

namespace fencepost::sim {

class Node {
 public:
  // What nodes work with. Nothing is owned.
  struct Surroundings {
    Stage* stage;
    const Scenario* scenario;
    const RunConfig* config;
    MemoryStore* store;
    SaveTokens* tokens;
    Cluster* cluster;  // null in a world without groups
  };

  // Node `number`, from 0, which is `actor` on the stage.
  Node(const Surroundings& surroundings, std::size_t number, ActorId actor);

  // A new life, memory empty: bootstraps against the catalog, then watches it.
  void Start();
  // The first life, that of a node which has bootstrapped and is at this catalog.
  void StartAt(const CatalogSnapshot& catalog);
  // Loses everything but its name.
  void Crash();

  bool running() const { return !lives_.empty() && lives_.back()->alive; }
  bool has_bootstrapped() const { return running() && lives_.back()->bootstrapped; }
  // Whether clients may go through it: it runs, and, in a world that begins founded, it has bootstrapped.
  bool serves() const { return running() && (lives_.back()->bootstrapped || !bootstraps_first_); }
  // Null while it is down.
  Engine* engine() const { return running() ? lives_.back()->engine.get() : nullptr; }
  // Which life this is, from 1.
  std::size_t incarnation() const { return lives_.size(); }

  // Tells of the engine's version if it has moved since the last call. Cheap when it has not.
  void Observe();

  // Somebody offers the node's engine a catalog of the past. REQUIRES: running().
  void OfferSnapshot(const CatalogSnapshot& snapshot);
  // Its clock goes wrong, until the next life. REQUIRES: running().
  void DistortClock(ClockDistortion distortion) { lives_.back()->runtime.sim().Distort(distortion); }

  // What a client does to this node's engine. REQUIRES: running().
  void Access(const std::string& key);
  void SetHistoryDepth(std::size_t depth);

  ActorId actor() const { return actor_; }
  std::size_t number() const { return number_; }
  const std::string& name() const { return name_; }

 private:
  // Everything a crash destroys. Kept until the world ends: dying coroutines may still refer to it.
  struct Life {
    Life(const Surroundings& world, ActorId actor, const std::string& name, LogSink log);

    LibraryRuntime runtime;
    CatalogLink link;
    CatalogStore catalog;
    EngineOptions options;
    std::unique_ptr<Engine> engine;
    CatalogWatcher watcher;
    Version seen;
    bool bootstrapped = false;
    bool alive = true;
  };

  void Begin(const CatalogSnapshot* founded_at);
  Awaitable<void> Main(Life* life);
  Awaitable<void> Bootstrap(Life* life);
  Events& events() { return world_.stage->events(); }

  Surroundings world_;
  std::size_t number_;
  ActorId actor_;
  std::string name_;
  bool bootstraps_first_;
  Stream choices_;
  std::vector<std::unique_ptr<Life>> lives_;
};

// The owner of `key` by the engine of the running node that is behind all others; nothing if none runs or
// covers it.
std::optional<GroupId> StaleOwnerOf(const std::vector<std::unique_ptr<Node>>& nodes, const std::string& key);

}  // namespace fencepost::sim
