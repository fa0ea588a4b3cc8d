// Judges that what has to happen does: watchers go on, clients do not give up, and after healing everybody
// finishes and every engine reaches the durable version.
//
// Single-threaded.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "fencepost/base/ids.h"
#include "model/invariants/violation.h"
#include "sim/core/simulation/stage.h"
#include "sim/world/store/catalog_record.h"

namespace fencepost::sim {

class LivenessJudge {
 public:
  // `settle`: how long after healing a run may go on. Nothing is owned.
  LivenessJudge(Stage* stage, const CatalogRecord* record, std::chrono::milliseconds settle);
  LivenessJudge(const LivenessJudge&) = delete;  // subscriptions point at it
  LivenessJudge& operator=(const LivenessJudge&) = delete;

  // The time is up, and this actor has not finished; `what` says what it had to do.
  void JudgeUnfinished(std::string_view actor, std::string_view what);
  // The time is up, and this node is not at the newest durable version.
  struct Standing {
    std::string_view node;
    bool is_up = false;
    bool has_bootstrapped = false;
    Version version;
  };
  void JudgeBehind(const Standing& standing);

 private:
  void Take(std::string_view actor, model::Standstill::How how, std::string sentence);
  std::string AfterHealing() const;

  Stage* stage_;
  const CatalogRecord* record_;
  std::chrono::milliseconds settle_;
};

}  // namespace fencepost::sim
