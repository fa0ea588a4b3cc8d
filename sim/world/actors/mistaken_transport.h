// The coordinator's way to the groups, with the mistakes that a coordinator can make staged in it.
//
// Without a mistake every call goes straight through.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "fencepost/txn/transaction_transport.h"
#include "sim/world/scenario/fence_mode.h"

namespace fencepost::sim {

class MistakenTransport final : public TransactionTransport {
 public:
  // Where some route cache says that a key is now.
  using Lookup = std::function<std::optional<GroupId>(const std::string& key)>;

  MistakenTransport(TransactionTransport* groups, Mistake mistake, Lookup lookup);

  // The key that stands for a transaction's home, for those that look it up again.
  void set_primary_key(std::string key) { primary_key_ = std::move(key); }

  // Whether a commit's answer has been lost since this was asked last.
  bool TakeAnswerWasLost() { return std::exchange(answer_was_lost_, false); }

  Awaitable<absl::StatusOr<Timestamp>> NextTimestamp() override;
  Awaitable<absl::Status> Prepare(PrepareRequest request) override;
  Awaitable<absl::Status> CommitAtOnce(CommitRequest request) override;
  Awaitable<absl::StatusOr<TransactionRecord>> Decide(GroupId home, TransactionRecord proposed) override;
  Awaitable<absl::Status> Resolve(GroupId group, TransactionRecord record) override;

 private:
  GroupId Elsewhere(GroupId group) const;

  TransactionTransport* groups_;
  Mistake mistake_;
  Lookup lookup_;
  std::string primary_key_;
  bool answer_was_lost_ = false;
};

}  // namespace fencepost::sim
