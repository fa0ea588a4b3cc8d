// What the clients of a run saw, and nothing else: the histories that the isolation checker judges.
//
// A client that is left without an answer, or dies, goes on under a new process number, as in Jepsen: what it
// was waiting for may still take effect. Single-threaded.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/history/list_append_history.h"
#include "model/history/register_history.h"
#include "model/invariants/lost_write.h"

namespace fencepost::sim {

class HistoryRecorder {
 public:
  // One step of a list transaction: an append of `element`, or a read.
  struct ListStep {
    std::string key;
    bool reads = false;
    std::int64_t element = 0;
  };

  // A new client; `name` is for sentences.
  std::size_t AddClient(std::string name);

  // An element that was never appended before.
  std::int64_t FreshElement() { return ++last_element_; }

  // The client begins a list transaction; one thing at a time per client.
  void InvokeTransaction(std::size_t client, const std::vector<ListStep>& steps);
  // It committed; `observed` has the list seen by each step that reads, and an empty one for each append.
  void CommitTransaction(std::size_t client, const std::vector<std::vector<std::int64_t>>& observed);

  // The client begins an operation on a register. Values are numbers, absent is null.
  void InvokeRegister(std::size_t client, model::history::RegisterKind kind, const std::string& key,
                      std::optional<std::int64_t> expected, std::optional<std::int64_t> value);
  void CompleteRegisterRead(std::size_t client, std::optional<std::int64_t> observed);
  void CompleteRegister(std::size_t client);

  // Whatever the client began did not happen, or: nobody knows. Nothing if it had begun nothing.
  void Fail(std::size_t client);
  void LeaveUnknown(std::size_t client);
  bool InFlight(std::size_t client) const;

  const model::history::ListAppendHistory& lists() const { return lists_; }
  const model::history::RegisterHistory& registers() const { return registers_; }
  // Appends that some client was told had committed, in the order they were told.
  const std::vector<model::AcknowledgedAppend>& acknowledged() const { return acknowledged_; }

 private:
  enum class Doing { kNothing, kTransaction, kRegister };
  struct Client {
    std::string name;
    std::int64_t process = 0;
    Doing doing = Doing::kNothing;
    std::uint32_t id = 0;  // in its history
    std::vector<ListStep> steps;
  };

  model::history::Line NextLine() { return ++last_line_; }
  model::history::ValueId ValueOf(const std::optional<std::int64_t>& value);

  std::vector<Client> clients_;
  std::int64_t last_process_ = 0;
  std::int64_t last_element_ = 0;
  model::history::Line last_line_ = 0;
  model::history::ListAppendHistory lists_;
  model::history::RegisterHistory registers_;
  std::vector<model::AcknowledgedAppend> acknowledged_;
};

}  // namespace fencepost::sim
