#include "fencepost/txn/transaction.h"

#include <absl/strings/cord.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fencepost/base/error.h"
#include "fencepost/txn/transaction_transport.h"
#include "tests/unit/sim/core/choices/counter_draws.h"

namespace fencepost {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

KeyRead ReadOf(std::uint64_t group, std::string key, std::uint64_t epoch = 1, std::uint64_t version = 0) {
  return KeyRead{GroupId(group), std::move(key), OwnershipEpoch(epoch), version};
}

KeyWrite WriteOf(std::uint64_t group, std::string key, std::uint64_t epoch = 1) {
  return KeyWrite{GroupId(group), std::move(key), OwnershipEpoch(epoch), "payload"};
}

absl::StatusOr<TransactionPlan> Plan(std::vector<KeyRead> reads, std::vector<KeyWrite> writes,
                                     std::uint64_t id = 7) {
  return PlanTransaction(TransactionId(id), Timestamp(100), std::move(reads), std::move(writes));
}

// What is left of a status on the other side of a wire that carries code, message and payloads.
absl::Status OverTheWire(const absl::Status& status) {
  absl::Status arrived(status.code(), status.message());
  status.ForEachPayload([&](absl::string_view url, const absl::Cord& payload) {
    const std::string bytes(payload);
    arrived.SetPayload(url, absl::Cord(absl::string_view(bytes.data(), bytes.size())));
  });
  return arrived;
}

TEST(Transaction, APlanHasEachGroupOnceAscendingWithItsKeysInOrder) {
  const absl::StatusOr<TransactionPlan> plan = Plan({ReadOf(3, "x"), ReadOf(1, "c"), ReadOf(1, "a")},
                                                    {WriteOf(3, "x"), WriteOf(2, "m"), WriteOf(3, "w")});
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->id, TransactionId(7));
  EXPECT_EQ(plan->earliest_commit, Timestamp(100));
  EXPECT_THAT(plan->participants,
              ElementsAre(Participant{GroupId(1), {ReadOf(1, "a"), ReadOf(1, "c")}, {}},
                          Participant{GroupId(2), {}, {WriteOf(2, "m")}},
                          Participant{GroupId(3), {ReadOf(3, "x")}, {WriteOf(3, "w"), WriteOf(3, "x")}}));
}

TEST(Transaction, TheHomeIsTheFirstGroupThatWritesOrElseTheFirst) {
  EXPECT_EQ(Plan({ReadOf(1, "a")}, {WriteOf(3, "x"), WriteOf(2, "m")})->home, GroupId(2));
  EXPECT_EQ(Plan({ReadOf(3, "x"), ReadOf(2, "m")}, {})->home, GroupId(2));
}

TEST(Transaction, OneTransactionHasOnePlanWhateverOrderItsKeysComeIn) {
  std::vector<KeyRead> reads = {ReadOf(1, "a"), ReadOf(2, "m"), ReadOf(2, ""), ReadOf(3, "x")};
  std::vector<KeyWrite> writes = {WriteOf(1, "b"), WriteOf(2, "m"), WriteOf(3, "z")};
  const TransactionPlan expected = Plan(reads, writes).value();
  CounterDraws draws(FirstTestSeed());
  for (int round = 0; round < 50; ++round) {
    draws.Shuffle(reads);
    draws.Shuffle(writes);
    EXPECT_EQ(Plan(reads, writes).value(), expected) << "round " << round;
  }
}

TEST(Transaction, AReadThatIsThereTwiceIsOneRead) {
  const auto plan = Plan({ReadOf(1, "a", 1, 4), ReadOf(1, "b"), ReadOf(1, "a", 1, 4)}, {});
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_THAT(plan->participants.front().reads, ElementsAre(ReadOf(1, "a", 1, 4), ReadOf(1, "b")));
}

TEST(Transaction, WhatWasNeverATransactionIsRefusedForGood) {
  const std::vector<absl::StatusOr<TransactionPlan>> refused = {
      Plan({}, {}),
      Plan({ReadOf(1, "a")}, {}, 0),
      Plan({ReadOf(0, "a")}, {}),
      Plan({ReadOf(1, "a", 0)}, {}),
      Plan({}, {WriteOf(0, "a")}),
      Plan({}, {WriteOf(1, "a", 0)}),
      Plan({}, {WriteOf(1, "b"), WriteOf(1, "a"), WriteOf(1, "b")}),
      PlanTransaction(TransactionId(7), Timestamp(0), {ReadOf(1, "a")}, {}),
  };
  for (std::size_t i = 0; i < refused.size(); ++i) {
    EXPECT_TRUE(IsError(refused[i].status(), Error::kInvalidTransaction)) << i << ": " << refused[i].status();
    EXPECT_FALSE(IsRetryable(refused[i].status())) << i;
  }
  EXPECT_THAT(std::string(refused[6].status().message()), HasSubstr("key \"b\" is written twice"));
}

TEST(Transaction, WhatMovedBetweenTwoLooksAtItMayBeTriedAgain) {
  const std::vector<absl::StatusOr<TransactionPlan>> moved = {
      Plan({ReadOf(1, "a", 1), ReadOf(2, "a", 2)}, {}),
      Plan({ReadOf(1, "a", 1), ReadOf(1, "a", 3)}, {}),
      Plan({ReadOf(1, "a", 1), ReadOf(1, "b", 1)}, {WriteOf(1, "b", 3)}),
      Plan({ReadOf(1, "a", 1), ReadOf(1, "b", 1)}, {WriteOf(1, "a", 1), WriteOf(2, "b", 1)}),
  };
  for (std::size_t i = 0; i < moved.size(); ++i) {
    EXPECT_TRUE(IsError(moved[i].status(), Error::kOwnershipMoved)) << i << ": " << moved[i].status();
    EXPECT_TRUE(IsRetryable(moved[i].status())) << i;
  }
}

TEST(Transaction, AKeyThatChangedBetweenTwoReadsIsAConflict) {
  const absl::Status changed = Plan({ReadOf(1, "a", 1, 4), ReadOf(1, "a", 1, 5)}, {}).status();
  EXPECT_TRUE(IsError(changed, Error::kWriteConflict)) << changed;
  EXPECT_THAT(std::string(changed.message()), HasSubstr("key \"a\" at version 4 and at version 5"));
}

TEST(Transaction, TheFirstDecisionStandsWhateverIsProposedLater) {
  const TransactionRecord commit = CommittedRecord(TransactionId(7), Timestamp(9));
  const TransactionRecord later = CommittedRecord(TransactionId(7), Timestamp(10));
  const TransactionRecord abort = AbortedRecord(TransactionId(7));
  EXPECT_EQ(DecideOnce(std::nullopt, commit), commit);
  EXPECT_EQ(DecideOnce(std::nullopt, abort), abort);
  EXPECT_EQ(DecideOnce(commit, abort), commit);
  EXPECT_EQ(DecideOnce(commit, later), commit);
  EXPECT_EQ(DecideOnce(abort, commit), abort);
  EXPECT_EQ(DecideOnce(abort, abort), abort);
}

TEST(Transaction, WhatIsNotACommitIsRecordedAsAnAbortWithoutATimestamp) {
  TransactionRecord odd = CommittedRecord(TransactionId(7), Timestamp(9));
  odd.outcome = TransactionOutcome::kAborted;
  EXPECT_EQ(DecideOnce(std::nullopt, odd), AbortedRecord(TransactionId(7)));
  odd.outcome = static_cast<TransactionOutcome>(200);
  EXPECT_EQ(DecideOnce(std::nullopt, odd), AbortedRecord(TransactionId(7)));
}

TEST(Transaction, TheHolderOfALockSurvivesTheWire) {
  const LockHolder holder = {TransactionId(0x0102030405060708), GroupId(0xffffffffffffffff)};
  const absl::Status arrived = OverTheWire(KeyLocked("a\"b", holder));
  EXPECT_TRUE(IsError(arrived, Error::kKeyLocked)) << arrived;
  EXPECT_EQ(LockHolderOf(arrived), holder);
  EXPECT_THAT(std::string(arrived.message()), HasSubstr("key \"a\\x22b\" is locked by transaction"));
}

TEST(Transaction, AStatusWithoutAHolderThatCanBeReadHasNone) {
  EXPECT_EQ(LockHolderOf(absl::OkStatus()), std::nullopt);
  EXPECT_EQ(LockHolderOf(MakeError(Error::kKeyLocked, "by nobody")), std::nullopt);
  EXPECT_EQ(LockHolderOf(KeyLocked("a", LockHolder{TransactionId(0), GroupId(1)})), std::nullopt);
  EXPECT_EQ(LockHolderOf(KeyLocked("a", LockHolder{TransactionId(1), GroupId(0)})), std::nullopt);

  const absl::Status whole = KeyLocked("a", LockHolder{TransactionId(1), GroupId(2)});
  std::vector<std::pair<std::string, std::string>> payloads;
  whole.ForEachPayload([&](absl::string_view url, const absl::Cord& payload) {
    payloads.emplace_back(std::string(url), std::string(payload));
  });
  ASSERT_THAT(payloads, SizeIs(2));
  for (const auto& [url, bytes] : payloads) {
    absl::Status cut = whole;
    cut.SetPayload(url, absl::Cord(absl::string_view(bytes.data(), bytes.size() - 1)));
    EXPECT_EQ(LockHolderOf(cut), std::nullopt) << url << " was cut";
    const std::string longer = bytes + "x";
    absl::Status grown = whole;
    grown.SetPayload(url, absl::Cord(absl::string_view(longer.data(), longer.size())));
    EXPECT_EQ(LockHolderOf(grown), std::nullopt) << url << " has grown";
    absl::Status lost = whole;
    lost.ErasePayload(url);
    EXPECT_EQ(LockHolderOf(lost), std::nullopt) << url << " was lost";
  }
}

TEST(Transaction, OnlyAnAnswerOfALogIsARefusal) {
  EXPECT_TRUE(IsRefusal(MakeError(Error::kOwnershipMoved, "")));
  EXPECT_TRUE(IsRefusal(OverTheWire(KeyLocked("a", LockHolder{TransactionId(1), GroupId(2)}))));
  EXPECT_FALSE(IsRefusal(absl::OkStatus()));
  EXPECT_FALSE(IsRefusal(absl::AbortedError("OwnershipMoved: but the payload is lost")));
  EXPECT_FALSE(IsRefusal(absl::DeadlineExceededError("")));
  EXPECT_FALSE(IsRefusal(MakeError(Error::kCommitOutcomeUnknown, "")));
}

}  // namespace
}  // namespace fencepost
