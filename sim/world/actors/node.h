// A node: one process with an engine and a watcher (production code), its link to the catalog, and its
// crashes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "fencepost/catalog/catalog_store.h"
#include "fencepost/catalog/watcher.h"
#include "fencepost/engine/engine.h"
#include "model/invariants/engine_version.h"
#include "model/invariants/history_ring.h"
#include "model/invariants/hot_split.h"
#include "sim/world/judges/engine_twin.h"
#include "sim/world/surroundings.h"

namespace fencepost::sim {

class Node {
 public:
  Node(const Surroundings& world, ActorId actor, std::string name);

  // A new life, memory empty: bootstraps against the catalog, then watches it.
  void Start();
  // Loses everything but its name.
  void Crash();

  bool running() const { return !lives_.empty() && lives_.back()->alive; }
  // Whether it has bootstrapped and is at the newest durable version.
  bool UpToDate() const;
  Engine* engine() { return running() ? lives_.back()->engine.get() : nullptr; }
  // Which life this is, from 1.
  std::size_t incarnation() const { return lives_.size(); }

  // Judges the engine if it has moved since the last call. Cheap when it has not.
  void Observe();
  // Judges the engine in full.
  void ObserveFully();

  // Somebody offers the node's engine a catalog of the past. REQUIRES: running().
  void OfferSnapshot(const CatalogSnapshot& snapshot);
  // Its clock goes wrong, until the next life. REQUIRES: running().
  void DistortClock(ClockDistortion distortion) { lives_.back()->runtime.Distort(distortion); }

  // What a client does to this node's engine, to the twin as well. REQUIRES: running().
  void Access(const std::string& key);
  void SetHistoryDepth(std::size_t depth);

  ActorId actor() const { return actor_; }
  const std::string& name() const { return name_; }
  std::string Describe() const;  // where it stands, for a liveness report

 private:
  // Everything a crash destroys. Kept until the world ends: dying coroutines may still refer to it.
  struct Life {
    Life(const Surroundings& world, ActorId actor, const std::string& name, LogSink log);

    SimRuntime runtime;
    CatalogLink link;
    CatalogStore catalog;
    EngineOptions options;
    std::unique_ptr<Engine> engine;
    CatalogWatcher watcher;
    EngineTwin twin;
    model::EngineVersionInvariant version_invariant;
    model::HistoryRingInvariant ring_invariant;
    Version seen;
    bool bootstrapped = false;
    bool split = false;  // the live table has ephemeral halves
    model::AccessCounts accesses;
    bool alive = true;
  };

  Awaitable<void> Main(Life* life);
  Awaitable<void> Bootstrap(Life* life);
  void OnLog(Severity severity);
  void JudgeSplit(Life* life, const Route& before);

  Surroundings world_;
  ActorId actor_;
  std::string name_;
  Stream choices_;
  std::vector<std::unique_ptr<Life>> lives_;
  bool catching_up_ = false;  // after a crash
};

// The owner of `key` in the eyes of the running node whose engine is behind all others; nothing if none runs
// or covers it.
std::optional<GroupId> StaleOwnerOf(const std::vector<std::unique_ptr<Node>>& nodes, const std::string& key);

}  // namespace fencepost::sim
