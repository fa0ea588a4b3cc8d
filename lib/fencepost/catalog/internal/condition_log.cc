#include "fencepost/catalog/internal/condition_log.h"

#include <cassert>
#include <utility>

#include "fencepost/base/internal/user_call.h"

namespace fencepost {

ConditionLog::ConditionLog(LogSink sink) : sink_(std::move(sink)) {}

void ConditionLog::Holds(const Condition& condition) {
  assert(!condition.identity.empty());
  if (condition.identity == holding_) return;
  holding_ = condition.identity;
  LogTo(sink_, condition.severity, condition.message);
}

void ConditionLog::Cleared(const std::string& message) {
  if (holding_.empty()) return;
  holding_.clear();
  LogTo(sink_, Severity::kInfo, message);
}

}  // namespace fencepost
