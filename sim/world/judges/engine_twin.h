// The naive reference engine of one node, stepped beside the production engine.
#pragma once

#include <string>
#include <string_view>

#include "fencepost/engine/engine.h"
#include "model/invariants/violation.h"
#include "model/reference/naive_engine.h"
#include "sim/world/judges/judge.h"

namespace fencepost::sim {

class EngineTwin {
 public:
  // Both start from the same options. When the split policy samples keys the twin cannot know where
  // production cuts a hot range; then it does not split, the rings are compared, and the live table is judged
  // by CheckLiveTable.
  EngineTwin(std::string who, const EngineOptions& options);

  // The engine has just moved to the durable version it is at; compares what it recorded.
  model::Verdict Applied(const Engine& engine, const Judge& judge);
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
