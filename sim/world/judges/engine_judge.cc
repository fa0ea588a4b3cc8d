#include "sim/world/judges/engine_judge.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "model/invariants/invariants.h"
#include "sim/world/judges/model_verdict.h"

namespace fencepost::sim {

EngineJudge::EngineJudge(Stage* stage, const model::DurableVersionInvariant* durable, std::string who,
                         const EngineBorn& born)
    : stage_(stage),
      durable_(durable),
      who_(std::move(who)),
      engine_(born.engine),
      twin_(who_, *born.options),
      version_(who_),
      ring_(who_, {Version(0)}) {}

void EngineJudge::Take(model::Verdict verdict) { stage_->verdicts().Take(AsViolation(std::move(verdict))); }

void EngineJudge::OnReached(bool repaired) {
  Take(version_.Check(*engine_, *durable_));
  Take(ring_.Check(*engine_, *durable_));
  Take(twin_.Applied(*engine_, durable_->ContentAt(engine_->CurrentVersion()), repaired));
  accesses_.clear();
}

void EngineJudge::OnAccess(const std::string& key) {
  ++accesses_[key];
  twin_.RecordAccess(key);
}

void EngineJudge::OnSplit(const RangeSplit& split) {
  const std::vector<Route> halves = engine_->GetIntersectingRoutes(split.range.start, split.range.end);
  if (halves.size() == 2) Take(model::CheckHotSplit(who_, split.range, halves[1].start, accesses_));
  // What the halves are accessed counts from now on.
  std::erase_if(accesses_, [&](const auto& access) { return Contains(split.range, access.first); });
  Take(twin_.Compare(*engine_));
}

void EngineJudge::OnDepthChanged(const RingDepthChanged& changed) {
  if (!changed.status.ok()) {
    Take(model::Violation{std::string(model::kHistoryRing),
                          fmt::format("the ring of {} refused depth {}: {}", who_, changed.depth,
                                      std::string(changed.status.message()))});
  }
  twin_.SetHistoryDepth(changed.depth);
  JudgeInFull();
}

void EngineJudge::JudgeInFull() {
  Take(ring_.Check(*engine_, *durable_));
  Take(twin_.Compare(*engine_));
}

}  // namespace fencepost::sim
