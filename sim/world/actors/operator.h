// An operator: changes the catalog through CatalogStore, several at once, racing each other, not always
// carefully.
#pragma once

#include <string>
#include <vector>

#include "fencepost/catalog/catalog_store.h"
#include "sim/core/simulation/stage.h"
#include "sim/world/actors/planned_actor.h"
#include "sim/world/actors/route_changes.h"
#include "sim/world/events/save_token.h"
#include "sim/world/scenario/plan.h"
#include "sim/world/store/store_faults.h"

namespace fencepost::sim {

class Operator final : public PlannedActor {
 public:
  // What operators work with. Nothing is owned.
  struct Surroundings {
    Stage* stage;
    const Scenario* scenario;
    const RunConfig* config;
    MemoryStore* store;
    SaveTokens* tokens;
  };

  Operator(const Surroundings& surroundings, ActorId actor, std::string name,
           std::vector<PlannedAction> actions);

  void Start() override;
  bool finished() const override { return finished_; }

 private:
  Awaitable<void> Main();
  // One action, tried again from a fresh read while that may help.
  Awaitable<void> Perform(PlannedAction action, Errand* errand);
  // True when the action is over, whether it succeeded or not.
  Awaitable<bool> Attempt(PlannedAction action, Errand* errand);
  Routes Change(const Routes& routes, const PlannedAction& action, const NextRouteIdAnswer& next,
                Stream* choices);
  Awaitable<absl::StatusOr<SaveResult>> Save(CatalogStore* catalog, CatalogLink* link, SavePurpose purpose,
                                             Version expected, Routes routes);
  void SubmitAgain(const Errand* errand, Version expected, Routes routes);

  Surroundings world_;
  ActorId actor_;
  std::vector<PlannedAction> actions_;
  SimRuntime runtime_;
  CatalogLink link_;
  CatalogStore catalog_;
  // A second connection, for submitting the same save twice at once.
  CatalogLink second_link_;
  CatalogStore second_catalog_;
  bool finished_ = false;
  bool second_busy_ = false;
};

}  // namespace fencepost::sim
