// The coordinator's way to the groups: straight through without a mistake, and each mistake wrong in its one
// way.
#include "sim/world/actors/mistaken_transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fencepost/base/error.h"
#include "tests/support/run_awaitable.h"

namespace fencepost::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr GroupId kHome(1);
constexpr GroupId kNow(2);  // where the cache says the primary key is

// Answers what it is told to, and keeps whom it was asked for.
class RecordingGroups final : public TransactionTransport {
 public:
  Awaitable<absl::StatusOr<Timestamp>> NextTimestamp() override { co_return Timestamp(7); }
  Awaitable<absl::Status> Prepare(PrepareRequest request) override {
    asked.push_back("prepare at " + std::to_string(request.part.group.value));
    co_return answer;
  }
  Awaitable<absl::Status> CommitAtOnce(CommitRequest request) override {
    asked.push_back("commit at " + std::to_string(request.part.group.value));
    co_return answer;
  }
  Awaitable<absl::StatusOr<TransactionRecord>> Decide(GroupId home, TransactionRecord proposed) override {
    asked.push_back("decide at " + std::to_string(home.value));
    co_return proposed;
  }
  Awaitable<absl::Status> Resolve(GroupId group, TransactionRecord record) override {
    asked.push_back("resolve " + std::to_string(record.id.value) + " at " + std::to_string(group.value));
    co_return answer;
  }

  absl::Status answer;
  std::vector<std::string> asked;
};

class MistakenTransportTest : public testing::Test {
 protected:
  // Everything a coordinator and a resolver may ask, once each, through a transport with that mistake.
  std::vector<std::string> AskAll(Mistake mistake) {
    groups_.asked.clear();
    MistakenTransport transport = Make(mistake);
    PrepareRequest prepare;
    prepare.part.group = kHome;
    EXPECT_EQ(RunAwaitable(transport.Prepare(prepare)), groups_.answer);
    CommitRequest commit;
    commit.part.group = kHome;
    last_commit_ = RunAwaitable(transport.CommitAtOnce(commit));
    for (const TransactionRecord& record :
         {CommittedRecord(TransactionId(1), Timestamp(9)), AbortedRecord(TransactionId(2))}) {
      EXPECT_EQ(RunAwaitable(transport.Decide(kHome, record)).value(), record);
      EXPECT_EQ(RunAwaitable(transport.Resolve(kHome, record)), groups_.answer);
    }
    EXPECT_EQ(RunAwaitable(transport.NextTimestamp()).value(), Timestamp(7));
    return groups_.asked;
  }

  MistakenTransport Make(Mistake mistake) {
    const auto lookup = [this](const std::string& key) -> std::optional<GroupId> {
      looked_up_.push_back(key);
      return cache_;
    };
    MistakenTransport transport(&groups_, mistake, lookup);
    transport.set_primary_key("k1");
    return transport;
  }

  RecordingGroups groups_;
  std::optional<GroupId> cache_ = kNow;
  std::vector<std::string> looked_up_;
  absl::Status last_commit_;
};

TEST_F(MistakenTransportTest, WithoutAGapEverythingGoesWhereItIsSent) {
  EXPECT_THAT(AskAll(Mistake::kNoMistake), ElementsAre("prepare at 1", "commit at 1", "decide at 1",
                                                       "resolve 1 at 1", "decide at 1", "resolve 2 at 1"));
  EXPECT_THAT(looked_up_, IsEmpty());
}

TEST_F(MistakenTransportTest, AGapOfSomebodyElseChangesNothingHere) {
  const std::vector<std::string> straight = AskAll(Mistake::kNoMistake);
  for (const MistakeDescription& mistake : AllMistakes()) {
    if (mistake.mistake == Mistake::kRerouteAtCommit || mistake.mistake == Mistake::kRecordAtNewOwner ||
        mistake.mistake == Mistake::kUnfencedResolver) {
      EXPECT_NE(AskAll(mistake.mistake), straight) << mistake.name;
    } else {
      EXPECT_EQ(AskAll(mistake.mistake), straight) << mistake.name;
    }
  }
}

TEST_F(MistakenTransportTest, RerouteAtCommitDecidesCommitsWhereThePrimaryKeyIsNow) {
  EXPECT_THAT(AskAll(Mistake::kRerouteAtCommit),
              ElementsAre("prepare at 1", "commit at 1", "decide at 2", "resolve 1 at 1", "decide at 1",
                          "resolve 2 at 1"));
  EXPECT_THAT(looked_up_, ElementsAre("k1"));
}

TEST_F(MistakenTransportTest, RecordAtNewOwnerLooksForARecordWhereTheKeyIsNow) {
  EXPECT_THAT(AskAll(Mistake::kRecordAtNewOwner),
              ElementsAre("prepare at 1", "commit at 1", "decide at 1", "resolve 1 at 1", "decide at 2",
                          "resolve 2 at 1"));
}

TEST_F(MistakenTransportTest, UnfencedResolverBringsCommitsToWhoeverTheCacheNames) {
  EXPECT_THAT(AskAll(Mistake::kUnfencedResolver),
              ElementsAre("prepare at 1", "commit at 1", "decide at 1", "resolve 1 at 2", "decide at 1",
                          "resolve 2 at 1"));
}

TEST_F(MistakenTransportTest, ACacheThatKnowsNothingLeavesTheGroup) {
  cache_ = std::nullopt;
  EXPECT_THAT(AskAll(Mistake::kRerouteAtCommit),
              ElementsAre("prepare at 1", "commit at 1", "decide at 1", "resolve 1 at 1", "decide at 1",
                          "resolve 2 at 1"));
}

TEST_F(MistakenTransportTest, SwallowedRefusalTurnsAFenceRefusalAndNothingElseIntoSuccess) {
  groups_.answer = MakeError(Error::kOwnershipMoved, "not mine");
  AskAll(Mistake::kSwallowedRefusal);
  EXPECT_TRUE(last_commit_.ok()) << last_commit_;
  AskAll(Mistake::kNoMistake);
  EXPECT_TRUE(IsError(last_commit_, Error::kOwnershipMoved)) << last_commit_;

  groups_.answer = MakeError(Error::kWriteConflict, "too late");
  AskAll(Mistake::kSwallowedRefusal);
  EXPECT_TRUE(IsError(last_commit_, Error::kWriteConflict)) << last_commit_;
}

TEST_F(MistakenTransportTest, ALostAnswerIsReportedOnceAndARefusalIsNone) {
  MistakenTransport transport = Make(Mistake::kNoMistake);
  CommitRequest commit;
  commit.part.group = kHome;
  groups_.answer = MakeError(Error::kWriteConflict, "an answer");
  EXPECT_FALSE(RunAwaitable(transport.CommitAtOnce(commit)).ok());
  EXPECT_FALSE(transport.TakeAnswerWasLost());
  groups_.answer = absl::DeadlineExceededError("nobody answered");
  EXPECT_FALSE(RunAwaitable(transport.CommitAtOnce(commit)).ok());
  EXPECT_TRUE(transport.TakeAnswerWasLost());
  EXPECT_FALSE(transport.TakeAnswerWasLost());
}

}  // namespace
}  // namespace fencepost::sim
