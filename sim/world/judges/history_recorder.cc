#include "sim/world/judges/history_recorder.h"

#include <fmt/format.h>

#include <span>
#include <utility>

namespace fencepost::sim {

using model::history::Intent;
using model::history::StepKind;

HistoryRecorder::HistoryRecorder(Stage* stage) : stage_(stage) {
  Events& events = stage->events();
  events.Subscribe<TransactionBegan>(
      [this](ActorId actor, const TransactionBegan& began) { OnBegan(actor, began); });
  events.Subscribe<TransactionCommitted>(
      [this](ActorId actor, const TransactionCommitted& committed) { OnCommitted(actor, committed); });
  events.Subscribe<RegisterBegan>(
      [this](ActorId actor, const RegisterBegan& began) { OnRegisterBegan(actor, began); });
  events.Subscribe<RegisterDone>(
      [this](ActorId actor, const RegisterDone& done) { OnRegisterDone(actor, done); });
  events.Subscribe<ClientRefused>([this](ActorId actor, const ClientRefused& refused) {
    if (refused.gives_up) Fail(actor);
  });
  events.Subscribe<ClientLeftUnknown>(
      [this](ActorId actor, const ClientLeftUnknown&) { LeaveUnknown(actor); });
  events.Subscribe<ActorDied>([this](ActorId actor, const ActorDied&) { LeaveUnknown(actor); });
}

HistoryRecorder::Client& HistoryRecorder::ClientOf(ActorId actor) {
  Client& client = clients_[actor];
  if (client.process == 0) client.process = ++last_process_;
  return client;
}

void HistoryRecorder::OnBegan(ActorId actor, const TransactionBegan& began) {
  Client& client = ClientOf(actor);
  std::vector<Intent> intents;
  intents.reserve(began.steps.size());
  for (const ListStep& step : began.steps) {
    intents.push_back(Intent{step.reads ? StepKind::kRead : StepKind::kAppend, lists_.InternKey(step.key),
                             step.reads ? 0 : step.element});
  }
  client.id = lists_.Invoke(client.process, intents, NextLine());
  client.doing = Doing::kTransaction;
}

void HistoryRecorder::OnCommitted(ActorId actor, const TransactionCommitted& committed) {
  Client& client = ClientOf(actor);
  const std::vector<std::span<const std::int64_t>> seen(committed.observed.begin(), committed.observed.end());
  lists_.Commit(client.id, seen, NextLine());
  client.doing = Doing::kNothing;
  for (const ListStep& step : committed.steps) {
    if (step.reads) continue;
    acknowledged_.push_back(
        model::AcknowledgedAppend{step.key, step.element, std::string(stage_->NameOf(actor))});
  }
}

model::history::ValueId HistoryRecorder::ValueOf(const std::optional<std::int64_t>& value) {
  return value.has_value() ? registers_.InternValue(fmt::format("{}", *value)) : model::history::kNullValue;
}

void HistoryRecorder::OnRegisterBegan(ActorId actor, const RegisterBegan& began) {
  Client& client = ClientOf(actor);
  const model::history::KeyId key = registers_.InternKey(began.key);
  const model::history::ValueId expected = ValueOf(began.expected);
  const model::history::ValueId value = ValueOf(began.value);
  client.id = registers_.Invoke(client.process, began.kind, key, expected, value, NextLine());
  client.doing = Doing::kRegister;
}

void HistoryRecorder::OnRegisterDone(ActorId actor, const RegisterDone& done) {
  Client& client = ClientOf(actor);
  client.doing = Doing::kNothing;
  if (done.kind != model::history::RegisterKind::kRead) return registers_.Complete(client.id, NextLine());
  const model::history::ValueId value = ValueOf(done.observed);
  registers_.CompleteRead(client.id, value, NextLine());
}

void HistoryRecorder::Fail(ActorId actor) {
  Client& client = ClientOf(actor);
  switch (std::exchange(client.doing, Doing::kNothing)) {
    case Doing::kNothing:
      return;
    case Doing::kTransaction:
      return lists_.Fail(client.id, NextLine());
    case Doing::kRegister:
      return registers_.Fail(client.id, NextLine());
  }
}

void HistoryRecorder::LeaveUnknown(ActorId actor) {
  const auto known = clients_.find(actor);
  if (known == clients_.end()) return;  // a mover, or a client that has begun nothing yet
  Client& client = known->second;
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

}  // namespace fencepost::sim
