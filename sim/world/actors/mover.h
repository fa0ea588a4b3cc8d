// A mover: runs moves, splits and merges of ranges through the library's RangeMover, or, in a world with a
// published fence, the way such a store moves ranges. It may die between any two steps; its next life, or
// another mover, takes the open moves over. Emits what it does (events/move_events.h).
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fencepost/catalog/catalog_store.h"
#include "fencepost/move/range_mover.h"
#include "sim/core/simulation/stage.h"
#include "sim/world/actors/cancellable_call.h"
#include "sim/world/actors/throwing_interfaces.h"
#include "sim/world/groups/group_client.h"
#include "sim/world/scenario/plan.h"
#include "sim/world/store/store_faults.h"

namespace fencepost::sim {

class Mover {
 public:
  // What movers work with. Nothing is owned.
  struct Surroundings {
    Stage* stage;
    const Scenario* scenario;
    const RunConfig* config;
    MemoryStore* store;
    Cluster* cluster;
    TimestampOracle* oracle;
  };

  Mover(const Surroundings& surroundings, ActorId actor, std::string name,
        std::vector<PlannedAction> actions);

  void Start();
  // Whether it has done all it was asked, and has seen, after healing, that no move is open.
  bool finished() const { return finished_; }
  const std::string& name() const { return name_; }

 private:
  // Everything a crash destroys. Kept until the world ends.
  struct Life {
    Life(const Surroundings& world, ActorId actor, const std::string& name,
         const std::function<void()>& before_each_step, const std::function<Errand*()>& errand);

    LibraryRuntime runtime;
    CatalogLink link;
    ThrowingStore throwing_link;  // the same, where interfaces throw
    CatalogStore catalog;
    GroupClient groups;
    ThrowingMoves throwing_groups;
    RangeMover mover;
    bool alive = true;
  };

  Awaitable<void> Main(Life* life);
  Awaitable<void> Perform(Life* life, PlannedAction action);
  Awaitable<void> Move(Life* life, PlannedAction action);
  Awaitable<void> UndoOne(Life* life, PlannedAction action);
  Awaitable<absl::Status> Drive(Life* life, MoveRecord record);
  // Drives every open move; true when it has seen that none is left.
  Awaitable<bool> DriveAll(Life* life, bool resumed);
  void MaybeDie();
  // What this life does from now on, it does for `errand`.
  void SetOut(Life* life, Errand* errand);
  // The calls into the library, each of which may be cancelled.
  Awaitable<absl::StatusOr<MoveRecord>> BeginMove(Life* life, const std::string& key, GroupId target) const;
  Awaitable<absl::StatusOr<MoveRecord>> UndoMove(Life* life, OwnershipEpoch epoch) const;
  Awaitable<absl::Status> DriveMove(Life* life, OwnershipEpoch epoch) const;
  CallSite SiteOf(Life* life, std::string_view call) const;
  template <class E>
  void Emit(const E& event) const {
    world_.stage->events().Emit(actor_, event);
  }

  Surroundings world_;
  ActorId actor_;
  std::string name_;
  std::vector<PlannedAction> actions_;
  std::size_t next_action_ = 0;
  Errand* rounds_;  // seeing to open moves, its own and others'
  Errand* errand_;  // what it is at
  std::vector<std::unique_ptr<Life>> lives_;
  bool finished_ = false;
};

}  // namespace fencepost::sim
