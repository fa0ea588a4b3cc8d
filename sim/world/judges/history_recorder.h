// What the clients of a run saw, and nothing else: the histories that the isolation checker judges, made from
// the events that clients emit (events/client_events.h).
//
// A client that is left without an answer, or dies, goes on under a new process number, as in Jepsen: what it
// was waiting for may still take effect. Single-threaded.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/history/list_append_history.h"
#include "model/history/register_history.h"
#include "model/invariants/lost_write.h"
#include "sim/core/simulation/stage.h"
#include "sim/world/events/client_events.h"

namespace fencepost::sim {

class HistoryRecorder {
 public:
  // Listens from now on. `stage` is not owned.
  explicit HistoryRecorder(Stage* stage);
  HistoryRecorder(const HistoryRecorder&) = delete;  // subscriptions point at it
  HistoryRecorder& operator=(const HistoryRecorder&) = delete;

  // List transactions are numbered in the order in which their TransactionBegan was emitted.
  const model::history::ListAppendHistory& lists() const { return lists_; }
  const model::history::RegisterHistory& registers() const { return registers_; }
  // Appends that some client was told had committed, in the order they were told.
  const std::vector<model::AcknowledgedAppend>& acknowledged() const { return acknowledged_; }

 private:
  enum class Doing { kNothing, kTransaction, kRegister };
  struct Client {
    std::int64_t process = 0;
    Doing doing = Doing::kNothing;
    std::uint32_t id = 0;  // in its history
  };

  void OnBegan(ActorId actor, const TransactionBegan& began);
  void OnCommitted(ActorId actor, const TransactionCommitted& committed);
  void OnRegisterBegan(ActorId actor, const RegisterBegan& began);
  void OnRegisterDone(ActorId actor, const RegisterDone& done);
  // Whatever the client began did not happen, or: nobody knows. Nothing if it had begun nothing.
  void Fail(ActorId actor);
  void LeaveUnknown(ActorId actor);

  Client& ClientOf(ActorId actor);
  model::history::Line NextLine() { return ++last_line_; }
  model::history::ValueId ValueOf(const std::optional<std::int64_t>& value);

  Stage* stage_;
  std::map<ActorId, Client> clients_;  // those that have begun anything
  std::int64_t last_process_ = 0;
  model::history::Line last_line_ = 0;
  model::history::ListAppendHistory lists_;
  model::history::RegisterHistory registers_;
  std::vector<model::AcknowledgedAppend> acknowledged_;
};

}  // namespace fencepost::sim
