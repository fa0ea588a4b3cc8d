// Groups under faults: what is acknowledged stays, replicas agree, and each fault does what it says.
#include "sim/world/groups/cluster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "fencepost/base/error.h"
#include "tests/sim/simulated_groups.h"

namespace fencepost::sim {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

constexpr GroupId kGroup(1);

FaultOdds Odds(std::initializer_list<std::pair<FaultKind, Ratio>> chosen) {
  FaultOdds odds(WorldVocabulary().faults);
  for (const auto& [fault, ratio] : chosen) odds[fault] = ratio;
  return odds;
}

std::vector<std::int64_t> ElementsOf(SimulatedGroups& groups, const std::string& key,
                                     std::optional<std::size_t> follower = std::nullopt) {
  const auto views = groups.Await(groups.client->Read(kGroup, {key}, follower));
  if (!views.ok()) ADD_FAILURE() << views.status();
  return views.ok() ? views->front().elements : std::vector<std::int64_t>{-1};
}

// Asks again and again, as the entry is the same one.
void CommitSurely(SimulatedGroups& groups, std::int64_t element) {
  const CommitRequest request = groups.Append("k", element);
  absl::Status status = absl::UnknownError("not tried");
  for (int attempt = 0; attempt < 5 && !status.ok(); ++attempt) {
    status = groups.Await(groups.client->CommitAtOnce(request));
  }
  ASSERT_TRUE(status.ok()) << "element " << element << ": " << status;
}

TEST(Cluster, WhatIsAcknowledgedIsReadAtEveryReplicaAtOnce) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SimulatedGroups groups(seed, Odds({{faults::kReplicaLag, Ratio{1, 4}}}));
    std::vector<std::int64_t> appended;
    for (std::int64_t element = 1; element <= 5; ++element) {
      CommitSurely(groups, element);
      appended.push_back(element);
      const std::size_t node = static_cast<std::size_t>(element) % SimulatedGroups::kNodes;
      // A follower that lags longer than a request waits answers nothing, and nothing old either.
      const auto views = groups.Await(groups.client->Read(kGroup, {"k"}, node));
      if (!views.ok()) {
        EXPECT_TRUE(absl::IsDeadlineExceeded(views.status())) << views.status();
      } else {
        EXPECT_EQ(views->front().elements, appended) << "seed " << seed << " at node " << node;
      }
    }
    groups.Settle();
    EXPECT_TRUE(groups.ReplicasAgree()) << "seed " << seed;
    EXPECT_TRUE(groups.cluster->AtRest());
  }
}

TEST(Cluster, AFenceRefusalComesBackWithItsPayload) {
  SimulatedGroups groups(1);
  const absl::Status status = groups.Await(groups.client->CommitAtOnce(groups.Append("k", 1, /*epoch=*/7)));
  EXPECT_TRUE(IsError(status, Error::kOwnershipMoved)) << status;
}

TEST(Cluster, AClientFindsTheLeaderWhereverItIs) {
  SimulatedGroups groups(1);
  for (const std::size_t node : {2u, 1u, 0u}) {
    groups.RunFor(5ms);
    EXPECT_TRUE(groups.cluster->ChangeLeader(kGroup, node));
    EXPECT_FALSE(groups.cluster->ChangeLeader(kGroup, node)) << "it leads already";
    EXPECT_EQ(groups.cluster->LeaderOf(kGroup), node);
    const absl::Status status =
        groups.Await(groups.client->CommitAtOnce(groups.Append("k", static_cast<std::int64_t>(node))));
    EXPECT_TRUE(status.ok()) << status;
  }
  EXPECT_THAT(ElementsOf(groups, "k"), ElementsAre(2, 1, 0));
}

TEST(Cluster, ALeaderThatIsDownIsReplacedAndARestartedReplicaCatchesUp) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SimulatedGroups groups(seed);
    for (std::int64_t element = 1; element <= 6; ++element) {
      ASSERT_TRUE(groups.Await(groups.client->CommitAtOnce(groups.Append("k", element))).ok());
    }
    groups.Settle();
    groups.CrashNode(0);
    EXPECT_EQ(groups.cluster->StateOf(kGroup, 0), nullptr);
    EXPECT_EQ(groups.cluster->AppliedBy(kGroup, 0), LogIndex(0));
    ASSERT_TRUE(groups.Await(groups.client->CommitAtOnce(groups.Append("k", 7))).ok()) << "seed " << seed;
    EXPECT_NE(groups.cluster->LeaderOf(kGroup), 0u);

    groups.StartNode(0);
    EXPECT_EQ(groups.Hit(marks::kReplicaRestoredFromSnapshot), 1u);
    groups.Settle();
    EXPECT_TRUE(groups.ReplicasAgree()) << "seed " << seed;
    EXPECT_THAT(ElementsOf(groups, "k", 0), ElementsAre(1, 2, 3, 4, 5, 6, 7));
  }
}

TEST(Cluster, ALeaderThatStandsStillIsReplaced) {
  SimulatedGroups groups(1);
  groups.RunFor(10ms);
  groups.cluster->PauseNode(0, groups.stage.now() + 2s);
  const absl::Status status = groups.Await(groups.client->CommitAtOnce(groups.Append("k", 1)));
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_LT(groups.stage.now(), 1s);
  EXPECT_NE(groups.cluster->LeaderOf(kGroup), 0u);
  EXPECT_FALSE(groups.cluster->ChangeLeader(kGroup, 0)) << "it does not respond";
  groups.Settle();
  EXPECT_TRUE(groups.ReplicasAgree());
}

TEST(Cluster, WhenAllNodesWereDownTheFirstToReturnLeads) {
  SimulatedGroups groups(3);
  ASSERT_TRUE(groups.Await(groups.client->CommitAtOnce(groups.Append("k", 1))).ok());
  for (std::size_t node = 0; node < 3; ++node) groups.CrashNode(node);
  groups.RunFor(500ms);
  groups.StartNode(2);
  EXPECT_TRUE(groups.Await(groups.client->CommitAtOnce(groups.Append("k", 2))).ok());
  EXPECT_EQ(groups.cluster->LeaderOf(kGroup), 2u);
  EXPECT_THAT(ElementsOf(groups, "k"), ElementsAre(1, 2));
}

TEST(Cluster, AProposalUnderAChangeOfLeadersIsLostOrAppendedUnseen) {
  int lost = 0;
  int unseen = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SimulatedGroups groups(seed);
    std::optional<absl::Status> status;
    groups.RunFor(10ms);
    const std::size_t before = groups.witness.appended;
    groups.Spawn(groups.client->CommitAtOnce(groups.Append("k", 1)), &status);
    while (groups.Hit(marks::kLeaderChangedUnderProposal) == 0 && !status.has_value()) {
      groups.stage.scheduler().RunOne();
      groups.cluster->ChangeLeader(kGroup, (groups.cluster->LeaderOf(kGroup) + 1) % 3);
    }
    if (status.has_value()) continue;  // it was never under way when that happened
    (groups.witness.appended == before ? lost : unseen) += 1;
    EXPECT_EQ(groups.Hit(marks::kProposalSucceededUnseen), groups.witness.appended - before);
    groups.Settle();
    ASSERT_TRUE(status.has_value());
    EXPECT_TRUE(status->ok()) << "the client asks again: " << *status;
    EXPECT_THAT(ElementsOf(groups, "k"), ElementsAre(1)) << "seed " << seed << ": and it takes effect once";
  }
  EXPECT_GE(lost, 5);
  EXPECT_GE(unseen, 5);
}

TEST(Cluster, ALostProposalIsNeverAnswered) {
  SimulatedGroups groups(1, Odds({{faults::kProposalLost, Ratio{1, 1}}}));
  const std::size_t before = groups.witness.appended;
  const absl::Status status = groups.Await(groups.client->CommitAtOnce(groups.Append("k", 1)));
  EXPECT_TRUE(absl::IsDeadlineExceeded(status)) << status;
  EXPECT_GE(groups.Fired(faults::kProposalLost), 1u);
  EXPECT_EQ(groups.witness.appended, before);
}

TEST(Cluster, AProposalReportedFailedTakesEffectAllTheSame) {
  SimulatedGroups groups(1, Odds({{faults::kProposalReportedFailed, Ratio{1, 1}}}));
  const absl::Status status = groups.Await(groups.client->CommitAtOnce(groups.Append("k", 1)));
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_EQ(groups.Fired(faults::kProposalReportedFailed), 1u);
  EXPECT_EQ(groups.Hit(marks::kProposalSucceededUnseen), 1u);
  EXPECT_THAT(ElementsOf(groups, "k"), ElementsAre(1));
}

TEST(Cluster, AReplicaThatFellBehindTakesASnapshotInsteadOfEntries) {
  std::uint64_t installed = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SimulatedGroups groups(
        seed, Odds({{faults::kReplicaLag, Ratio{1, 3}}, {faults::kSnapshotInstall, Ratio{1, 1}}}));
    for (std::int64_t element = 1; element <= 12; ++element) {
      CommitSurely(groups, element);
    }
    groups.Settle();
    EXPECT_TRUE(groups.ReplicasAgree()) << "seed " << seed;
    installed += groups.Fired(faults::kSnapshotInstall);
    if (groups.Fired(faults::kSnapshotInstall) > 0) {
      EXPECT_LT(groups.witness.applied_count, groups.witness.appended * 3) << "entries were skipped";
    }
  }
  EXPECT_GE(installed, 10u);
}

// All at once, and two clients' worth of proposals: nothing acknowledged is lost, nothing takes effect twice.
TraceHash RunUnderEveryFault(std::uint64_t seed, std::uint64_t* fired) {
  const Ratio often{1, 15};
  SimulatedGroups groups(seed, Odds({{faults::kNetworkDelay, often},
                                     {faults::kNetworkReorder, often},
                                     {faults::kNetworkDuplicate, often},
                                     {faults::kNetworkDrop, often},
                                     {faults::kNetworkClog, often},
                                     {faults::kProposalLost, often},
                                     {faults::kProposalReportedFailed, often},
                                     {faults::kReplicaLag, often},
                                     {faults::kSnapshotInstall, Ratio{1, 3}}}));
  std::vector<std::optional<absl::Status>> ended(12);
  std::vector<TransactionId> ids;
  for (std::size_t i = 0; i < ended.size(); ++i) {
    const CommitRequest request = groups.Append("k" + std::to_string(i), static_cast<std::int64_t>(i));
    ids.push_back(request.id);
    groups.Spawn(groups.client->CommitAtOnce(request), &ended[i]);
    const std::size_t node = i % SimulatedGroups::kNodes;
    switch (i % 4) {
      case 0:
        groups.CrashNode(node);
        groups.RunFor(40ms);
        groups.StartNode(node);
        break;
      case 1:
        groups.stage.network().Partition(groups.cluster->ActorOf(node), groups.client_actor, i % 2 == 0,
                                         groups.stage.now() + 80ms);
        break;
      case 2:
        groups.cluster->PauseNode(node, groups.stage.now() + 120ms);
        break;
      default:
        groups.cluster->ChangeLeader(kGroup, node);
        groups.stage.network().SlowDown(groups.cluster->ActorOf(node), 10, groups.stage.now() + 50ms);
    }
    groups.RunFor(15ms);
  }
  groups.stage.Heal();
  groups.Settle();
  for (const std::uint64_t count : groups.stage.faults().counts().values()) *fired += count;

  EXPECT_TRUE(groups.cluster->AtRest()) << "seed " << seed;
  EXPECT_TRUE(groups.ReplicasAgree()) << "seed " << seed;
  for (std::size_t i = 0; i < ended.size(); ++i) {
    EXPECT_TRUE(ended[i].has_value()) << "seed " << seed << ": no answer to request " << i;
    const int writes = groups.witness.writes[ids[i]];
    EXPECT_LE(writes, 1) << "seed " << seed << ", request " << i;
    if (ended[i].has_value() && ended[i]->ok()) {
      EXPECT_EQ(writes, 1) << "seed " << seed << ", request " << i;
    }
  }
  const absl::Status after = groups.Await(groups.client->CommitAtOnce(groups.Append("after", 1)));
  EXPECT_TRUE(after.ok()) << "seed " << seed << ", healed: " << after;
  return groups.trace.hash();
}

TEST(Cluster, UnderEveryFaultAtOnceReplicasAgreeAndNothingTakesEffectTwice) {
  std::uint64_t fired = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    RunUnderEveryFault(seed, &fired);
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GE(fired, 1000u);
}

TEST(Cluster, TheSameSeedGivesTheSameRun) {
  std::uint64_t fired = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    EXPECT_EQ(RunUnderEveryFault(seed, &fired), RunUnderEveryFault(seed, &fired)) << "seed " << seed;
  }
  EXPECT_NE(RunUnderEveryFault(1, &fired), RunUnderEveryFault(2, &fired));
}

}  // namespace
}  // namespace fencepost::sim
