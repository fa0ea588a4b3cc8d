// The naive reference engine of one node, stepped beside the production engine.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fencepost/base/route.h"
#include "fencepost/engine/engine.h"
#include "model/invariants/violation.h"
#include "model/reference/naive_engine.h"

namespace fencepost::sim {

class EngineTwin {
 public:
  // Both start from the same options. When the split policy samples keys the twin cannot know where
  // production cuts a hot range; then it does not split, the rings are compared, and the live table is judged
  // by CheckLiveTable.
  EngineTwin(std::string who, const EngineOptions& options);

  // The engine has just moved to the durable version it is at, of which the catalog holds `content` (null:
  // nothing); compares what it recorded. `repaired`: whether records of the catalog have ever been repaired.
  model::Verdict Applied(const Engine& engine, const std::vector<RouteDescriptor>* content, bool repaired);
  void RecordAccess(std::string_view key) { naive_.RecordAccess(key); }
  void SetHistoryDepth(std::size_t depth);

  // Everything that can be asked of both.
  model::Verdict Compare(const Engine& engine) const;

 private:
  model::Verdict CheckLiveTable(const Engine& engine) const;

  std::string who_;
  bool follows_splits_;
  model::NaiveEngine naive_;
};

}  // namespace fencepost::sim
