#include "model/history/register_history.h"

#include <cassert>

namespace fencepost::model::history {

RegisterHistory::RegisterHistory() { InternValue("null"); }

KeyId RegisterHistory::InternKey(std::string_view name) {
  const auto next = static_cast<KeyId>(key_names_.size());
  const auto [position, is_new] = key_ids_.try_emplace(std::string(name), next);
  if (is_new) key_names_.emplace_back(name);
  return position->second;
}

ValueId RegisterHistory::InternValue(std::string_view text) {
  const auto next = static_cast<ValueId>(value_texts_.size());
  const auto [position, is_new] = value_ids_.try_emplace(std::string(text), next);
  if (is_new) value_texts_.emplace_back(text);
  return position->second;
}

OperationId RegisterHistory::Invoke(std::int64_t process, RegisterKind kind, KeyId key, ValueId expected,
                                    ValueId value, Line line) {
  assert(operations_.empty() || line > operations_.back().invoked);
  operations_.push_back(
      {.process = process, .kind = kind, .key = key, .expected = expected, .value = value, .invoked = line});
  return static_cast<OperationId>(operations_.size() - 1);
}

void RegisterHistory::CompleteRead(OperationId id, ValueId observed, Line line) {
  assert(operations_[id].kind == RegisterKind::kRead);
  operations_[id].value = observed;
  Complete(id, line);
}

void RegisterHistory::Complete(OperationId id, Line line) {
  operations_[id].outcome = Outcome::kCommitted;
  operations_[id].completed = line;
}

void RegisterHistory::Fail(OperationId id, Line line) {
  operations_[id].outcome = Outcome::kFailed;
  operations_[id].completed = line;
}

void RegisterHistory::LeaveIndeterminate(OperationId id, Line line) {
  operations_[id].outcome = Outcome::kIndeterminate;
  operations_[id].completed = line;
}

}  // namespace fencepost::model::history
