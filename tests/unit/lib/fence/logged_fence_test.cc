#include "fencepost/fence/logged_fence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fencepost/base/error.h"
#include "tests/unit/lib/fence/sample_ownership.h"

namespace fencepost {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// ["a", "m") under epoch 1 and ["m", "z") under epoch 2.
SampleGroup Owner() {
  SampleGroup group;
  group.With({Activate(Between("a", "m"), 1), Activate(Between("m", "z"), 2)});
  return group;
}

// As Owner, with ["c", "f") fenced under epoch 3 at log index 3.
SampleGroup Source() {
  SampleGroup group = Owner();
  group.With({Fence(Between("c", "f"), 3)});
  return group;
}

void ExpectRefused(const EntryOutcome& outcome, Error error) {
  EXPECT_EQ(outcome.effect, EntryEffect::kRefused);
  EXPECT_TRUE(IsError(outcome.refusal, error)) << outcome.refusal << ", not " << ErrorName(error);
}

bool IsMoved(const absl::Status& status) { return IsError(status, Error::kOwnershipMoved); }

TEST(LoggedFence, LetsAWriteInUnderTheEpochOfItsRange) {
  const SampleGroup group = Owner();
  EXPECT_EQ(group.Commit(Write("b", 1)), absl::OkStatus());
  EXPECT_EQ(group.Commit(Write("m", 2)), absl::OkStatus());
}

TEST(LoggedFence, RefusesEveryOtherEpochLowerOrHigher) {
  const SampleGroup group = Owner();
  EXPECT_TRUE(IsMoved(group.Commit(Write("m", 1))));
  EXPECT_TRUE(IsMoved(group.Commit(Write("m", 3)))) << "the client is ahead of this replica";
  EXPECT_TRUE(IsMoved(group.Commit(Write("b", 2)))) << "the epoch of the range beside it";
}

TEST(LoggedFence, RefusesAWriteWithoutAnEpoch) {
  EXPECT_TRUE(IsMoved(Owner().Commit(Write("b", 0))));
  EXPECT_TRUE(IsMoved(Owner().Commit(Write("zz", 0)))) << "a key nobody knows has no epoch either";
}

TEST(LoggedFence, RefusesACommitThatClaimsNothing) {
  EXPECT_TRUE(IsMoved(CheckCommit(Owner().ownership(), Timestamp(9), {}, {})));
  const std::vector<ReadClaim> nothing = {Scan(Between("b", "b"), 1)};
  EXPECT_TRUE(IsMoved(CheckCommit(Owner().ownership(), Timestamp(9), {}, nothing)));
}

TEST(LoggedFence, RefusesAKeyOutsideOfEveryOwnedRange) {
  EXPECT_TRUE(IsMoved(Owner().Commit(Write("", 1))));
  EXPECT_TRUE(IsMoved(Owner().Commit(Write("z", 2))));
  EXPECT_TRUE(IsMoved(SampleGroup().Commit(Write("a", 1))));
}

TEST(LoggedFence, OneRefusedKeyRefusesTheWholeCommit) {
  const std::vector<WriteClaim> writes = {Write("b", 1), Write("n", 2), Write("q", 1)};
  EXPECT_TRUE(IsMoved(CheckCommit(Owner().ownership(), Timestamp(9), writes, {})));
}

TEST(LoggedFence, ARefusalNamesTheKeyTheEpochsThePhaseAndThePositionAndMayBeRetried) {
  const absl::Status status = Source().Commit(Write("d", 1));
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("key \"d\""), HasSubstr("claims epoch 1"), HasSubstr("fenced at log index 3"),
                    HasSubstr("epoch 1"), HasSubstr("highest epoch 3"), HasSubstr("by log index 3")));
  EXPECT_TRUE(IsRetryable(status));
  EXPECT_THAT(std::string(Owner().Commit(Write("b", 0)).message()), HasSubstr("claims no epoch"));
}

TEST(LoggedFence, WritesCommitAboveTheFloorOnly) {
  SampleGroup target;
  target.With({Activate(Between("a", "m"), 5, 40)});
  EXPECT_TRUE(IsMoved(target.Commit(Write("b", 5), 39)));
  EXPECT_TRUE(IsMoved(target.Commit(Write("b", 5), 40))) << "the copy may hold a write at the floor itself";
  EXPECT_EQ(target.Commit(Write("b", 5), 41), absl::OkStatus());
}

TEST(LoggedFence, ReadsAreValidatedByTheSameRule) {
  const GroupOwnership source = Source().ownership();
  const std::vector<WriteClaim> writes = {Write("n", 2)};
  const std::vector<ReadClaim> good = {Read("b", 1), Scan(Between("f", "m"), 1)};
  EXPECT_EQ(CheckCommit(source, Timestamp(9), writes, good), absl::OkStatus());
  for (const ReadClaim& bad : {Read("d", 1), Read("b", 2), Read("b", 0), Scan(Between("b", "d"), 1),
                               Scan(Between("e", "m"), 1), Scan(Between("m"), 2), Scan(Between(""), 1)}) {
    const std::vector<ReadClaim> reads = {Read("b", 1), bad};
    EXPECT_TRUE(IsMoved(CheckCommit(source, Timestamp(9), writes, reads))) << FormatRange(bad.range);
    EXPECT_TRUE(IsMoved(CheckRead(source, bad))) << FormatRange(bad.range);
  }
}

TEST(LoggedFence, AScanAcrossAnUnownedGapIsRefused) {
  SampleGroup group;
  group.With({Activate(Between("a", "c"), 1), Activate(Between("d", "f"), 1)});
  EXPECT_EQ(CheckRead(group.ownership(), Scan(Between("a", "c"), 1)), absl::OkStatus());
  EXPECT_TRUE(IsMoved(CheckRead(group.ownership(), Scan(Between("a", "f"), 1))));
}

TEST(LoggedFence, AFenceStopsItsOwnRangeAndLeavesTheRestAlone) {
  const SampleGroup source = Source();
  EXPECT_EQ(source.Commit(Write("b", 1)), absl::OkStatus());
  EXPECT_TRUE(IsMoved(source.Commit(Write("c", 1))));
  EXPECT_TRUE(IsMoved(source.Commit(Write("e", 3)))) << "the epoch of the fence is nobody's yet";
  EXPECT_EQ(source.Commit(Write("f", 1)), absl::OkStatus());
}

TEST(LoggedFence, AWriteProposedBeforeTheFenceButBehindItInTheLogIsRefused) {
  SampleGroup group = Owner();
  const WriteClaim in_flight = Write("d", 1);
  EXPECT_EQ(group.Commit(in_flight), absl::OkStatus());
  group.With({Fence(Between("c", "f"), 3)});
  EXPECT_TRUE(IsMoved(group.Commit(in_flight)));
}

TEST(LoggedFence, ASplitOfRoutesWithinTheGroupRefusesNobody) {
  SampleGroup group;
  group.With({Activate(Between("a", "g"), 1), Activate(Between("g", "m"), 1)});
  EXPECT_THAT(group.ownership().ranges(), ElementsAre(testing::Field(&RangeTenure::range, Between("a", "m"))))
      << "two halves of one epoch are one range";
  EXPECT_EQ(CheckRead(group.ownership(), Scan(Between("f", "h"), 1)), absl::OkStatus());
}

TEST(LoggedFence, AfterThereAndBackTheOldEpochStaysRefused) {
  SampleGroup group = Source();
  group.With({Release(Between("c", "f"), 3), Activate(Between("c", "f"), 4)});
  EXPECT_TRUE(IsMoved(group.Commit(Write("d", 1)))) << "the same owner again, and yet another tenure";
  EXPECT_TRUE(IsMoved(group.Commit(Write("d", 3))));
  EXPECT_EQ(group.Commit(Write("d", 4)), absl::OkStatus());
}

TEST(LoggedFence, AnUndoneMoveUsesUpAnEpoch) {
  SampleGroup group = Source();
  ExpectRefused(group.Log(Activate(Between("c", "f"), 3)), Error::kOwnershipEntryStale);
  ExpectRefused(group.Log(Activate(Between("c", "f"), 1)), Error::kOwnershipEntryStale);
  group.With({Activate(Between("c", "f"), 4)});
  EXPECT_TRUE(IsMoved(group.Commit(Write("d", 1))));
  EXPECT_EQ(group.Commit(Write("d", 4)), absl::OkStatus());
}

TEST(LoggedFence, TheLateFenceOfAnUndoneMoveIsRefused) {
  SampleGroup group = Source();
  group.With({Activate(Between("c", "f"), 4)});
  ExpectRefused(group.Log(Fence(Between("c", "f"), 3)), Error::kOwnershipEntryStale);
  ExpectRefused(group.Log(Fence(Between("c", "f"), 4)), Error::kOwnershipEntryStale);
  EXPECT_EQ(group.Commit(Write("d", 4)), absl::OkStatus());
}

TEST(LoggedFence, AMoveCanBeUndoneBeforeItsFenceArrived) {
  SampleGroup group = Owner();
  group.With({Activate(Between("c", "f"), 4)});
  ExpectRefused(group.Log(Fence(Between("c", "f"), 3)), Error::kOwnershipEntryStale);
  EXPECT_EQ(group.Commit(Write("d", 4)), absl::OkStatus());
}

TEST(LoggedFence, AFenceInTheTargetKeepsTheLateActivationOut) {
  SampleGroup target;
  target.With({Fence(Between("c", "f"), 4)});
  ExpectRefused(target.Log(Activate(Between("c", "f"), 3)), Error::kOwnershipEntryStale);
  EXPECT_TRUE(IsMoved(target.Commit(Write("d", 3))));
}

TEST(LoggedFence, AFenceThatComesAfterTheActivationShowsThatTheTargetHasTheData) {
  SampleGroup target;
  target.With({Activate(Between("c", "f"), 3), Fence(Between("c", "f"), 4)});
  const Tenure tenure = target.ownership().At("d");
  EXPECT_EQ(tenure.phase, OwnershipPhase::kFenced);
  EXPECT_EQ(tenure.epoch, OwnershipEpoch(3));
  EXPECT_EQ(tenure.fenced_at, LogIndex(2));
}

TEST(LoggedFence, WhatWasReleasedRemembersItsEpochs) {
  SampleGroup group = Source();
  group.With({Release(Between("c", "f"), 3)});
  EXPECT_EQ(group.ownership().At("d").phase, OwnershipPhase::kAbsent);
  for (const unsigned used : {1U, 2U, 3U}) {
    ExpectRefused(group.Log(Activate(Between("c", "f"), used)), Error::kOwnershipEntryStale);
  }
  ExpectRefused(group.Log(Fence(Between("c", "f"), 2)), Error::kOwnershipEntryStale);
}

TEST(LoggedFence, OneUsedUpKeyRefusesTheWholeEntry) {
  SampleGroup group = Source();
  const GroupOwnership before = group.ownership();
  ExpectRefused(group.Log(Activate(Between("a", "z"), 3)), Error::kOwnershipEntryStale);
  ExpectRefused(group.Log(Fence(Between("", "d"), 3)), Error::kOwnershipEntryStale);
  EXPECT_EQ(group.ownership().ranges(), before.ranges());
}

TEST(LoggedFence, TheSameEntryAtALaterIndexChangesNothing) {
  SampleGroup group = Source();
  const std::vector<RangeTenure> fenced = group.ownership().ranges();
  EXPECT_EQ(group.Log(Fence(Between("c", "f"), 3)).effect, EntryEffect::kAlreadyInEffect);
  EXPECT_EQ(group.ownership().ranges(), fenced) << "the cut-off stays the first one's";
  group.With({Release(Between("c", "f"), 3)});
  EXPECT_EQ(group.Log(Release(Between("c", "f"), 3)).effect, EntryEffect::kAlreadyInEffect);

  SampleGroup target;
  target.With({Activate(Between("c", "f"), 3, 40)});
  EXPECT_EQ(target.Log(Activate(Between("c", "f"), 3, 50)).effect, EntryEffect::kAlreadyInEffect);
  EXPECT_EQ(target.ownership().At("c").floor, Timestamp(40))
      << "another mover's later copy brings nothing new";
}

TEST(LoggedFence, AnAppliedIndexIsNotAppliedAgain) {
  SampleGroup group = Source();
  GroupOwnership ownership = group.ownership();
  for (const unsigned index : {0U, 1U, 3U}) {
    EXPECT_EQ(ownership.Apply(LogIndex(index), Activate(Between("a"), 9)).effect, EntryEffect::kReplayed);
    EXPECT_EQ(ownership, group.ownership()) << index;
  }
  EXPECT_EQ(ownership.Apply(LogIndex(4), Activate(Between("a"), 9)).effect, EntryEffect::kTookEffect);
}

TEST(LoggedFence, ARefusedEntryAdvancesNothingButTheIndex) {
  SampleGroup group = Source();
  const std::vector<RangeTenure> before = group.ownership().ranges();
  ExpectRefused(group.Log(Release(Between("a", "b"), 1)), Error::kOwnershipEntryStale);
  EXPECT_EQ(group.ownership().ranges(), before);
  EXPECT_EQ(group.ownership().applied_index(), LogIndex(4));
}

TEST(LoggedFence, OnlyWhatItsOwnMoveFencedIsReleased) {
  SampleGroup group = Owner();
  ExpectRefused(group.Log(Release(Between("c", "f"), 1)), Error::kOwnershipEntryStale);
  group.With({Fence(Between("c", "f"), 3)});
  ExpectRefused(group.Log(Release(Between("c", "f"), 1)), Error::kOwnershipEntryStale);
  ExpectRefused(group.Log(Release(Between("c", "g"), 3)), Error::kOwnershipEntryStale);
  group.With({Fence(Between("c", "f"), 5)});
  ExpectRefused(group.Log(Release(Between("c", "f"), 3)), Error::kOwnershipEntryStale);
  group.With({Release(Between("c", "f"), 5)});
}

TEST(LoggedFence, ANewerFenceOfAFencedRangeKeepsTheCutOff) {
  SampleGroup group = Source();
  group.With({Fence(Between("c", "f"), 5)});
  EXPECT_EQ(group.ownership().At("d").fenced_at, LogIndex(3));
  EXPECT_EQ(group.ownership().At("d").epoch, OwnershipEpoch(1)) << "whose data it is does not change";
}

TEST(LoggedFence, TheFloorNeverGoesDown) {
  SampleGroup group;
  group.With({Activate(Between("a", "m"), 1, 40), Fence(Between("a", "m"), 2), Release(Between("a", "m"), 2),
              Activate(Between("a", "m"), 3, 20)});
  EXPECT_EQ(group.ownership().At("a").floor, Timestamp(40));
}

TEST(LoggedFence, AnEntryThatMakesNoSenseIsRefusedByEveryReplicaAlike) {
  SampleGroup group;
  ResolveTransaction unknown_outcome = AbortOf(1);
  unknown_outcome.outcome = static_cast<TransactionOutcome>(7);
  ResolveTransaction abort_with_timestamp = AbortOf(1);
  abort_with_timestamp.commit_ts = Timestamp(3);
  PrepareTransaction unsorted = Prepare(1, 1, {Write("a", 1), Write("b", 1)});
  std::swap(unsorted.writes[0], unsorted.writes[1]);
  PrepareTransaction unsorted_reads = Prepare(1, 1, {}, {Read("a", 1), Read("b", 1)});
  std::swap(unsorted_reads.reads[0], unsorted_reads.reads[1]);
  const std::vector<OwnershipEntry> senseless = {
      Fence(Between("b", "b"), 1),
      Fence(Between("b", "a"), 1),
      Fence(Between("", ""), 1),
      Activate(Between("a"), 0),
      Release(Between("a"), 0),
      Prepare(0, 1, {Write("a", 1)}),
      Prepare(1, 1, {}),
      Prepare(1, 1, {}, {Scan(Between("b", "a"), 1)}),
      unsorted,
      unsorted_reads,
      CommitOf(0, 1),
      unknown_outcome,
      abort_with_timestamp,
  };
  for (const OwnershipEntry& entry : senseless) {
    const EntryOutcome outcome = group.Log(entry);
    EXPECT_EQ(outcome.effect, EntryEffect::kRefused) << FormatEntry(entry);
    EXPECT_TRUE(IsError(outcome.refusal, Error::kInvalidOwnershipEntry)) << outcome.refusal;
    EXPECT_EQ(outcome.refusal, ValidateEntry(entry));
  }
  EXPECT_THAT(group.ownership().ranges(), IsEmpty());
}

TEST(LoggedFence, ADrainIsAskedForOneFenceAndNoOther) {
  SampleGroup group = Source();
  const KeyRange range = Between("c", "f");
  EXPECT_EQ(CheckDrain(group.ownership(), range, OwnershipEpoch(3)).value(), (Drain{LogIndex(3), {}}));
  for (const unsigned other : {1U, 2U, 4U}) {
    EXPECT_TRUE(IsError(CheckDrain(group.ownership(), range, OwnershipEpoch(other)).status(),
                        Error::kOwnershipEntryStale))
        << other;
  }
  EXPECT_FALSE(CheckDrain(group.ownership(), Between("c", "g"), OwnershipEpoch(3)).ok()) << "partly fenced";
  group.With({Activate(range, 4)});
  EXPECT_FALSE(CheckDrain(group.ownership(), range, OwnershipEpoch(3)).ok()) << "the move was undone";
  EXPECT_FALSE(CheckDrain(group.ownership(), range, OwnershipEpoch(4)).ok()) << "active, not fenced";
}

TEST(LoggedFence, NothingIsShownByAQuestionAboutNothing) {
  const GroupOwnership nothing;
  EXPECT_TRUE(
      IsError(CheckDrain(nothing, Between("a"), OwnershipEpoch(0)).status(), Error::kInvalidOwnershipEntry));
  EXPECT_TRUE(IsError(CheckDrain(nothing, Between("a", "a"), OwnershipEpoch(3)).status(),
                      Error::kInvalidOwnershipEntry));
  EXPECT_TRUE(
      IsError(CheckCopy(nothing, Between("a", "a"), OwnershipEpoch(3)), Error::kInvalidOwnershipEntry));
  EXPECT_TRUE(IsError(CheckCopy(nothing, Between("a"), OwnershipEpoch(0)), Error::kInvalidOwnershipEntry));
}

TEST(LoggedFence, ACopyIsTakenUntilItsActivationAndNotAfter) {
  SampleGroup target;
  const KeyRange range = Between("c", "f");
  EXPECT_EQ(CheckCopy(target.ownership(), range, OwnershipEpoch(3)), absl::OkStatus());
  target.With({Activate(range, 3)});
  EXPECT_TRUE(IsError(CheckCopy(target.ownership(), range, OwnershipEpoch(3)), Error::kOwnershipEntryStale));
  EXPECT_TRUE(IsError(CheckCopy(target.ownership(), range, OwnershipEpoch(9)), Error::kOwnershipEntryStale))
      << "whoever copies into an active range has fenced nobody";
  target.With({Fence(range, 4)});
  EXPECT_TRUE(IsError(CheckCopy(target.ownership(), range, OwnershipEpoch(4)), Error::kOwnershipEntryStale));
  EXPECT_TRUE(IsError(CheckCopy(target.ownership(), range, OwnershipEpoch(5)), Error::kOwnershipEntryStale))
      << "the pending release would drop it";
  target.With({Release(range, 4)});
  EXPECT_EQ(CheckCopy(target.ownership(), range, OwnershipEpoch(5)), absl::OkStatus()) << "a move back";
  EXPECT_FALSE(CheckCopy(target.ownership(), Between("a", "d"), OwnershipEpoch(4)).ok()) << "partly used up";
}

TEST(LoggedFence, ReadsHaveStoppedWhenEveryReplicaAppliedThisFenceOrLostItsLease) {
  const LogIndex cut_off(7);
  EXPECT_TRUE(ReadsHaveStopped(cut_off, std::vector<ReplicaReads>{{LogIndex(7)}, {LogIndex(9)}}));
  EXPECT_TRUE(ReadsHaveStopped(cut_off, std::vector<ReplicaReads>{{LogIndex(7)}, {LogIndex(0), true}}));
  EXPECT_FALSE(ReadsHaveStopped(cut_off, std::vector<ReplicaReads>{{LogIndex(7)}, {LogIndex(6)}}))
      << "it has acknowledged an earlier fence, not this one";
  EXPECT_FALSE(ReadsHaveStopped(cut_off, {})) << "nobody has shown anything";
}

TEST(PreparedTransactions, PinTheirClaimsAtPrepare) {
  SampleGroup group = Owner();
  ExpectRefused(group.Log(Prepare(7, 10, {Write("d", 1), Write("n", 1)})), Error::kOwnershipMoved);
  ExpectRefused(group.Log(Prepare(7, 10, {Write("d", 0)})), Error::kOwnershipMoved);
  ExpectRefused(group.Log(Prepare(7, 10, {Write("d", 1)}, {Read("n", 1)})), Error::kOwnershipMoved);
  EXPECT_THAT(group.ownership().prepared(), IsEmpty());
  group.With({Prepare(7, 10, {Write("d", 1), Write("n", 2)}, {Scan(Between("e", "g"), 1)})});
  EXPECT_THAT(group.ownership().PreparedIn(Between("d", "e")), ElementsAre(TransactionId(7)));
  EXPECT_THAT(group.ownership().PreparedIn(Between("f")), ElementsAre(TransactionId(7)));
  EXPECT_THAT(group.ownership().PreparedIn(Between("g", "n")), IsEmpty());
}

TEST(PreparedTransactions, AreRefusedOnAFencedRange) {
  SampleGroup group = Source();
  ExpectRefused(group.Log(Prepare(7, 10, {Write("d", 1)})), Error::kOwnershipMoved);
}

TEST(PreparedTransactions, ArePreparedAboveTheFloor) {
  SampleGroup group;
  group.With({Activate(Between("a"), 1, 40)});
  ExpectRefused(group.Log(Prepare(7, 40, {Write("d", 1)})), Error::kOwnershipMoved);
  group.With({Prepare(7, 41, {Write("d", 1)}), CommitOf(7, 41)});
}

TEST(PreparedTransactions, LetTheFenceInAndAreReportedToBeDrained) {
  SampleGroup group = Owner();
  group.With({Prepare(8, 10, {Write("d", 1)}), Prepare(7, 10, {Write("b", 1)}, {Read("e", 1)}),
              Prepare(9, 10, {Write("n", 2)}), Fence(Between("c", "f"), 3)});
  EXPECT_EQ(CheckDrain(group.ownership(), Between("c", "f"), OwnershipEpoch(3)).value(),
            (Drain{LogIndex(6), {TransactionId(7), TransactionId(8)}}));
  group.With({CommitOf(8, 11), AbortOf(7)});
  EXPECT_THAT(CheckDrain(group.ownership(), Between("c", "f"), OwnershipEpoch(3))->must_drain, IsEmpty());
}

TEST(PreparedTransactions, CommitAfterTheFenceBecauseTheyWereLetInBefore) {
  SampleGroup group = Owner();
  group.With({Prepare(7, 10, {Write("d", 1)}), Fence(Between("c", "f"), 3), CommitOf(7, 10)});
  EXPECT_THAT(group.ownership().prepared(), IsEmpty());
}

TEST(PreparedTransactions, CommitAfterAMoveWasUndone) {
  SampleGroup group = Owner();
  group.With({Prepare(7, 10, {Write("d", 1)}), Fence(Between("c", "f"), 3),
              Activate(Between("c", "f"), 4, 20), CommitOf(7, 10)});
}

TEST(PreparedTransactions, KeepTheirRangeFromBeingReleased) {
  SampleGroup group = Owner();
  group.With(
      {Prepare(7, 10, {Write("d", 1)}), Prepare(8, 10, {}, {Read("e", 1)}), Fence(Between("c", "f"), 3)});
  const EntryOutcome refused = group.Log(Release(Between("c", "f"), 3));
  ExpectRefused(refused, Error::kOwnershipNotDrained);
  EXPECT_TRUE(IsRetryable(refused.refusal));
  EXPECT_THAT(std::string(refused.refusal.message()), HasSubstr("7 8"));
  group.With({CommitOf(7, 10)});
  ExpectRefused(group.Log(Release(Between("c", "f"), 3)), Error::kOwnershipNotDrained);
  group.With({AbortOf(8), Release(Between("c", "f"), 3)});
}

TEST(PreparedTransactions, AreCommittedOnPositiveEvidenceOnly) {
  SampleGroup group = Owner();
  ExpectRefused(group.Log(CommitOf(7, 10)), Error::kTransactionNotPrepared);
  EXPECT_EQ(group.Log(AbortOf(7)).effect, EntryEffect::kAlreadyInEffect) << "aborts are never fenced";
  group.With({Prepare(7, 10, {Write("d", 1)}), CommitOf(7, 12)});
  ExpectRefused(group.Log(CommitOf(7, 12)), Error::kTransactionNotPrepared);
}

TEST(PreparedTransactions, CommitNoEarlierThanTheyWerePreparedFor) {
  SampleGroup group = Owner();
  group.With({Prepare(7, 10, {Write("d", 1)})});
  ExpectRefused(group.Log(CommitOf(7, 9)), Error::kInvalidOwnershipEntry);
  EXPECT_THAT(group.ownership().PreparedIn(Between("d")), ElementsAre(TransactionId(7)));
}

TEST(PreparedTransactions, ArePreparedOnceEvenWhenTheFenceCameInBetween) {
  SampleGroup group = Owner();
  const PrepareTransaction prepare = Prepare(7, 10, {Write("d", 1)});
  group.With({prepare, Fence(Between("c", "f"), 3)});
  EXPECT_EQ(group.Log(prepare).effect, EntryEffect::kAlreadyInEffect);
  ExpectRefused(group.Log(Prepare(7, 10, {Write("b", 1)})), Error::kOwnershipEntryStale);
}

TEST(PreparedTransactions, ClaimsAreSortedAndRepetitionsDropped) {
  const PrepareTransaction prepare = Prepare(
      7, 10, {Write("n", 2), Write("d", 1), Write("n", 2)},
      {Scan(Between("e"), 1), Scan(Between("e", "f"), 1), Scan(Between("b", "c"), 1), Scan(Between("e"), 1)});
  EXPECT_EQ(ValidateEntry(prepare), absl::OkStatus());
  EXPECT_THAT(prepare.writes, ElementsAre(Write("d", 1), Write("n", 2)));
  EXPECT_THAT(prepare.reads,
              ElementsAre(Scan(Between("b", "c"), 1), Scan(Between("e", "f"), 1), Scan(Between("e"), 1)));
}

TEST(LoggedFenceEntries, AreWrittenForPeople) {
  EXPECT_EQ(FormatEntry(Fence(Between("a", "m"), 7)), "fence [\"a\", \"m\") epoch 7");
  EXPECT_EQ(FormatEntry(Activate(Between("a"), 7, 9)), "activate [\"a\", +inf) epoch 7 floor 9");
  EXPECT_EQ(FormatEntry(Release(Between("a"), 7)), "release [\"a\", +inf) epoch 7");
  EXPECT_EQ(FormatEntry(Prepare(3, 9, {Write("a", 1)})),
            "prepare transaction 3 of 1 writes and 0 reads, commit at 9 or later");
  EXPECT_EQ(FormatEntry(CommitOf(3, 9)), "commit transaction 3 at 9");
  EXPECT_EQ(FormatEntry(AbortOf(3)), "abort transaction 3");
}

}  // namespace
}  // namespace fencepost
