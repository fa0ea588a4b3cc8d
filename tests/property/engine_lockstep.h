// A production engine and the naive one, given the same commands and compared after each.
//
// Every command is legal in every state, so a list of commands shrinks by dropping any of them. The first
// difference is a sentence; nothing means that the two agreed all the way.
#pragma once

#include <rapidcheck.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "fencepost/base/compatibility.h"
#include "fencepost/engine/engine.h"
#include "model/reference/compare.h"
#include "model/reference/naive_engine.h"
#include "tests/property/generators.h"

namespace fencepost::property {

struct EngineSetup {
  Compatibility compatibility = Compatibility::kNone;
  std::size_t history_depth = 2;
  std::uint64_t hotspot_threshold = 0;
  bool default_route = false;
  // Split in the middle of the alphabet instead of right behind the start.
  bool middle_policy = false;
};

rc::Gen<EngineSetup> AnyEngineSetup();
std::ostream& operator<<(std::ostream& os, const EngineSetup& setup);

model::NaiveEngine MakeNaiveEngine(const EngineSetup& setup);
std::unique_ptr<Engine> MakeProductionEngine(const EngineSetup& setup);

struct ApplySnapshotCommand {
  NumberChoice version;
  RoutesChoice routes;
  bool epochs_unknown = false;  // records written for it have epoch 0
};
struct GetRouteCommand {
  std::string key;
};
struct IntersectingCommand {
  KeyRange range;
};
struct UpdateRouteCommand {
  KeyRange range;
  std::uint64_t group = 1;
};
struct RecordAccessCommand {
  std::string key;
  int times = 1;
};
struct SetDepthCommand {
  std::size_t depth = 1;
};
struct SnapshotAtCommand {
  NumberChoice version;
};
// Keeps the current snapshot and history, to look at them when the ring has moved on.
struct HoldCommand {};
struct NextTimestampCommand {};
struct CheckFenceCommand {
  bool pinned = true;
  NumberChoice observed;
  std::uint64_t group = 1;
  bool owner_of_first_key = false;  // ask for the current owner of the first key instead of `group`
  std::vector<std::string> keys;
};

struct EngineCommand {
  std::variant<ApplySnapshotCommand, GetRouteCommand, IntersectingCommand, UpdateRouteCommand,
               RecordAccessCommand, SetDepthCommand, SnapshotAtCommand, HoldCommand, NextTimestampCommand,
               CheckFenceCommand>
      action;
};
std::ostream& operator<<(std::ostream& os, const EngineCommand& command);

// kMixed: everything. kRing: mostly versions, depths and what is held.
enum class EngineMix { kMixed, kRing };
rc::Gen<EngineCommand> AnyEngineCommand(EngineMix mix);

class EngineLockstep {
 public:
  // With `naive_setup` other than `setup`, the naive side is wrong on purpose.
  explicit EngineLockstep(const EngineSetup& setup) : EngineLockstep(setup, setup) {}
  EngineLockstep(const EngineSetup& setup, const EngineSetup& naive_setup);

  // The difference in the command's own answer, or in the state after it.
  model::Difference Step(const EngineCommand& command);

  // Ends the production engine and looks at everything held once more.
  model::Difference Finish();

  // What the commands came to so far: error names, outcomes, and a few rare turns by name.
  const std::set<std::string>& reached() const { return reached_; }

  model::NaiveEngine& naive() { return naive_; }
  Engine& production() { return *production_; }

 private:
  struct Held {
    model::NaiveHistory naive_history;
    RouteHistory history;
    std::optional<model::NaiveSnapshot> naive_snapshot;
    std::optional<RouteHistorySnapshot> snapshot;
  };

  model::Difference Run(const ApplySnapshotCommand& command);
  model::Difference Run(const GetRouteCommand& command);
  model::Difference Run(const IntersectingCommand& command);
  model::Difference Run(const UpdateRouteCommand& command);
  model::Difference Run(const RecordAccessCommand& command);
  model::Difference Run(const SetDepthCommand& command);
  model::Difference Run(const SnapshotAtCommand& command);
  model::Difference Run(const HoldCommand& command);
  model::Difference Run(const NextTimestampCommand& command);
  model::Difference Run(const CheckFenceCommand& command);

  model::NaiveEngine naive_;
  std::unique_ptr<Engine> production_;
  std::vector<RouteDescriptor> applied_;  // what the last successful apply was given
  std::uint64_t last_epoch_ = 0;
  std::vector<Held> held_;
  std::set<std::string> reached_;
};

}  // namespace fencepost::property
