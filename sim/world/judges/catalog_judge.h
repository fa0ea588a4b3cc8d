// Judges the durable catalog: every batch that reaches the store, every save that ends.
//
// Beside the invariants of model/invariants, the naive reference catalog is stepped with each save that lands
// and must come out with the same records, byte for byte. Single-threaded.
#pragma once

#include <absl/status/status.h>

#include <map>
#include <string>
#include <vector>

#include "model/invariants/durable_version.h"
#include "model/reference/naive_catalog.h"
#include "model/reference/naive_store.h"
#include "sim/core/simulation/stage.h"
#include "sim/world/events/catalog_events.h"

namespace fencepost::sim {

class CatalogJudge {
 public:
  // Listens to SaveBegan, CatalogStored, CatalogUndecodable and SaveEnded from now on. Not owned.
  explicit CatalogJudge(Stage* stage);
  CatalogJudge(const CatalogJudge&) = delete;  // subscriptions point at it
  CatalogJudge& operator=(const CatalogJudge&) = delete;

  // What was judged so far, for other judges.
  const model::DurableVersionInvariant& durable() const { return durable_; }

 private:
  struct Save {
    std::string who;
    Version expected;
    std::vector<RouteDescriptor> routes;
    model::AttemptId attempt = 0;
  };

  void OnBegan(ActorId actor, const SaveBegan& began);
  void OnStored(const CatalogStored& stored);
  void OnEnded(const SaveEnded& ended);
  void StepReference(const Save& save, const StoredRecords& actual);
  void Take(model::Verdict verdict);
  void TakeDifference(std::string sentence);

  Stage* stage_;
  model::DurableVersionInvariant durable_;
  model::NaiveStore reference_store_;
  model::NaiveCatalog reference_;
  std::map<SaveToken, Save> saves_;
};

}  // namespace fencepost::sim
