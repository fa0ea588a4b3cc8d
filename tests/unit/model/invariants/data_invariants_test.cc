// The invariants of the data plane, each shown to hold where it holds and to name what broke it where it does
// not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "model/invariants/invariants.h"
#include "model/invariants/isolation.h"
#include "model/invariants/lost_write.h"
#include "model/invariants/owner_fence.h"
#include "model/invariants/replica_agreement.h"
#include "model/invariants/tenure_data.h"

namespace fencepost::model {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using How = Trespass::How;
using Kind = OwnershipChange::Kind;

constexpr GroupId kSource(1);
constexpr GroupId kTarget(2);

void ExpectHolds(const Verdict& verdict) {
  EXPECT_FALSE(verdict.has_value()) << verdict->invariant << ": " << verdict->sentence;
}

template <class Matcher>
void ExpectBroken(const Verdict& verdict, std::string_view invariant, const Matcher& says) {
  ASSERT_TRUE(verdict.has_value()) << "nothing was found wrong";
  EXPECT_EQ(verdict->invariant, invariant);
  EXPECT_THAT(verdict->sentence, says);
}

// What a report reads instead of the sentence: the one key it is about, and how the fence was broken.
void ExpectTrespass(const Verdict& verdict, const Trespass& expected) {
  ASSERT_TRUE(verdict.has_value()) << "nothing was found wrong";
  EXPECT_THAT(verdict->subjects, ElementsAre(expected.key));
  ASSERT_NE(DetailOf<Trespass>(*verdict), nullptr);
  EXPECT_EQ(*DetailOf<Trespass>(*verdict), expected) << verdict->sentence;
}

Trespass WriteOf17(Trespass::How how, GroupId group, std::uint64_t index) {
  return Trespass{how, "k", group, LogIndex(index), TransactionId(17)};
}

OwnershipChange Change(Kind kind, KeyRange range, std::uint64_t epoch) {
  return OwnershipChange{kind, std::move(range), OwnershipEpoch(epoch)};
}

FencedWrite WriteAt(GroupId group, std::uint64_t index, std::string key, std::uint64_t epoch) {
  return FencedWrite{group, LogIndex(index), std::move(key), OwnershipEpoch(epoch), TransactionId(17), false};
}

// The source owns everything under epoch 1 from its log index 1 on.
class OwnerFenceInvariantTest : public testing::Test {
 protected:
  OwnerFenceInvariantTest() { Agreed(kSource, 1, Kind::kActivate, KeyRange{"", std::nullopt}, 1); }

  void Agreed(GroupId group, std::uint64_t index, Kind kind, KeyRange range, std::uint64_t epoch) {
    ExpectHolds(fence_.OnAgreed(group, LogIndex(index), Change(kind, std::move(range), epoch)));
  }
  Verdict Activated(GroupId group, std::uint64_t index, KeyRange range, std::uint64_t epoch) {
    return fence_.OnAgreed(group, LogIndex(index), Change(Kind::kActivate, std::move(range), epoch));
  }

  OwnerFenceInvariant fence_;
};

TEST_F(OwnerFenceInvariantTest, AWriteUnderTheEpochOfTheTenureHolds) {
  ExpectHolds(fence_.OnWrite(WriteAt(kSource, 2, "k", 1)));
}

TEST_F(OwnerFenceInvariantTest, AWriteIsJudgedWhereItStandsInTheLogWhateverCameAfter) {
  Agreed(kSource, 5, Kind::kFence, KeyRange{"a", "m"}, 2);
  ExpectHolds(fence_.OnWrite(WriteAt(kSource, 4, "k", 1)));
  ExpectHolds(fence_.OnWrite(WriteAt(kSource, 9, "m", 1)));
  ExpectBroken(fence_.OnWrite(WriteAt(kSource, 6, "k", 1)), kOwnerFence,
               "transaction 17 wrote key \"k\" in group 1 at log index 6 under epoch 1, where the key is "
               "fenced by epoch 2 "
               "at log index 5, the end of epoch 1 in that group");
  ExpectTrespass(fence_.OnWrite(WriteAt(kSource, 6, "k", 1)), WriteOf17(How::kFenced, kSource, 6));
}

TEST_F(OwnerFenceInvariantTest, AWriteUnderAnotherEpochOfTheOwnerIsNamed) {
  ExpectBroken(fence_.OnWrite(WriteAt(kSource, 2, "k", 7)), kOwnerFence,
               AllOf(HasSubstr("under epoch 7"), HasSubstr("owned under epoch 1 since log index 1")));
  ExpectTrespass(fence_.OnWrite(WriteAt(kSource, 2, "k", 7)), WriteOf17(How::kOtherEpoch, kSource, 2));
}

TEST_F(OwnerFenceInvariantTest, AWriteInAGroupThatNeverOwnedAnythingIsNamed) {
  ExpectBroken(fence_.OnWrite(WriteAt(kTarget, 3, "k", 1)), kOwnerFence,
               HasSubstr("not owned, and never was"));
  ExpectTrespass(fence_.OnWrite(WriteAt(kTarget, 3, "k", 1)), WriteOf17(How::kNotOwned, kTarget, 3));
}

TEST_F(OwnerFenceInvariantTest, APreparedWriteIsJudgedAtItsPrepare) {
  fence_.OnPrepared(kSource, LogIndex(4), TransactionId(17));
  fence_.OnPrepared(kSource, LogIndex(6), TransactionId(17));  // delivered twice; the first let it in
  Agreed(kSource, 5, Kind::kFence, KeyRange{"a", "m"}, 2);
  FencedWrite write = WriteAt(kSource, 8, "k", 1);
  write.was_prepared = true;
  ExpectHolds(fence_.OnWrite(write));

  fence_.OnPrepared(kSource, LogIndex(7), TransactionId(18));
  write.transaction = TransactionId(18);
  ExpectBroken(fence_.OnWrite(write), kOwnerFence,
               AllOf(HasSubstr("transaction 18"), HasSubstr("prepared at log index 7"), HasSubstr("fenced")));

  write.transaction = TransactionId(19);
  ExpectBroken(fence_.OnWrite(write), kOwnerFence, HasSubstr("was never prepared there"));
  ExpectTrespass(fence_.OnWrite(write),
                 Trespass{How::kNeverPrepared, "k", kSource, LogIndex(8), TransactionId(19)});
}

TEST_F(OwnerFenceInvariantTest, AMoveThereAndBackHolds) {
  Agreed(kSource, 2, Kind::kFence, KeyRange{"a", "m"}, 2);
  Agreed(kTarget, 1, Kind::kActivate, KeyRange{"a", "m"}, 2);
  Agreed(kSource, 3, Kind::kRelease, KeyRange{"a", "m"}, 2);
  Agreed(kTarget, 2, Kind::kFence, KeyRange{"a", "m"}, 3);
  Agreed(kSource, 4, Kind::kActivate, KeyRange{"a", "m"}, 3);
  ExpectHolds(fence_.OnWrite(WriteAt(kSource, 5, "b", 3)));
  ExpectBroken(fence_.OnWrite(WriteAt(kSource, 5, "b", 1)), kOwnerFence, HasSubstr("epoch 3"));
}

TEST_F(OwnerFenceInvariantTest, TwoOwnersOfOneKeyAreNamed) {
  const Verdict verdict = Activated(kTarget, 1, KeyRange{"a", "m"}, 2);
  ExpectTrespass(verdict, Trespass{How::kTwoOwners, "a", kTarget, LogIndex(1), std::nullopt});
  ExpectBroken(verdict, kOwnerFence,
               AllOf(HasSubstr("two groups own key \"a\""),
                     HasSubstr("group 2 activated [\"a\", \"m\") under epoch 2 at log index 1"),
                     HasSubstr("in group 1 it is owned under epoch 1")));
}

TEST_F(OwnerFenceInvariantTest, TwoOwnersOfPartOfARangeAreNoticed) {
  // Given a source that gave away all but ["c", "d").
  Agreed(kSource, 2, Kind::kFence, KeyRange{"", "c"}, 2);
  Agreed(kSource, 3, Kind::kFence, KeyRange{"d", std::nullopt}, 2);
  // Then a target may take what was given, and nothing more.
  Agreed(kTarget, 1, Kind::kActivate, KeyRange{"d", std::nullopt}, 2);
  ExpectBroken(Activated(kTarget, 2, KeyRange{"a", "d"}, 3), kOwnerFence, HasSubstr("key \"c\""));
}

TEST_F(OwnerFenceInvariantTest, AnEpochThatBeginsASecondTenureIsNamed) {
  Agreed(kSource, 2, Kind::kFence, KeyRange{"a", "m"}, 5);
  Agreed(kTarget, 1, Kind::kActivate, KeyRange{"a", "m"}, 5);
  Agreed(kTarget, 2, Kind::kFence, KeyRange{"b", "c"}, 6);
  const Verdict verdict = Activated(GroupId(3), 1, KeyRange{"b", "c"}, 5);
  ExpectTrespass(verdict, Trespass{How::kSecondTenure, "b", GroupId(3), LogIndex(1), std::nullopt});
  ExpectBroken(verdict, kOwnerFence,
               AllOf(HasSubstr("epoch 5 began a second tenure of key \"b\""), HasSubstr("in group 2")));
}

TEST_F(OwnerFenceInvariantTest, AnEntryOfAnOlderMoveChangesNothing) {
  Agreed(kSource, 2, Kind::kFence, KeyRange{"a", "m"}, 5);
  Agreed(kSource, 3, Kind::kActivate, KeyRange{"a", "m"}, 6);
  Agreed(kSource, 4, Kind::kFence, KeyRange{"", "m"}, 5);
  Agreed(kSource, 5, Kind::kRelease, KeyRange{"a", "m"}, 6);
  ExpectHolds(fence_.OnWrite(WriteAt(kSource, 6, "b", 6)));
  ExpectHolds(fence_.OnWrite(WriteAt(kSource, 6, "", 1)));
}

std::vector<RouteDescriptor> RoutesTo(GroupId left, GroupId right) {
  std::vector<RouteDescriptor> routes(2);
  routes[0].end = routes[1].start = "m";
  routes[0].group_id = left;
  routes[1].group_id = right;
  return routes;
}

TEST(PublishedOwner, ThePinnedAndTheNewestVersionBothCount) {
  const auto before = RoutesTo(kSource, kTarget);
  const auto after = RoutesTo(kTarget, kTarget);
  PublishedWrite write{kSource, LogIndex(9), "k", TransactionId(17), Version(4)};
  ExpectHolds(CheckPublishedOwner(write, before, Version(4), before));
  ExpectBroken(CheckPublishedOwner(write, before, Version(5), after), kOwnerFence,
               AllOf(HasSubstr("transaction 17 wrote key \"k\" in group 1 at log index 9"),
                     HasSubstr("durable version 5, the newest one"), HasSubstr("group 2 owns the key")));
  ExpectBroken(CheckPublishedOwner(write, after, Version(5), before), kOwnerFence,
               HasSubstr("durable version 4, which it is pinned to"));
  ExpectTrespass(CheckPublishedOwner(write, after, Version(5), before),
                 WriteOf17(How::kCatalogsOwner, kSource, 9));
  write.pinned.reset();
  ExpectHolds(CheckPublishedOwner(write, {}, Version(5), before));
}

TEST(ReplicaAgreement, ReplicasThatCameToTheSameEffectsAgree) {
  ReplicaAgreementInvariant agreement;
  const auto describe = [] { return EntryInWords{"nothing", {}}; };
  ExpectHolds(agreement.OnApplied(kSource, LogIndex(2), "node-0", 20, describe));
  ExpectHolds(agreement.OnApplied(kSource, LogIndex(2), "node-1", 20, describe));
  ExpectHolds(agreement.OnApplied(kSource, LogIndex(1), "node-1", 10, describe));
  ExpectHolds(agreement.OnApplied(kTarget, LogIndex(2), "node-1", 30, describe));
}

TEST(ReplicaAgreement, ADivergenceNamesBothReplicasTheIndexAndTheEntry) {
  ReplicaAgreementInvariant agreement;
  const auto describe = [] { return EntryInWords{"commit transaction 17", {"k"}}; };
  ExpectHolds(agreement.OnApplied(kSource, LogIndex(7), "node-0", 20, describe));
  const Verdict verdict = agreement.OnApplied(kSource, LogIndex(7), "node-2", 21, describe);
  ExpectBroken(
      verdict, kReplicaAgreement,
      "the replicas of group 1 on node-0 and node-2 have diverged since log index 7: commit transaction 17");
  EXPECT_THAT(verdict->subjects, ElementsAre("k"));
  ASSERT_NE(DetailOf<Disagreement>(*verdict), nullptr);
  EXPECT_EQ(*DetailOf<Disagreement>(*verdict), (Disagreement{kSource, LogIndex(7), "node-0", "node-2"}));
  ExpectBroken(agreement.OnApplied(kSource, LogIndex(7), "node-0", 22, describe), kReplicaAgreement,
               HasSubstr("on node-0 came out differently when it applied log index 7 again"));
}

// Runs one list transaction at once: what it appends to or reads, and what it saw.
struct ListClient {
  history::ListAppendHistory* history;
  history::Line* line;

  void Append(std::string_view key, std::int64_t element) const {
    const history::Intent intent{history::StepKind::kAppend, history->InternKey(key), element};
    const auto id = history->Invoke(0, std::span(&intent, 1), ++*line);
    const std::span<const std::int64_t> none;
    history->Commit(id, std::span(&none, 1), ++*line);
  }
  void Read(std::string_view key, const std::vector<std::int64_t>& saw) const {
    const history::Intent intent{history::StepKind::kRead, history->InternKey(key), 0};
    const auto id = history->Invoke(0, std::span(&intent, 1), ++*line);
    const std::span<const std::int64_t> seen = saw;
    history->Commit(id, std::span(&seen, 1), ++*line);
  }
};

TEST(Isolation, AHistoryWithAnExplanationHolds) {
  history::ListAppendHistory lists;
  history::Line line = 0;
  const ListClient client{&lists, &line};
  client.Append("k", 1);
  client.Append("k", 2);
  client.Read("k", {1, 2});
  ExpectHolds(CheckIsolation(lists, history::RegisterHistory()));
}

TEST(Isolation, AStaleReadIsExplained) {
  history::ListAppendHistory lists;
  history::Line line = 0;
  const ListClient client{&lists, &line};
  client.Append("k", 1);
  client.Read("k", {1});
  client.Append("k", 2);
  client.Read("k", {1});
  client.Read("k", {1, 2});
  const Verdict verdict = CheckIsolation(lists, history::RegisterHistory());
  ExpectBroken(
      verdict, kIsolation,
      AllOf(HasSubstr("what clients saw of lists shows G-single"), HasSubstr("T1 (process 0, line ")));
  EXPECT_THAT(verdict->subjects, ElementsAre("k"));
  const auto* const detail = DetailOf<NotIsolated>(*verdict);
  ASSERT_NE(detail, nullptr);
  EXPECT_EQ(detail->what, NotIsolated::What::kLists);
  ASSERT_TRUE(detail->explanation.has_value());
  EXPECT_THAT(detail->explanation->transactions, ElementsAre(3U, 2U)) << "the stale read, the append before";
  EXPECT_EQ(detail->explanation->edges.size(), 2U);
}

TEST(Isolation, ARegisterThatForgotAWriteIsExplained) {
  history::RegisterHistory registers;
  const auto key = registers.InternKey("r");
  const auto five = registers.InternValue("5");
  registers.Complete(registers.Invoke(0, history::RegisterKind::kWrite, key, 0, five, 1), 2);
  registers.CompleteRead(registers.Invoke(0, history::RegisterKind::kRead, key, 0, 0, 3), history::kNullValue,
                         4);
  const Verdict verdict = CheckIsolation(history::ListAppendHistory(), registers);
  ExpectBroken(verdict, kIsolation, HasSubstr("what clients saw of registers shows not-linearizable"));
  EXPECT_THAT(verdict->subjects, ElementsAre("r"));
  const auto* const detail = DetailOf<NotIsolated>(*verdict);
  ASSERT_NE(detail, nullptr);
  EXPECT_EQ(detail->what, NotIsolated::What::kRegisters);
  ASSERT_TRUE(detail->explanation.has_value());
  EXPECT_EQ(detail->explanation->anomaly, history::Anomaly::kNotLinearizable);
}

TEST(Isolation, AWorkloadThatAppendsTwiceProvesNothing) {
  history::ListAppendHistory lists;
  history::Line line = 0;
  const ListClient client{&lists, &line};
  client.Append("k", 1);
  client.Append("k", 1);
  const Verdict verdict = CheckIsolation(lists, history::RegisterHistory());
  ExpectBroken(verdict, kIsolation, HasSubstr("appended 1 to key \"k\" twice"));
  EXPECT_THAT(verdict->subjects, ElementsAre("k"));
  EXPECT_FALSE(DetailOf<NotIsolated>(*verdict)->explanation.has_value());
}

TEST(LostWrite, AcknowledgedAppendsThatAreThereOnceHold) {
  const std::vector<AcknowledgedAppend> told = {{"k", 1, "client-0"}, {"k", 3, "client-1"}};
  ExpectHolds(CheckNoLostWrite(told, {{"k", FinalList{kTarget, {1, 2, 3}}}}));
}

TEST(LostWrite, AnAppendThatIsGoneIsNamedWithWhatIsThere) {
  const std::vector<AcknowledgedAppend> told = {{"k", 1, "client-0"}, {"k", 3, "client-1"}};
  const Verdict verdict = CheckNoLostWrite(told, {{"k", FinalList{kTarget, {1, 2}}}});
  EXPECT_THAT(verdict->subjects, ElementsAre("k"));
  EXPECT_EQ(*DetailOf<LostWrite>(*verdict), (LostWrite{"k", 3, "client-1", 0, kTarget}));
  ExpectBroken(
      verdict, kLostWrite,
      "client-1 was told that 3 was appended to key \"k\"; in the end it is lost: the list of key \"k\" in "
      "group 2, its owner, is [1 2]");
}

TEST(LostWrite, AKeyThatNobodyHasIsALoss) {
  const std::vector<AcknowledgedAppend> told = {{"k", 1, "client-0"}};
  EXPECT_EQ(*DetailOf<LostWrite>(*CheckNoLostWrite(told, {})),
            (LostWrite{"k", 1, "client-0", 0, std::nullopt}));
  ExpectBroken(CheckNoLostWrite(told, {}), kLostWrite, HasSubstr("no owner of key \"k\" has a list of it"));
}

TEST(LostWrite, AnAppendThatIsThereTwiceIsNamed) {
  const std::vector<AcknowledgedAppend> told = {{"k", 1, "client-0"}};
  const Verdict verdict = CheckNoLostWrite(told, {{"k", FinalList{kTarget, {1, 2, 1}}}});
  ExpectBroken(verdict, kLostWrite, HasSubstr("there 2 times"));
  EXPECT_EQ(*DetailOf<LostWrite>(*verdict), (LostWrite{"k", 1, "client-0", 2, kTarget}));
}

TEST(DataInvariants, AreListed) {
  std::vector<std::string> names;
  for (const InvariantDescription& invariant : AllInvariants()) names.emplace_back(invariant.name);
  EXPECT_THAT(names, testing::IsSupersetOf({std::string(kOwnerFence), std::string(kReplicaAgreement),
                                            std::string(kIsolation), std::string(kLostWrite)}));
}

HeldVersion VersionAt(std::uint64_t at, bool copied) {
  return HeldVersion{kTarget, LogIndex(7), "k3", Timestamp(at), copied};
}

TEST(TenureDataTest, WhatWasCopiedLiesUpToTheFloorAndWhatIsWrittenAboveIt) {
  ExpectHolds(CheckFloor(VersionAt(39, true), Timestamp(40)));
  ExpectHolds(CheckFloor(VersionAt(40, true), Timestamp(40)));
  ExpectHolds(CheckFloor(VersionAt(41, false), Timestamp(40)));
}

TEST(TenureDataTest, AWriteAtTheFloorIsNamed) {
  ExpectBroken(
      CheckFloor(VersionAt(40, false), Timestamp(40)), kOwnerFence,
      AllOf(HasSubstr("group 2 at log index 7"), HasSubstr("key \"k3\" was written with timestamp 40"),
            HasSubstr("floor of its tenure is 40")));
  ExpectTrespass(CheckFloor(VersionAt(40, false), Timestamp(40)),
                 Trespass{How::kFloor, "k3", kTarget, LogIndex(7), std::nullopt});
}

TEST(TenureDataTest, ACopyAboveTheFloorIsNamed) {
  ExpectBroken(CheckFloor(VersionAt(41, true), Timestamp(40)), kOwnerFence,
               HasSubstr("key \"k3\" was copied in with timestamp 41, and the floor of its tenure is 40"));
}

TEST(TenureDataTest, AtRestOnlyWhatIsOwnedIsHeld) {
  Tenure owned;
  owned.phase = OwnershipPhase::kActive;
  owned.epoch = owned.highest_epoch = OwnershipEpoch(3);
  ExpectHolds(CheckNothingLeftBehind(kSource, {}));
  ExpectHolds(CheckNothingLeftBehind(kSource, {{"k1", owned}, {"k2", owned}}));

  Tenure fenced = owned;
  fenced.phase = OwnershipPhase::kFenced;
  fenced.highest_epoch = OwnershipEpoch(5);
  ExpectBroken(CheckNothingLeftBehind(kSource, {{"k1", owned}, {"k2", fenced}}), kOwnerFence,
               AllOf(HasSubstr("group 1 still has data of key \"k2\""), HasSubstr(FormatTenure(fenced))));
  ExpectBroken(CheckNothingLeftBehind(kSource, {{"k1", Tenure{}}}), kOwnerFence, HasSubstr("k1"));
  ExpectTrespass(CheckNothingLeftBehind(kSource, {{"k1", Tenure{}}}),
                 Trespass{How::kDataLeftBehind, "k1", kSource, std::nullopt, std::nullopt});
}

}  // namespace
}  // namespace fencepost::model
