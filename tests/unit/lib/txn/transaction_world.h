// A coordinator over a SampleStore, and the one question behind most tests: did everybody end up with the
// same outcome, and was the client told the truth?
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fencepost/txn/coordinator.h"
#include "fencepost/txn/resolver.h"
#include "tests/support/run_awaitable.h"
#include "tests/support/scripted_runtime.h"
#include "tests/unit/lib/txn/sample_transactions.h"

namespace fencepost {

class TransactionWorld {
 public:
  explicit TransactionWorld(EndedParts ended = EndedParts::kRemembered) : store_(ended) {}

  SampleStore& store() { return store_; }
  SampleTransport& transport() { return transport_; }
  ScriptedRuntime& runtime() { return runtime_; }

  // The coordinator's answer; nothing when it died on the way.
  std::optional<CommitAnswer> Commit(const TransactionPlan& plan) {
    TransactionCoordinator coordinator(&transport_, &runtime_);
    CommitAnswer answer = RunAwaitable(coordinator.Commit(plan));
    const bool died = std::exchange(transport_.dead, false);  // whoever comes next is another process
    if (died) return std::nullopt;
    return answer;
  }

  // A resolver of another process, over a network without faults, that has been patient already.
  absl::StatusOr<TransactionRecord> Resolve(GroupId group, LockHolder holder) {
    SampleTransport network(&store_);
    ResolverOptions options;
    options.patience = std::chrono::milliseconds(0);
    TransactionResolver resolver(&network, &runtime_, options);
    return RunAwaitable(resolver.End(group, holder));
  }

  // Resolvers that find every lock there is.
  void ResolveEverything() {
    for (auto& [group, state] : store_.groups()) {
      const std::map<TransactionId, PrepareRequest> prepared = state.prepared();
      for (const auto& [id, request] : prepared) {
        const auto ended = Resolve(group, LockHolder{id, request.home});
        ASSERT_TRUE(ended.ok()) << "group " << group.value << ": " << ended.status();
      }
      ASSERT_TRUE(state.prepared().empty()) << "group " << group.value << " still holds a lock";
    }
  }

  // Everything that was ever sent arrives once more, in the order it was sent in or the other way round.
  void DeliverEverythingAgain(bool backwards = false) {
    std::vector<SampleMessage> late = transport_.sent;
    if (backwards) std::reverse(late.begin(), late.end());
    for (const SampleMessage& message : late) store_.Deliver(message);
  }

  // The transaction of `plan` took effect everywhere, once, or nowhere, and `told` says so.
  void ExpectOneHonestOutcome(const TransactionPlan& plan, const std::optional<CommitAnswer>& told) {
    const std::optional<TransactionRecord> record = store_.groups().at(plan.home).RecordOf(plan.id);
    const bool committed = record.has_value() && record->outcome == TransactionOutcome::kCommitted;
    for (const Participant& part : plan.participants) {
      for (const KeyWrite& write : part.writes) {
        const SampleValue value = store_.groups().at(part.group).ValueOf(write.key);
        EXPECT_EQ(CountOf(write.payload, value.text), committed ? 1 : 0)
            << "key " << write.key << " of group " << part.group.value << " is \"" << value.text << "\"";
      }
    }
    if (!told.has_value()) return;
    switch (told->end) {
      case CommitEnd::kCommitted:
        EXPECT_TRUE(committed) << "the client was told that it is committed";
        EXPECT_EQ(told->commit_ts, record.value_or(TransactionRecord()).commit_ts);
        EXPECT_TRUE(told->reason.ok()) << told->reason;
        break;
      case CommitEnd::kAborted:
        EXPECT_FALSE(committed) << "the client was told that it is aborted: " << told->reason;
        EXPECT_FALSE(told->reason.ok());
        break;
      case CommitEnd::kUnknown:
        EXPECT_TRUE(IsError(told->reason, Error::kCommitOutcomeUnknown)) << told->reason;
        break;
    }
  }

 private:
  static int CountOf(const std::string& mark, const std::string& text) {
    int count = 0;
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) ++count;
    return count;
  }

  SampleStore store_;
  SampleTransport transport_{&store_};
  ScriptedRuntime runtime_{[](int) { return true; }};
};

}  // namespace fencepost
