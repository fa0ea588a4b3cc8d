#include "sim/world/judges/history_recorder.h"

#include <fmt/format.h>

#include <utility>

namespace fencepost::sim {

using model::history::Intent;
using model::history::StepKind;

std::size_t HistoryRecorder::AddClient(std::string name) {
  Client client;
  client.name = std::move(name);
  client.process = ++last_process_;
  clients_.push_back(std::move(client));
  return clients_.size() - 1;
}

void HistoryRecorder::InvokeTransaction(std::size_t number, const std::vector<ListStep>& steps) {
  Client& client = clients_[number];
  std::vector<Intent> intents;
  intents.reserve(steps.size());
  for (const ListStep& step : steps) {
    intents.push_back(Intent{step.reads ? StepKind::kRead : StepKind::kAppend, lists_.InternKey(step.key),
                             step.reads ? 0 : step.element});
  }
  client.id = lists_.Invoke(client.process, intents, NextLine());
  client.steps = steps;
  client.doing = Doing::kTransaction;
}

void HistoryRecorder::CommitTransaction(std::size_t number,
                                        const std::vector<std::vector<std::int64_t>>& observed) {
  Client& client = clients_[number];
  std::vector<std::span<const std::int64_t>> seen(observed.begin(), observed.end());
  lists_.Commit(client.id, seen, NextLine());
  client.doing = Doing::kNothing;
  for (const ListStep& step : client.steps) {
    if (!step.reads) acknowledged_.push_back(model::AcknowledgedAppend{step.key, step.element, client.name});
  }
}

model::history::ValueId HistoryRecorder::ValueOf(const std::optional<std::int64_t>& value) {
  return value.has_value() ? registers_.InternValue(fmt::format("{}", *value)) : model::history::kNullValue;
}

void HistoryRecorder::InvokeRegister(std::size_t number, model::history::RegisterKind kind,
                                     const std::string& key, std::optional<std::int64_t> expected,
                                     std::optional<std::int64_t> value) {
  Client& client = clients_[number];
  const model::history::KeyId key_id = registers_.InternKey(key);
  const model::history::ValueId expected_id = ValueOf(expected);
  const model::history::ValueId value_id = ValueOf(value);
  client.id = registers_.Invoke(client.process, kind, key_id, expected_id, value_id, NextLine());
  client.doing = Doing::kRegister;
}

void HistoryRecorder::CompleteRegisterRead(std::size_t number, std::optional<std::int64_t> observed) {
  Client& client = clients_[number];
  const model::history::ValueId value = ValueOf(observed);
  registers_.CompleteRead(client.id, value, NextLine());
  client.doing = Doing::kNothing;
}

void HistoryRecorder::CompleteRegister(std::size_t number) {
  Client& client = clients_[number];
  registers_.Complete(client.id, NextLine());
  client.doing = Doing::kNothing;
}

void HistoryRecorder::Fail(std::size_t number) {
  Client& client = clients_[number];
  switch (std::exchange(client.doing, Doing::kNothing)) {
    case Doing::kNothing:
      return;
    case Doing::kTransaction:
      return lists_.Fail(client.id, NextLine());
    case Doing::kRegister:
      return registers_.Fail(client.id, NextLine());
  }
}

void HistoryRecorder::LeaveUnknown(std::size_t number) {
  Client& client = clients_[number];
  switch (std::exchange(client.doing, Doing::kNothing)) {
    case Doing::kNothing:
      return;
    case Doing::kTransaction:
      lists_.LeaveIndeterminate(client.id, NextLine());
      break;
    case Doing::kRegister:
      registers_.LeaveIndeterminate(client.id, NextLine());
      break;
  }
  client.process = ++last_process_;
}

bool HistoryRecorder::InFlight(std::size_t number) const { return clients_[number].doing != Doing::kNothing; }

}  // namespace fencepost::sim
