#include "fencepost/catalog/internal/condition_log.h"

#include <cassert>
#include <utility>

namespace fencepost {

ConditionLog::ConditionLog(LogSink sink) : sink_(std::move(sink)) {}

void ConditionLog::Holds(const Condition& condition) {
  assert(!condition.identity.empty());
  if (condition.identity == holding_) return;
  holding_ = condition.identity;
  if (sink_) sink_(condition.severity, condition.message);
}

void ConditionLog::Cleared(const std::string& message) {
  if (holding_.empty()) return;
  holding_.clear();
  if (sink_) sink_(Severity::kInfo, message);
}

}  // namespace fencepost
