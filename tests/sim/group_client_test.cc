// What the groups' client gives the library: transactions across two groups, and the moving of data between
// them.
#include "sim/world/groups/group_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "fencepost/base/error.h"
#include "tests/sim/simulated_groups.h"

namespace fencepost::sim {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr GroupId kSource(1);
constexpr GroupId kTarget(2);
const OwnershipEpoch kEpoch(2);  // of the move from the source to the target

KeyRange Everything() { return KeyRange{}; }

CopyJob WholeCopy() {
  CopyJob job;
  job.from = kSource;
  job.to = kTarget;
  job.epoch = kEpoch;
  return job;
}

OwnershipEntry TheFence(OwnershipEpoch epoch = kEpoch) { return FenceRange{Everything(), epoch}; }

PrepareRequest PrepareOf(const CommitRequest& commit) {
  PrepareRequest request;
  request.id = commit.id;
  request.home = kTarget;
  request.earliest_commit = commit.commit_ts;
  request.part = commit.part;
  return request;
}

void Fill(SimulatedGroups& groups, int keys) {
  for (int i = 0; i < keys; ++i) {
    const CommitRequest request = groups.Append("k" + std::to_string(i), i);
    ASSERT_TRUE(groups.Await(groups.client->CommitAtOnce(request)).ok());
  }
}

TEST(GroupClient, ACopyTakesAllThatWasAcknowledgedAndAnswersAFloorAboveIt) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SimulatedGroups groups(seed);
    Fill(groups, 7);
    const Timestamp last = groups.Await(groups.client->NextTimestamp()).value();
    ASSERT_TRUE(groups.Await(groups.client->Propose(kSource, TheFence())).ok());
    const absl::StatusOr<Timestamp> floor = groups.Await(groups.client->Copy(WholeCopy()));
    ASSERT_TRUE(floor.ok()) << floor.status();
    EXPECT_EQ(floor->value, last.value - 1) << "the commit timestamp of the last write";
    ASSERT_TRUE(
        groups.Await(groups.client->Propose(kTarget, ActivateRange{Everything(), kEpoch, *floor})).ok());

    std::vector<std::string> keys;
    for (int i = 0; i < 7; ++i) keys.push_back("k" + std::to_string(i));
    const auto views = groups.Await(groups.client->Read(kTarget, keys, std::nullopt));
    ASSERT_TRUE(views.ok()) << views.status();
    for (int i = 0; i < 7; ++i) {
      EXPECT_THAT((*views)[static_cast<std::size_t>(i)].elements, ElementsAre(i)) << "seed " << seed;
    }
    groups.Settle();
    EXPECT_TRUE(groups.ReplicasAgree());
  }
}

TEST(GroupClient, ACopyReplacesWhatWasThereBetweenTheKeysToo) {
  SimulatedGroups groups(1);
  ASSERT_TRUE(groups.Await(groups.client->Propose(kSource, TheFence())).ok());
  CopyEntry stray;
  stray.epoch = kEpoch;
  stray.values["between"] = StoredValue();
  groups.cluster->AppendAtOnce(kTarget, stray);
  ASSERT_TRUE(groups.Await(groups.client->Copy(WholeCopy())).ok()) << "of nothing at all";
  groups.Settle();
  EXPECT_THAT(groups.cluster->StateOf(kTarget, 0)->values(), IsEmpty());
}

TEST(GroupClient, NothingIsCopiedBeforeTheFenceStandsAndAllHasDrained) {
  SimulatedGroups groups(1);
  Fill(groups, 2);
  EXPECT_FALSE(groups.Await(groups.client->Copy(WholeCopy())).ok()) << "not fenced";
  const CommitRequest pending = groups.Append("k0", 9);
  ASSERT_TRUE(groups.Await(groups.client->Prepare(PrepareOf(pending))).ok());
  ASSERT_TRUE(groups.Await(groups.client->Propose(kSource, TheFence())).ok());

  const absl::StatusOr<Drain> drain = groups.Await(groups.client->DrainOf(kSource, Everything(), kEpoch));
  ASSERT_TRUE(drain.ok()) << drain.status();
  EXPECT_THAT(drain->must_drain, ElementsAre(pending.id));
  EXPECT_EQ(groups.Hit(marks::kPreparedAcrossFence), 1u);
  const absl::StatusOr<Timestamp> refused = groups.Await(groups.client->Copy(WholeCopy()));
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.status())) << refused.status();

  // Resolved at the home that the prepare names: nobody has decided there, so it ends aborted.
  const absl::Status resolved = groups.Await(groups.client->ResolvePrepared(kSource, pending.id));
  ASSERT_TRUE(resolved.ok()) << resolved;
  EXPECT_TRUE(groups.Await(groups.client->ResolvePrepared(kSource, pending.id)).ok()) << "nothing is left";
  EXPECT_TRUE(groups.Await(groups.client->Copy(WholeCopy())).ok());
  const absl::StatusOr<std::vector<RangeTenure>> tenures =
      groups.Await(groups.client->TenuresOf(kSource, Everything()));
  ASSERT_TRUE(tenures.ok());
  EXPECT_EQ(tenures->front().tenure.phase, OwnershipPhase::kFenced);
}

TEST(GroupClient, ACopyThatIsLateIsRefused) {
  SimulatedGroups groups(1);
  Fill(groups, 2);
  ASSERT_TRUE(groups.Await(groups.client->Propose(kSource, TheFence())).ok());
  ASSERT_TRUE(
      groups.Await(groups.client->Propose(kTarget, ActivateRange{Everything(), kEpoch, Timestamp(9)})).ok());
  const absl::StatusOr<Timestamp> late = groups.Await(groups.client->Copy(WholeCopy()));
  EXPECT_TRUE(IsError(late.status(), Error::kOwnershipEntryStale)) << late.status();
  EXPECT_GE(groups.Hit(marks::kLateChunkRefused), 1u);
  const absl::Status again = groups.Await(groups.client->Propose(kSource, TheFence(OwnershipEpoch(1))));
  EXPECT_TRUE(IsError(again, Error::kOwnershipEntryStale)) << again;
  EXPECT_GE(groups.Hit(marks::kLateEntryRefused), 1u);
}

TEST(GroupClient, WithTheGapACopyIsMadeBeforeAnythingDrained) {
  SimulatedGroups groups(1, NoFaults(), FenceRules{FenceMode::kLogged, Mistake::kCopyBeforeDrain});
  Fill(groups, 2);
  ASSERT_TRUE(groups.Await(groups.client->Prepare(PrepareOf(groups.Append("k0", 9)))).ok());
  const absl::StatusOr<Drain> drain = groups.Await(groups.client->DrainOf(kSource, Everything(), kEpoch));
  ASSERT_TRUE(drain.ok()) << drain.status();
  EXPECT_THAT(drain->must_drain, IsEmpty());
  EXPECT_TRUE(groups.Await(groups.client->Copy(WholeCopy())).ok());
}

TEST(GroupClient, WithTheGapAnAcknowledgedFenceIsTakenForAnother) {
  SimulatedGroups groups(1, NoFaults(), FenceRules{FenceMode::kLogged, Mistake::kBarrierForN});
  ASSERT_TRUE(groups.Await(groups.client->Propose(kSource, TheFence())).ok());
  const LogIndex before = groups.cluster->CommitIndex(kSource);
  ASSERT_TRUE(groups.Await(groups.client->Propose(kSource, TheFence(OwnershipEpoch(4)))).ok());
  EXPECT_EQ(groups.cluster->CommitIndex(kSource), before) << "answered from memory";
}

TEST(GroupClient, ADecisionIsAnsweredWithWhatStands) {
  SimulatedGroups groups(1);
  TransactionRecord committed;
  committed.id = groups.oracle.NextTransactionId();
  committed.outcome = TransactionOutcome::kCommitted;
  committed.commit_ts = Timestamp(7);
  TransactionRecord aborted;
  aborted.id = committed.id;
  const auto first = groups.Await(groups.client->Decide(kTarget, committed));
  const auto second = groups.Await(groups.client->Decide(kTarget, aborted));
  ASSERT_TRUE(first.ok() && second.ok()) << first.status() << second.status();
  EXPECT_EQ(*first, committed);
  EXPECT_EQ(*second, committed);
}

TEST(GroupClient, AProcessKilledAtAStepGetsNoFurther) {
  SimulatedGroups groups(1);
  int steps = 0;
  groups.client->set_before_each_step([&] {
    if (++steps == 3) groups.stage.scheduler().Kill(groups.client_actor);
  });
  std::optional<absl::StatusOr<Timestamp>> copied;
  Fill(groups, 1);
  ASSERT_EQ(steps, 2) << "before the request and after it";
  groups.Spawn(groups.client->Copy(WholeCopy()), &copied);
  groups.Settle();
  EXPECT_FALSE(copied.has_value());
  EXPECT_EQ(steps, 3);
}

}  // namespace
}  // namespace fencepost::sim
