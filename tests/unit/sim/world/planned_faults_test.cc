// Faults that strike by plan: each is counted when it strikes, and not when it finds nobody it could strike.
#include "sim/world/planned_faults.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "sim/core/choices/recorded_driver.h"
#include "sim/world/fault_kinds.h"
#include "sim/world/scenario/parse.h"

namespace fencepost::sim {
namespace {

using std::chrono::milliseconds;

// One node, with or without a group on it, and faults that are planned by the test.
class PlannedFaultsTest : public testing::Test {
 protected:
  void Build(bool with_groups) {
    scenario_.watcher_interval = milliseconds(20);
    if (with_groups) scenario_.fence = FenceRules{};
    const ActorId node = stage_.AddActor(actors::kNode, NodeName(0));
    processes_ = {node};
    if (with_groups) cluster_ = std::make_unique<Cluster>(&stage_, ClusterOptions{1, 1, 12, {}}, processes_);
    nodes_.push_back(std::make_unique<Node>(
        Node::Surroundings{&stage_, &scenario_, &config_, &store_, &tokens_, cluster_.get()}, 0, node));
    faults_.emplace(PlannedFaults::Targets{&stage_, &config_, &nodes_, &vandal_, &record_, cluster_.get(),
                                           with_groups ? &processes_ : nullptr});
  }

  // How often `fault` is counted when it is planned for the node, which is up or down.
  std::uint64_t Counted(const FaultKind& fault, bool node_is_up, std::uint64_t other = 0) {
    if (node_is_up) nodes_[0]->Start();
    RunUntil(milliseconds(300));
    PlannedFault planned;
    planned.at = milliseconds(10);
    planned.fault = &fault;
    planned.other = other;
    planned.lasts = milliseconds(50);
    faults_->Start({planned});
    RunUntil(milliseconds(600));
    return stage_.faults().counts()[fault];
  }

  void RunUntil(SimTime deadline) {
    stage_.Run(RunLimits(), deadline, [] { return false; });
  }

  Choices choices_{*RecordedDriver::Make({})};  // every draw is answered by its default
  Trace trace_{TraceDetail::kHashOnly};
  Stage stage_{&WorldVocabulary(), &choices_, &trace_, FaultOdds(WorldVocabulary().faults)};
  Scenario scenario_;
  RunConfig config_;
  MemoryStore store_;
  SaveTokens tokens_;
  RecordVandal vandal_{&store_, &choices_};
  CatalogRecord record_{&stage_.events(), &store_, &vandal_};
  std::vector<ActorId> processes_;
  std::unique_ptr<Cluster> cluster_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::optional<PlannedFaults> faults_;
};

TEST_F(PlannedFaultsTest, WhatNeedsOnlyARunningNodeIsCountedOnIt) {
  Build(/*with_groups=*/false);
  EXPECT_EQ(Counted(faults::kClockSkew, true), 1u);
}

TEST_F(PlannedFaultsTest, ANodeThatCrashesComesBack) {
  Build(/*with_groups=*/false);
  EXPECT_EQ(Counted(faults::kNodeCrash, true), 1u);
  EXPECT_TRUE(nodes_[0]->running());
  EXPECT_EQ(nodes_[0]->incarnation(), 2u);
}

// Each of those that need a node that runs: struck while it is down.
class NodeIsDownTest : public PlannedFaultsTest, public testing::WithParamInterface<const FaultKind*> {};

TEST_P(NodeIsDownTest, IsNotCounted) {
  Build(/*with_groups=*/true);
  EXPECT_EQ(Counted(*GetParam(), false), 0u);
}

INSTANTIATE_TEST_SUITE_P(Each, NodeIsDownTest,
                         testing::Values(&faults::kNodeCrash, &faults::kNodePause, &faults::kNodeSlow,
                                         &faults::kCatalogGossip, &faults::kLeaderChange, &faults::kClockSkew,
                                         &faults::kClockDrift, &faults::kClockJumpForward,
                                         &faults::kClockJumpBack, &faults::kClockStuck));

// Each of those that need groups: struck in a world without any.
class NoGroupsTest : public PlannedFaultsTest, public testing::WithParamInterface<const FaultKind*> {};

TEST_P(NoGroupsTest, IsNotCounted) {
  Build(/*with_groups=*/false);
  EXPECT_EQ(Counted(*GetParam(), true), 0u);
}

INSTANTIATE_TEST_SUITE_P(Each, NoGroupsTest,
                         testing::Values(&faults::kPartitionOneWay, &faults::kPartitionTwoWay,
                                         &faults::kLeaderChange, &faults::kNodePause, &faults::kNodeSlow));

TEST_F(PlannedFaultsTest, APartitionOfAProcessFromItselfIsNotCounted) {
  Build(/*with_groups=*/true);
  EXPECT_EQ(Counted(faults::kPartitionTwoWay, true), 0u);
}

TEST_F(PlannedFaultsTest, APartitionFromAnotherProcessIsCounted) {
  Build(/*with_groups=*/true);
  processes_.push_back(stage_.AddActor(actors::kTransactor, "transactor-1"));
  EXPECT_EQ(Counted(faults::kPartitionTwoWay, true, 1), 1u);
}

TEST_F(PlannedFaultsTest, ALeaderThatLeadsAlreadyIsNoChange) {
  Build(/*with_groups=*/true);
  EXPECT_EQ(Counted(faults::kLeaderChange, true), 0u);
}

TEST_F(PlannedFaultsTest, ANodeWithGroupsIsPausedAndSlowedDown) {
  Build(/*with_groups=*/true);
  EXPECT_EQ(Counted(faults::kNodePause, true), 1u);
}

TEST_F(PlannedFaultsTest, GossipOfACatalogThatHasNoPastIsNotCounted) {
  Build(/*with_groups=*/false);
  EXPECT_EQ(Counted(faults::kCatalogGossip, true), 0u) << "the catalog is at version 1";
}

TEST_F(PlannedFaultsTest, DamageToAnEmptyCatalogIsNotCounted) {
  Build(/*with_groups=*/false);
  EXPECT_EQ(Counted(faults::kRecordBitFlip, false), 0u);
}

TEST_F(PlannedFaultsTest, DamageIsCountedAndRepaired) {
  Build(/*with_groups=*/false);
  EXPECT_EQ(Counted(faults::kRecordTruncation, true), 1u);
  EXPECT_FALSE(record_.is_damaged());
}

TEST_F(PlannedFaultsTest, NothingStrikesAfterHealing) {
  Build(/*with_groups=*/false);
  stage_.Heal();
  EXPECT_EQ(Counted(faults::kNodeCrash, true), 0u);
}

TEST(FaultsByPlan, AreRegisteredEachOnceAndNoneRides) {
  for (const FaultKind* const fault : FaultsByPlan()) {
    EXPECT_EQ(WorldVocabulary().faults.Find(fault->name), fault) << fault->name;
    EXPECT_TRUE(StrikesByPlan(*fault)) << fault->name;
    EXPECT_EQ(std::ranges::count(FaultsByPlan(), fault), 1) << fault->name;
  }
  EXPECT_FALSE(StrikesByPlan(faults::kStoreSlow));
  EXPECT_FALSE(StrikesByPlan(faults::kNetworkDrop));
}

}  // namespace
}  // namespace fencepost::sim
