// One catalog and two engines with their watchers, production and naive, given the same commands: start-up,
// polls, restarts, and everything that can happen to the catalog or an engine in between.
#pragma once

#include <rapidcheck.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "fencepost/catalog/watcher.h"
#include "model/reference/compare.h"
#include "tests/property/catalog_lockstep.h"
#include "tests/property/engine_lockstep.h"

namespace fencepost::property {

inline constexpr std::size_t kEngineCount = 2;

struct BootstrapSetup {
  CatalogSetup catalog;
  std::array<EngineSetup, kEngineCount> engines;
};

rc::Gen<BootstrapSetup> AnyBootstrapSetup();
std::ostream& operator<<(std::ostream& os, const BootstrapSetup& setup);

struct EnsureCommand {
  std::size_t engine = 0;
};
struct SyncCommand {
  std::size_t engine = 0;
};
// A process starts again: a new engine and watcher, nothing remembered.
struct RestartCommand {
  std::size_t engine = 0;
  EngineSetup setup;
};
// Something that has to be there is missing.
struct MissingCommand {
  enum class What { kCatalog, kStore, kEngine, kCatalogAndEngine, kStoreAndEngine };
  What what = What::kCatalog;
  bool sync = false;
};
struct OnEngineCommand {
  std::size_t engine = 0;
  EngineCommand command;
};

struct BootstrapCommand {
  std::variant<EnsureCommand, SyncCommand, RestartCommand, MissingCommand, OnEngineCommand, CatalogCommand>
      action;
};
std::ostream& operator<<(std::ostream& os, const BootstrapCommand& command);
rc::Gen<BootstrapCommand> AnyBootstrapCommand();

class BootstrapLockstep {
 public:
  explicit BootstrapLockstep(const BootstrapSetup& setup) : BootstrapLockstep(setup, setup) {}
  BootstrapLockstep(const BootstrapSetup& setup, const BootstrapSetup& naive_setup);

  model::Difference Step(const BootstrapCommand& command);
  model::Difference Finish();

  const std::set<std::string>& reached() const { return reached_; }

 private:
  // One process: its engine, and the watcher that keeps it up to date.
  struct Process {
    std::unique_ptr<EngineLockstep> engine;
    std::unique_ptr<CatalogWatcher> watcher;
    WatcherStats naive_stats;
  };

  void Start(std::size_t index, const EngineSetup& setup, const EngineSetup& naive_setup);
  model::Difference Run(const EnsureCommand& command);
  model::Difference Run(const SyncCommand& command);
  model::Difference Run(const RestartCommand& command);
  model::Difference Run(const MissingCommand& command);
  model::Difference Run(const OnEngineCommand& command);
  model::Difference Run(const CatalogCommand& command);

  CatalogLockstep catalog_;
  std::array<Process, kEngineCount> processes_;
  std::set<std::string> reached_;
};

}  // namespace fencepost::property
