// Coordinator, resolver and the wait for newer routes under cancellation and exceptions, at every await and
// every operation of the groups and the runtime.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fencepost/engine/engine.h"
#include "fencepost/txn/coordinator.h"
#include "fencepost/txn/resolver.h"
#include "fencepost/txn/retry.h"
#include "tests/unit/lib/interruption/honesty.h"
#include "tests/unit/lib/interruption/interrupted_process.h"
#include "tests/unit/lib/interruption/suspending_doubles.h"
#include "tests/unit/lib/txn/transaction_world.h"
#include "tests/unit/sample_routes.h"

namespace fencepost {
namespace {

using testing::Contains;

constexpr std::uint64_t kId = 7;

class TxnWorld {
 public:
  TxnWorld(const Blow& blow, LineQuality quality, EndedParts ended = EndedParts::kRemembered)
      : world(ended), process(blow, quality) {}

  SampleStore& store() { return world.store(); }

  // The groups where the transaction holds locks.
  std::vector<GroupId> Locked(TransactionId id = TransactionId(kId)) {
    std::vector<GroupId> locked;
    for (const auto& [group, state] : store().groups()) {
      if (state.prepared().contains(id)) locked.push_back(group);
    }
    return locked;
  }

  bool HeardFrom(const std::string& operation) {
    return std::ranges::count(process.line().answered(), operation) > 0;
  }

  TransactionWorld world;
  InterruptedProcess process;
  SuspendingTransactionTransport groups{&world.transport(), &process.line()};
  TransactionCoordinator coordinator{&groups, process.runtime()};
  TransactionResolver resolver{&groups, process.runtime()};
};

// Transaction 50 holds a lock in group 2 that the sample plans want; nobody has decided it.
void LockInGroupTwo(TxnWorld& world) {
  PrepareRequest request;
  request.id = TransactionId(50);
  request.home = GroupId(3);
  request.earliest_commit = Timestamp(50);
  request.part = SamplePlan(50, 2, "?").participants[1];
  ASSERT_TRUE(world.store().Group(2).Apply(request).ok());
}

void ExpectLocksAreNamed(TxnWorld& world, const CommitAnswer& told) {
  for (const GroupId group : world.Locked()) {
    EXPECT_THAT(told.unresolved, Contains(group)) << "a lock is left there; " << told.reason;
  }
}

// Whether the line was rough as well, and then the exception came when the step was to be repeated.
bool CouldNotWaitToRepeat(const Blow& blow, const absl::Status& reason) {
  return !blow.is_cancellation() && reason.message().find("rough") != absl::string_view::npos;
}

void ExpectHonestEnd(TxnWorld& world, const Blow& blow, const TransactionPlan& plan,
                     const CommitAnswer& told) {
  ExpectLocksAreNamed(world, told);
  if (world.HeardFrom("Decide") || world.HeardFrom("CommitAtOnce")) {
    EXPECT_NE(told.end, CommitEnd::kUnknown) << "it heard how it ended: " << told.reason;
  }
  if (!blow.is_cancellation() && !CouldNotWaitToRepeat(blow, told.reason)) {
    EXPECT_NE(told.end, CommitEnd::kUnknown) << "one exception is got over: " << told.reason;
  }
  world.process.line().DeliverWhatIsLate();
  world.world.DeliverEverythingAgain();
  world.world.ResolveEverything();
  world.world.ExpectOneHonestOutcome(plan, told);
}

// A later transaction of the same process over the same keys.
void ExpectUsable(TxnWorld& world, std::uint64_t groups) {
  world.store().clock = 200;
  const TransactionPlan next = SamplePlan(8, groups, "y", 200);
  const CommitAnswer answer = world.process.CallInPeace(world.coordinator.Commit(next));
  EXPECT_EQ(answer.end, CommitEnd::kCommitted) << answer.reason;
  EXPECT_TRUE(answer.unresolved.empty());
  world.world.ExpectOneHonestOutcome(next, answer);
}

using Prepare = std::function<void(TxnWorld&)>;

// Over one, two and three groups, which remember the transactions that they have ended or do not.
void ForEachTransaction(const std::function<void(std::uint64_t groups, EndedParts ended)>& run) {
  for (const std::uint64_t groups : {1u, 2u, 3u}) {
    for (const EndedParts ended : {EndedParts::kRemembered, EndedParts::kForgotten}) {
      const testing::ScopedTrace trace("", 0, "over " + std::to_string(groups) + " groups");
      run(groups, ended);
    }
  }
}

void ExpectHonestCommits(std::uint64_t groups, EndedParts ended, const Prepare& prepare = {}) {
  StrikeOnEachLine([&](const Blow& blow, LineQuality quality) -> Met {
    TxnWorld world(blow, quality, ended);
    if (prepare) prepare(world);
    const TransactionPlan plan = SamplePlan(kId, groups, "x");
    const auto told = world.process.Call(world.coordinator.Commit(plan));
    if (!told.has_value()) return world.process.met();
    ExpectHonestEnd(world, blow, plan, *told);
    ExpectUsable(world, groups);
    return world.process.met();
  });
}

TEST(TransactionInterruption, ACommitSaysHowItEndedAndWhoWasNotTold) {
  ForEachTransaction([](std::uint64_t groups, EndedParts ended) { ExpectHonestCommits(groups, ended); });
}

TEST(TransactionInterruption, ACommitThatIsRefusedSaysSo) {
  ExpectHonestCommits(2, EndedParts::kRemembered, LockInGroupTwo);
  ExpectHonestCommits(3, EndedParts::kForgotten, LockInGroupTwo);
}

// The first find: it threw, though the transaction had committed.
TEST(TransactionInterruption, ACommitThatIsCancelledWhileItDecidesIsCommittedIfItHeardSo) {
  int committed_with_locks_left = 0;
  CancelAtEachAwait(Thoroughness::kAll, [&](const Blow& blow) -> Met {
    TxnWorld world(blow, LineQuality::kSmooth);
    const auto told = world.process.Call(world.coordinator.Commit(SamplePlan(kId, 3, "x")));
    if (told.has_value() && told->end == CommitEnd::kCommitted && !told->unresolved.empty()) {
      EXPECT_EQ(world.store().Group(1).RecordOf(TransactionId(kId)),
                CommittedRecord(TransactionId(kId), told->commit_ts));
      ++committed_with_locks_left;
    }
    return world.process.met();
  });
  EXPECT_GT(committed_with_locks_left, 10);
}

// Also when the runtime and the transport notice nothing of the cancellation.
TEST(TransactionInterruption, ACancelledCommitTakesEachStepOnceAndRepeatsNone) {
  for (const std::uint64_t groups : {1u, 2u}) {
    Blow blow;
    blow.cancelled_before = true;
    TxnWorld world(blow, LineQuality::kSmooth);
    world.world.transport().fate = [](std::size_t, const SampleMessage& message) {
      const bool answers = NameOf(message) == "timestamp";
      return answers ? SampleTransport::Fate::kDelivered : SampleTransport::Fate::kLost;
    };
    const auto told = world.process.Call(world.coordinator.Commit(SamplePlan(kId, groups, "x")));
    ASSERT_TRUE(told.has_value());
    EXPECT_EQ(told->end, groups == 1 ? CommitEnd::kUnknown : CommitEnd::kAborted);
    const std::vector<std::string> one_group = {"timestamp", "commit 1", "decide abort 1"};
    const std::vector<std::string> two_groups = {"prepare 1", "decide abort 1", "resolve abort 1"};
    EXPECT_EQ(world.world.transport().Names(), groups == 1 ? one_group : two_groups);
    EXPECT_EQ(told->unresolved.size(), groups - 1);
  }
}

TEST(TransactionInterruption, ConcludeIsAsHonest) {
  ForEachTransaction([](std::uint64_t groups, EndedParts ended) {
    StrikeOnEachLine([&](const Blow& blow, LineQuality quality) -> Met {
      TxnWorld world(blow, quality, ended);
      const TransactionPlan plan = SamplePlan(kId, groups, "x");
      const auto told = world.process.Call(world.coordinator.Conclude(plan));
      if (told.has_value()) ExpectHonestEnd(world, blow, plan, *told);
      ExpectUsable(world, groups);
      return world.process.met();
    });
  });
}

TEST(TransactionInterruption, FinishChangesNoOutcomeAndNamesWhoWasNotTold) {
  ForEachTransaction([](std::uint64_t groups, EndedParts ended) {
    if (groups == 1) return;  // nothing to finish
    StrikeOnEachLine([&](const Blow& blow, LineQuality quality) -> Met {
      TxnWorld world(blow, quality, ended);
      const TransactionPlan plan = SamplePlan(kId, groups, "x");
      TransactionCoordinator earlier(&world.world.transport(), world.process.runtime());
      const CommitAnswer concluded = RunAwaitable(earlier.Conclude(plan));
      EXPECT_EQ(concluded.end, CommitEnd::kCommitted);
      const auto told = world.process.Call(world.coordinator.Finish(plan.id, concluded));
      if (!told.has_value()) return world.process.met();
      EXPECT_EQ(told->end, CommitEnd::kCommitted);
      ExpectHonestEnd(world, blow, plan, *told);
      return world.process.met();
    });
  });
}

// A lock of transaction 7 that was left in group 2, committed or undecided.
LockHolder LeaveALock(TxnWorld& world, bool committed) {
  const TransactionPlan plan = SamplePlan(kId, 3, "x");
  if (committed) {
    TransactionCoordinator dead(&world.world.transport(), world.process.runtime());
    EXPECT_EQ(RunAwaitable(dead.Conclude(plan)).end, CommitEnd::kCommitted);
  } else {
    for (const Participant& part : plan.participants) {
      PrepareRequest request = {plan.id, plan.home, plan.earliest_commit, part};
      EXPECT_TRUE(world.store().groups().at(part.group).Apply(request).ok());
    }
  }
  return LockHolder{plan.id, plan.home};
}

// A resolver's failure says only that it does not know. One exception is got over, unless it is the waiting
// that fails; and a rough line may have failed before the caller was cancelled.
void ExpectHonestFailure(const Blow& blow, const absl::Status& told) {
  const bool line_failed = told.message().find("rough") != absl::string_view::npos;
  const bool cannot_wait = told.message().find("Sleep") != absl::string_view::npos;
  const bool is_honest = blow.is_cancellation()
                             ? absl::IsCancelled(told) || IsError(told, Error::kCommitOutcomeUnknown)
                             : cannot_wait;
  EXPECT_TRUE(is_honest || line_failed) << told;
}

TEST(TransactionInterruption, AResolverEndsTheTransactionAsItWasDecidedOrSaysThatItDoesNotKnow) {
  for (const bool committed : {true, false}) {
    StrikeOnEachLine([&](const Blow& blow, LineQuality quality) -> Met {
      TxnWorld world(blow, quality);
      const LockHolder holder = LeaveALock(world, committed);
      const auto told = world.process.Call(world.resolver.End(GroupId(2), holder));
      if (told.has_value() && told->ok()) {
        EXPECT_EQ((*told)->outcome,
                  committed ? TransactionOutcome::kCommitted : TransactionOutcome::kAborted);
        EXPECT_THAT(world.Locked(), testing::Not(Contains(GroupId(2))));
      } else if (told.has_value()) {
        ExpectHonestFailure(blow, told->status());
      }
      world.process.line().DeliverWhatIsLate();
      const auto again = world.process.CallInPeace(world.resolver.End(GroupId(2), holder));
      EXPECT_TRUE(again.ok()) << again.status();
      if (again.ok()) {
        EXPECT_EQ(*again, world.store().Group(1).RecordOf(holder.id));
        EXPECT_EQ(again->outcome == TransactionOutcome::kCommitted, committed);
      }
      EXPECT_THAT(world.Locked(), testing::Not(Contains(GroupId(2))));
      return world.process.met();
    });
  }
}

TEST(TransactionInterruption, SettleAnswersWhatStandsOrSaysThatItDoesNotKnow) {
  for (const bool committed : {true, false}) {
    StrikeOnEachLine([&](const Blow& blow, LineQuality quality) -> Met {
      TxnWorld world(blow, quality);
      const LockHolder holder = LeaveALock(world, committed);
      const auto told = world.process.Call(world.resolver.Settle(holder));
      if (told.has_value() && told->ok()) {
        EXPECT_EQ(**told, world.store().Group(1).RecordOf(holder.id));
      } else if (told.has_value()) {
        ExpectHonestFailure(blow, told->status());
      }
      world.process.line().DeliverWhatIsLate();
      const auto again = world.process.CallInPeace(world.resolver.Settle(holder));
      EXPECT_TRUE(again.ok()) << again.status();
      if (again.ok()) {
        EXPECT_EQ(again->outcome == TransactionOutcome::kCommitted, committed);
      }
      return world.process.met();
    });
  }
}

TEST(TransactionInterruption, AWaitForNewerRoutesEndsWhenItIsCancelledOrCannotWait) {
  StrikeEverywhere(Thoroughness::kAll, [](const Blow& blow) -> Met {
    TxnWorld world(blow, LineQuality::kSmooth);
    const std::unique_ptr<Engine> engine = NewEngine();
    const auto told = world.process.Call(WaitForNewerRoutes(
        engine.get(), world.process.runtime(), ObservedVersion::At(Version(1)), /*refusals_in_a_row=*/3));
    if (!told.has_value()) return world.process.met();
    if (!world.process.met().anything) {
      EXPECT_EQ(told->value(), RouteWait::kWaitedOut);
    }
    if (world.process.met().anything && blow.is_cancellation()) {
      EXPECT_TRUE(absl::IsCancelled(told->status()));
    }
    if (world.process.met().anything && !blow.is_cancellation()) {
      EXPECT_THAT(std::string(told->status().message()), testing::HasSubstr("Sleep"));
    }
    return world.process.met();
  });
}

}  // namespace
}  // namespace fencepost
