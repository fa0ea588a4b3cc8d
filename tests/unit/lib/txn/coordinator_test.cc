#include "fencepost/txn/coordinator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/lib/txn/transaction_world.h"

namespace fencepost {
namespace {

using std::chrono_literals::operator""ms;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using Fate = SampleTransport::Fate;

class Coordinator : public testing::Test {
 protected:
  // Messages of this name, all or the first few of them, meet this fate.
  static void Let(TransactionWorld& world, const std::string& name, Fate fate, int times) {
    world.transport().fate = [=, left = times](std::size_t, const SampleMessage& message) mutable {
      if (NameOf(message) != name || left == 0) return Fate::kDelivered;
      --left;
      return fate;
    };
  }

  void Let(const std::string& name, Fate fate) { Let(world_, name, fate, 1000); }

  // A transaction that is prepared in group 2, under id 50, and locks "k" there.
  void LockInGroupTwo() {
    PrepareRequest request;
    request.id = TransactionId(50);
    request.home = GroupId(3);
    request.earliest_commit = Timestamp(50);
    request.part = SamplePlan(50, 2, "?").participants[1];
    ASSERT_TRUE(world_.store().Group(2).Apply(request).ok());
  }

  static void ExpectHonest(TransactionWorld& world, const TransactionPlan& plan, const CommitAnswer& told) {
    world.DeliverEverythingAgain();
    world.ResolveEverything();
    world.ExpectOneHonestOutcome(plan, told);
  }
  void ExpectHonest(const TransactionPlan& plan, const CommitAnswer& told) {
    ExpectHonest(world_, plan, told);
  }

  TransactionWorld world_;
};

TEST_F(Coordinator, CommitsAcrossGroupsInAscendingOrderAndLeavesNoLock) {
  const TransactionPlan plan = SamplePlan(7, 3, "x");
  const CommitAnswer answer = world_.Commit(plan).value();
  EXPECT_EQ(answer.end, CommitEnd::kCommitted) << answer.reason;
  EXPECT_EQ(answer.commit_ts, Timestamp(101));
  EXPECT_EQ(answer.refused_by, GroupId(0));
  EXPECT_THAT(answer.unresolved, IsEmpty());
  EXPECT_THAT(world_.transport().Names(),
              ElementsAre("prepare 1", "prepare 2", "prepare 3", "timestamp", "decide commit 1",
                          "resolve commit 1", "resolve commit 2", "resolve commit 3"));
  for (auto& [group, state] : world_.store().groups())
    EXPECT_THAT(state.prepared(), IsEmpty()) << group.value;
  EXPECT_EQ(world_.store().Group(3).ValueOf("t").written_at, Timestamp(101));
  ExpectHonest(plan, answer);
}

TEST_F(Coordinator, CommitsInOneGroupWithOneEntry) {
  const TransactionPlan plan = SamplePlan(7, 1, "x");
  const CommitAnswer answer = world_.Commit(plan).value();
  EXPECT_EQ(answer.end, CommitEnd::kCommitted) << answer.reason;
  EXPECT_THAT(world_.transport().Names(), ElementsAre("timestamp", "commit 1"));
  ExpectHonest(plan, answer);
}

TEST_F(Coordinator, ARefusalInTheSecondGroupAbortsTheWholeAndNamesWhoWasInTheWay) {
  LockInGroupTwo();
  const TransactionPlan plan = SamplePlan(7, 3, "x");
  const CommitAnswer answer = world_.Commit(plan).value();
  EXPECT_EQ(answer.end, CommitEnd::kAborted);
  EXPECT_EQ(LockHolderOf(answer.reason), (LockHolder{TransactionId(50), GroupId(3)})) << answer.reason;
  EXPECT_EQ(answer.refused_by, GroupId(2));
  EXPECT_TRUE(IsRetryable(answer.reason));
  EXPECT_THAT(world_.transport().Names(),
              ElementsAre("prepare 1", "prepare 2", "decide abort 1", "resolve abort 1", "resolve abort 2"));
  EXPECT_THAT(world_.store().Group(1).prepared(), IsEmpty());
  EXPECT_EQ(world_.store().Group(1).RecordOf(TransactionId(7)), AbortedRecord(TransactionId(7)));
  ExpectHonest(plan, answer);
}

TEST_F(Coordinator, ARefusalOfAOneGroupCommitIsTheAnswer) {
  ASSERT_EQ(world_.store().Group(1).Own(Fence(Between("b", "c"), 99)).effect, EntryEffect::kTookEffect);
  const CommitAnswer answer = world_.Commit(SamplePlan(7, 1, "x")).value();
  EXPECT_EQ(answer.end, CommitEnd::kAborted);
  EXPECT_TRUE(IsError(answer.reason, Error::kOwnershipMoved)) << answer.reason;
  EXPECT_EQ(answer.refused_by, GroupId(1));
  EXPECT_THAT(world_.transport().Names(), SizeIs(2));
}

TEST_F(Coordinator, AnAnswerThatGotLostIsAskedForAgain) {
  for (const std::string name : {"prepare 2", "timestamp", "decide commit 1", "resolve commit 3"}) {
    for (const Fate fate : {Fate::kLost, Fate::kAnswerLost}) {
      TransactionWorld world;
      Let(world, name, fate, 3);
      const TransactionPlan plan = SamplePlan(7, 3, "x");
      const CommitAnswer answer = world.Commit(plan).value();
      EXPECT_EQ(answer.end, CommitEnd::kCommitted) << name << ": " << answer.reason;
      EXPECT_THAT(world.runtime().sleeps(),
                  ElementsAre(std::chrono::nanoseconds(5ms), std::chrono::nanoseconds(10ms),
                              std::chrono::nanoseconds(20ms)));
      ExpectHonest(world, plan, answer);
    }
  }
}

TEST_F(Coordinator, AGroupThatNeverAnswersItsPrepareIsGivenUp) {
  Let("prepare 2", Fate::kAnswerLost);
  const TransactionPlan plan = SamplePlan(7, 3, "x");
  const CommitAnswer answer = world_.Commit(plan).value();
  EXPECT_EQ(answer.end, CommitEnd::kAborted);
  EXPECT_TRUE(IsError(answer.reason, Error::kTransactionAborted)) << answer.reason;
  EXPECT_THAT(std::string(answer.reason.message()), HasSubstr("group 2 has not answered"));
  EXPECT_EQ(answer.refused_by, GroupId(0));
  EXPECT_THAT(world_.transport().Names(), Contains("resolve abort 2")) << "it may have been prepared there";
  EXPECT_THAT(world_.store().Group(2).prepared(), IsEmpty());
  ExpectHonest(plan, answer);
}

TEST_F(Coordinator, AOneGroupCommitWithoutAnAnswerIsSettledByTheRecord) {
  const TransactionPlan plan = SamplePlan(7, 1, "x");
  Let("commit 1", Fate::kAnswerLost);
  const CommitAnswer committed = world_.Commit(plan).value();
  EXPECT_EQ(committed.end, CommitEnd::kCommitted) << committed.reason;
  EXPECT_EQ(committed.commit_ts, world_.store().Group(1).ValueOf("b").written_at);

  const TransactionPlan next = SamplePlan(8, 1, "y", 200);
  world_.store().clock = 200;
  Let("commit 1", Fate::kLost);
  const CommitAnswer aborted = world_.Commit(next).value();
  EXPECT_EQ(aborted.end, CommitEnd::kAborted);
  EXPECT_TRUE(IsError(aborted.reason, Error::kTransactionAborted)) << aborted.reason;
  ExpectHonest(next, aborted);
  EXPECT_EQ(world_.store().Group(1).ValueOf("b").text, "x") << "the lost request arrived after all";
}

TEST_F(Coordinator, NobodyIsToldWhatOnlyASilentHomeKnows) {
  for (const std::uint64_t groups : {1u, 2u}) {
    for (const Fate fate : {Fate::kLost, Fate::kAnswerLost}) {
      TransactionWorld world;
      world.transport().fate = [=](std::size_t, const SampleMessage& message) {
        const std::string name = NameOf(message);
        return name == "commit 1" || name.starts_with("decide") ? fate : Fate::kDelivered;
      };
      const TransactionPlan plan = SamplePlan(7, groups, "x");
      const CommitAnswer answer = world.Commit(plan).value();
      EXPECT_EQ(answer.end, CommitEnd::kUnknown);
      EXPECT_TRUE(IsError(answer.reason, Error::kCommitOutcomeUnknown)) << answer.reason;
      EXPECT_FALSE(IsRetryable(answer.reason));
      EXPECT_THAT(world.transport().Names(), Each(Not(HasSubstr("resolve")))) << "there is no record to show";
      EXPECT_THAT(answer.unresolved, SizeIs(groups == 1 ? 0 : 2));
      world.ResolveEverything();
      world.ExpectOneHonestOutcome(plan, answer);
    }
  }
}

TEST_F(Coordinator, AnAbortNeedsNoHomeWhenNobodyEverProposedTheCommit) {
  LockInGroupTwo();
  Let("decide abort 1", Fate::kLost);
  const TransactionPlan plan = SamplePlan(7, 3, "x");
  const CommitAnswer answer = world_.Commit(plan).value();
  EXPECT_EQ(answer.end, CommitEnd::kAborted);
  EXPECT_TRUE(IsError(answer.reason, Error::kKeyLocked)) << answer.reason;
  ExpectHonest(plan, answer);
}

TEST_F(Coordinator, ARefusalThatLostItsTypeOnTheWireIsNotTakenForOneNorForSuccess) {
  ASSERT_EQ(world_.store().Group(1).Own(Fence(Between("b", "c"), 99)).effect, EntryEffect::kTookEffect);
  world_.transport().on_answer = [](const SampleMessage&, SampleStore::Answer& answer) {
    answer.status = absl::Status(answer.status.code(), answer.status.message());
  };
  const TransactionPlan plan = SamplePlan(7, 1, "x");
  const CommitAnswer answer = world_.Commit(plan).value();
  EXPECT_EQ(answer.end, CommitEnd::kAborted);
  EXPECT_TRUE(IsError(answer.reason, Error::kTransactionAborted)) << "by the record: " << answer.reason;
  EXPECT_THAT(world_.transport().Names(), ElementsAre("timestamp", "commit 1", "decide abort 1"));
}

TEST_F(Coordinator, AnAnswerAboutSomethingElseIsNoEvidence) {
  for (const bool other_id : {true, false}) {
    TransactionWorld world;
    world.transport().on_answer = [=](const SampleMessage& message, SampleStore::Answer& answer) {
      if (!std::holds_alternative<DecideMessage>(message)) return;
      if (other_id) answer.record.id = TransactionId(8);
      if (!other_id) answer.record.outcome = static_cast<TransactionOutcome>(2);
    };
    const CommitAnswer answer = world.Commit(SamplePlan(7, 2, "x")).value();
    EXPECT_EQ(answer.end, CommitEnd::kUnknown) << "other id: " << other_id;
  }
}

TEST_F(Coordinator, ATimestampBelowWhatWasPromisedGetsIntoNoRecord) {
  world_.store().clock = 20;
  for (const std::uint64_t groups : {1u, 2u}) {
    const TransactionPlan plan = SamplePlan(groups, groups, "x");
    const CommitAnswer answer = world_.Commit(plan).value();
    EXPECT_EQ(answer.end, CommitEnd::kAborted);
    EXPECT_THAT(std::string(answer.reason.message()), HasSubstr("the timestamps went back, from 100 to 2"));
    ExpectHonest(plan, answer);
  }
}

TEST_F(Coordinator, WithoutATimestampNothingCommits) {
  Let("timestamp", Fate::kLost);
  for (const std::uint64_t groups : {1u, 2u}) {
    const TransactionPlan plan = SamplePlan(groups, groups, "x");
    const CommitAnswer answer = world_.Commit(plan).value();
    EXPECT_EQ(answer.end, CommitEnd::kAborted);
    EXPECT_TRUE(IsError(answer.reason, Error::kTransactionAborted)) << answer.reason;
    ExpectHonest(plan, answer);
  }
}

TEST_F(Coordinator, APlanOfNothingIsRefused) {
  const CommitAnswer answer = world_.Commit(TransactionPlan()).value();
  EXPECT_EQ(answer.end, CommitEnd::kAborted);
  EXPECT_TRUE(IsError(answer.reason, Error::kInvalidTransaction)) << answer.reason;
  EXPECT_THAT(world_.transport().sent, IsEmpty());
}

TEST_F(Coordinator, ConcludeAnswersWhileTheLocksAreHeldAndFinishTakesThemAway) {
  TransactionCoordinator coordinator(&world_.transport(), &world_.runtime());
  const TransactionPlan plan = SamplePlan(7, 3, "x");
  const CommitAnswer concluded = RunAwaitable(coordinator.Conclude(plan));
  EXPECT_EQ(concluded.end, CommitEnd::kCommitted) << concluded.reason;
  EXPECT_THAT(concluded.unresolved, ElementsAre(GroupId(1), GroupId(2), GroupId(3)));
  EXPECT_THAT(world_.store().Group(3).prepared(), SizeIs(1));

  Let("resolve commit 2", Fate::kLost);
  const CommitAnswer finished = RunAwaitable(coordinator.Finish(plan.id, concluded));
  EXPECT_EQ(finished.end, CommitEnd::kCommitted);
  EXPECT_THAT(finished.unresolved, ElementsAre(GroupId(2))) << "one silent group holds up no other";
  EXPECT_EQ(world_.store().Group(3).ValueOf("t").text, "x");
  EXPECT_THAT(world_.runtime().sleeps(), SizeIs(3)) << "in rounds";
  ExpectHonest(plan, finished);
}

TEST_F(Coordinator, FinishingWhatIsUnknownTellsNobodyAnything) {
  TransactionCoordinator coordinator(&world_.transport(), &world_.runtime());
  CommitAnswer unknown;
  unknown.unresolved = {GroupId(1), GroupId(2)};
  EXPECT_THAT(RunAwaitable(coordinator.Finish(TransactionId(7), unknown)).unresolved, SizeIs(2));
  EXPECT_THAT(world_.transport().sent, IsEmpty());
}

TEST_F(Coordinator, ACancelledCoordinatorRepeatsNothingAndStaysHonest) {
  ScriptedRuntime cancelled([](int) { return false; });
  Let("prepare 2", Fate::kAnswerLost);
  TransactionCoordinator coordinator(&world_.transport(), &cancelled);
  const TransactionPlan plan = SamplePlan(7, 3, "x");
  const CommitAnswer answer = RunAwaitable(coordinator.Commit(plan));
  EXPECT_EQ(answer.end, CommitEnd::kAborted);
  EXPECT_THAT(world_.transport().Names(),
              ElementsAre("prepare 1", "prepare 2", "decide abort 1", "resolve abort 1", "resolve abort 2"));
  ExpectHonest(plan, answer);
}

TEST_F(Coordinator, APlanThatIsRunTwiceIsAnsweredAsItEndedTheFirstTime) {
  const TransactionPlan plan = SamplePlan(7, 3, "x");
  const CommitAnswer first = world_.Commit(plan).value();
  const CommitAnswer second = world_.Commit(plan).value();
  EXPECT_EQ(second.end, CommitEnd::kCommitted) << second.reason;
  EXPECT_EQ(second.commit_ts, first.commit_ts);
  EXPECT_THAT(second.unresolved, IsEmpty());
  ExpectHonest(plan, second);
}

TEST_F(Coordinator, ARangeThatMovesAwayBetweenPrepareAndCommitTakesTheWriteAlong) {
  const KeyRange moved = Between("h", "p");
  SampleTransactionGroup& source = world_.store().Group(2);
  SampleTransactionGroup& target = world_.store().Group(3);
  world_.transport().before = [&](std::size_t number) {
    if (number != 3) return;  // all are prepared; the timestamp comes next
    EXPECT_EQ(source.Own(Fence(moved, 99)).effect, EntryEffect::kTookEffect);
    EXPECT_THAT(CheckDrain(source.ownership(), moved, OwnershipEpoch(99))->must_drain,
                ElementsAre(TransactionId(7)));
  };
  const TransactionPlan plan = SamplePlan(7, 3, "x");
  const CommitAnswer answer = world_.Commit(plan).value();
  EXPECT_EQ(answer.end, CommitEnd::kCommitted) << "it was let in before the cut-off: " << answer.reason;
  ASSERT_THAT(CheckDrain(source.ownership(), moved, OwnershipEpoch(99))->must_drain, IsEmpty());
  EXPECT_EQ(source.ValueOf("k").text, "x") << "in the group that held the lock, and so in the copy";

  target.CopyIn("k", source.ValueOf("k"));
  ASSERT_EQ(target.Own(Activate(moved, 99, 101)).effect, EntryEffect::kTookEffect);
  ASSERT_EQ(source.Own(Release(moved, 99)).effect, EntryEffect::kTookEffect);
  source.Drop("k");
  world_.DeliverEverythingAgain();
  world_.ResolveEverything();
  EXPECT_EQ(source.ValueOf("k").text, "") << "a late entry wrote to the old owner";
  EXPECT_EQ(target.ValueOf("k").text, "x");
}

TEST_F(Coordinator, ARangeThatIsFencedBeforeItsPrepareRefusesAndNothingIsWrittenAnywhere) {
  world_.transport().before = [&](std::size_t number) {
    if (number == 1) world_.store().Group(2).Own(Fence(Between("h", "p"), 99));
  };
  const TransactionPlan plan = SamplePlan(7, 3, "x");
  const CommitAnswer answer = world_.Commit(plan).value();
  EXPECT_EQ(answer.end, CommitEnd::kAborted);
  EXPECT_TRUE(IsError(answer.reason, Error::kOwnershipMoved)) << answer.reason;
  EXPECT_EQ(answer.refused_by, GroupId(2));
  ExpectHonest(plan, answer);
}

}  // namespace
}  // namespace fencepost
