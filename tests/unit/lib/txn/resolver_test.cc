#include "fencepost/txn/resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/lib/txn/transaction_world.h"

namespace fencepost {
namespace {

using std::chrono::nanoseconds;
using std::chrono_literals::operator""ms;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Fate = SampleTransport::Fate;

class Resolver : public testing::Test {
 protected:
  // Transaction 7 in the first `groups` groups, prepared in all of them, by a coordinator that died then.
  void LeaveBehind(std::uint64_t groups = 3) {
    TransactionPlan plan = SamplePlan(7, groups, "x");
    for (const Participant& part : plan.participants) {
      PrepareRequest request;
      request.id = plan.id;
      request.home = plan.home;
      request.earliest_commit = plan.earliest_commit;
      request.part = part;
      ASSERT_TRUE(store_.groups().at(part.group).Apply(request).ok());
    }
  }

  absl::StatusOr<TransactionRecord> End(std::uint64_t group, LockHolder holder) {
    TransactionResolver resolver(&transport_, &runtime_, options_);
    return RunAwaitable(resolver.End(GroupId(group), holder));
  }

  const TransactionId id_ = TransactionId(7);
  const LockHolder holder_ = {TransactionId(7), GroupId(1)};
  SampleStore store_;
  SampleTransport transport_{&store_};
  bool cancelled_ = false;
  ScriptedRuntime runtime_{[this](int) { return !cancelled_; }};
  ResolverOptions options_;
};

TEST_F(Resolver, WhoMeetsALockEndsItByWhatTheLockSays) {
  LeaveBehind();
  CommitRequest rival;
  rival.id = TransactionId(8);
  rival.commit_ts = Timestamp(200);
  rival.part = SamplePlan(8, 2, "y").participants[1];
  const absl::Status refused = store_.Group(2).Apply(rival);
  ASSERT_EQ(LockHolderOf(refused), holder_) << refused;

  const absl::StatusOr<TransactionRecord> ended = End(2, *LockHolderOf(refused));
  ASSERT_TRUE(ended.ok()) << ended.status();
  EXPECT_EQ(*ended, AbortedRecord(id_));
  EXPECT_THAT(transport_.Names(), ElementsAre("decide abort 1", "resolve abort 2"));
  rival.id = TransactionId(9);
  EXPECT_TRUE(store_.Group(2).Apply(rival).ok());
}

TEST_F(Resolver, LeavesTheHolderAloneForAsLongAsItWasToldTo) {
  LeaveBehind();
  transport_.before = [this](std::size_t) { EXPECT_GE(runtime_.Now(), nanoseconds(70ms)); };
  options_.patience = 70ms;
  EXPECT_TRUE(End(2, holder_).ok());
  EXPECT_THAT(runtime_.sleeps(), ElementsAre(nanoseconds(70ms)));
}

TEST_F(Resolver, WithoutPatienceItActsAtOnce) {
  LeaveBehind();
  options_.patience = 0ms;
  EXPECT_TRUE(End(2, holder_).ok());
  EXPECT_THAT(runtime_.sleeps(), IsEmpty());
}

TEST_F(Resolver, DoesNothingWhenItIsCancelledBeforeItsPatienceIsOver) {
  LeaveBehind();
  cancelled_ = true;
  EXPECT_EQ(End(2, holder_).status().code(), absl::StatusCode::kCancelled);
  EXPECT_THAT(transport_.sent, IsEmpty());
}

TEST_F(Resolver, CarriesOutACommitThatWasDecided) {
  LeaveBehind();
  store_.Group(1).Decide(CommittedRecord(id_, Timestamp(150)));
  EXPECT_EQ(End(3, holder_).value(), CommittedRecord(id_, Timestamp(150)));
  EXPECT_EQ(store_.Group(3).ValueOf("t").text, "x");
  EXPECT_EQ(store_.Group(3).ValueOf("t").written_at, Timestamp(150));
  EXPECT_THAT(store_.Group(2).prepared(), SizeIs(1)) << "it was not met there";
}

// The reference's resolver asked for the record where the key is now, found none, and took back a committed
// write.
TEST_F(Resolver, FindsTheRecordAtTheHomeThoughEveryKeyOfTheHomeHasMovedAway) {
  LeaveBehind();
  SampleTransactionGroup& home = store_.Group(1);
  home.Decide(CommittedRecord(id_, Timestamp(150)));
  ASSERT_TRUE(home.Resolve(CommittedRecord(id_, Timestamp(150))).ok());
  const KeyRange moved = Between("a", "h");
  ASSERT_EQ(home.Own(Fence(moved, 99)).effect, EntryEffect::kTookEffect);
  store_.Group(3).CopyIn("b", home.ValueOf("b"));
  ASSERT_EQ(store_.Group(3).Own(Activate(moved, 99, 150)).effect, EntryEffect::kTookEffect);
  ASSERT_EQ(home.Own(Release(moved, 99)).effect, EntryEffect::kTookEffect);
  home.Drop("b");

  EXPECT_EQ(End(2, holder_).value(), CommittedRecord(id_, Timestamp(150)));
  EXPECT_EQ(store_.Group(2).ValueOf("k").text, "x");
  EXPECT_EQ(store_.Group(3).RecordOf(id_), std::nullopt) << "the new owner of the home's key was not asked";
}

TEST_F(Resolver, EndsALockOverARangeThatWasFencedSince) {
  LeaveBehind();
  store_.Group(1).Decide(CommittedRecord(id_, Timestamp(150)));
  const KeyRange moving = Between("h", "p");
  ASSERT_EQ(store_.Group(2).Own(Fence(moving, 99)).effect, EntryEffect::kTookEffect);
  EXPECT_TRUE(End(2, holder_).ok());
  EXPECT_EQ(store_.Group(2).ValueOf("k").text, "x") << "it was let in before the cut-off";
  EXPECT_THAT(CheckDrain(store_.Group(2).ownership(), moving, OwnershipEpoch(99))->must_drain, IsEmpty());
}

// The reference's resolver committed without an epoch, on whichever owner it took for the right one.
TEST_F(Resolver, CommitsNothingInAGroupThatNeverHeldTheLock) {
  LeaveBehind(2);
  store_.Group(1).Decide(CommittedRecord(id_, Timestamp(150)));
  EXPECT_EQ(End(3, holder_).value(), CommittedRecord(id_, Timestamp(150)));
  for (const std::string key : {"b", "k", "t"}) EXPECT_EQ(store_.Group(3).ValueOf(key).text, "") << key;
}

TEST_F(Resolver, TouchesNothingWhileTheHomeIsSilent) {
  LeaveBehind();
  transport_.fate = [](std::size_t, const SampleMessage&) { return Fate::kLost; };
  EXPECT_EQ(End(2, holder_).status(), transport_.transport_error);
  EXPECT_THAT(transport_.Names(),
              ElementsAre("decide abort 1", "decide abort 1", "decide abort 1", "decide abort 1"));
  EXPECT_THAT(store_.Group(2).prepared(), SizeIs(1));
}

TEST_F(Resolver, DoesNotSayThatItIsEndedWhileTheGroupIsSilent) {
  LeaveBehind();
  transport_.fate = [](std::size_t, const SampleMessage& message) {
    return std::holds_alternative<ResolveMessage>(message) ? Fate::kLost : Fate::kDelivered;
  };
  EXPECT_EQ(End(2, holder_).status(), transport_.transport_error);
  EXPECT_THAT(transport_.sent, SizeIs(5));
}

TEST_F(Resolver, SettlesAnUnknownOutcomeWithoutPatienceAndForGood) {
  LeaveBehind();
  TransactionResolver resolver(&transport_, &runtime_, options_);
  EXPECT_EQ(RunAwaitable(resolver.Settle(holder_)).value(), AbortedRecord(id_));
  EXPECT_EQ(store_.Group(1).Decide(CommittedRecord(id_, Timestamp(150))), AbortedRecord(id_))
      << "the coordinator's decision comes too late";
  EXPECT_THAT(runtime_.sleeps(), IsEmpty());
  EXPECT_THAT(transport_.Names(), ElementsAre("decide abort 1"));
}

TEST_F(Resolver, NobodyIsNoHolder) {
  options_.patience = 0ms;
  const LockHolder no_id = {TransactionId(0), GroupId(1)};
  const LockHolder no_home = {TransactionId(7), GroupId(0)};
  EXPECT_TRUE(IsError(End(2, no_id).status(), Error::kInvalidTransaction));
  EXPECT_TRUE(IsError(End(2, no_home).status(), Error::kInvalidTransaction));
  EXPECT_TRUE(IsError(End(0, holder_).status(), Error::kInvalidTransaction));
  EXPECT_THAT(transport_.sent, IsEmpty());
}

}  // namespace
}  // namespace fencepost
