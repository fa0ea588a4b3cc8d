// The judges of engines, told what a node would tell: of a held snapshot that changes, of a ring that does as
// it is told, and of one that does not.
#include "sim/world/judges/engine_judges.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "fencepost/engine/engine.h"
#include "model/invariants/invariants.h"
#include "sim/core/choices/recorded_driver.h"
#include "sim/world/actor_kinds.h"
#include "sim/world/events/node_events.h"
#include "sim/world/world_vocabulary.h"

namespace fencepost::sim {
namespace {

using testing::HasSubstr;

class EngineJudgesTest : public testing::Test {
 protected:
  void SetUp() override { events().Show(node_, EngineBorn{engine_.get(), &options_}); }

  Events& events() { return stage_.events(); }

  // One route of group 1, and the durable catalog has it, or another group's.
  CatalogSnapshot Catalog(GroupId group) {
    CatalogSnapshot snapshot;
    snapshot.version = Version(1);
    RouteDescriptor route;
    route.route_id = RouteId(1);
    route.group_id = group;
    snapshot.routes = {route};
    return snapshot;
  }
  void Save(GroupId group) {
    const CatalogSnapshot saved = Catalog(group);
    const model::AttemptId attempt = durable_.Begin("somebody", Version(0), saved.routes);
    ASSERT_EQ(durable_.Committed(attempt, model::DurableCatalog{saved.version, saved.routes, RouteId(2)}),
              std::nullopt);
  }
  void Apply(GroupId group) {
    ASSERT_TRUE(engine_->ApplySnapshot(Catalog(group)).ok());
    events().Emit(node_, EngineReached{Version(0), Version(1)});
  }
  std::string Found() const {
    const auto& violation = stage_.verdicts().violation();
    return violation.has_value() ? violation->invariant + ": " + violation->sentence : "";
  }

  Choices choices_{*RecordedDriver::Make({})};
  Trace trace_{TraceDetail::kHashOnly};
  mutable Stage stage_{&WorldVocabulary(), &choices_, &trace_, FaultOdds(WorldVocabulary().faults)};
  ActorId node_ = stage_.AddActor(actors::kNode, "node-1");
  ActorId client_ = stage_.AddActor(actors::kClient, "client-1");
  model::DurableVersionInvariant durable_;
  EngineOptions options_;
  std::unique_ptr<Engine> engine_ = *NewEngineWithDefaultRoute(options_);
  EngineJudges judges_{&stage_, &durable_};
};

TEST_F(EngineJudgesTest, AnEngineThatAppliesWhatIsDurableIsSound) {
  Save(GroupId(1));
  Apply(GroupId(1));
  judges_.JudgeTheEnd();
  EXPECT_EQ(Found(), "");
}

TEST_F(EngineJudgesTest, AnEngineThatHoldsWhatWasNeverDurableIsNot) {
  Save(GroupId(2));
  Apply(GroupId(1));
  EXPECT_THAT(Found(), HasSubstr("engine-version: the engine of node-1 differs from the durable version 1"));
}

TEST_F(EngineJudgesTest, AnEngineThatMovesUntoldIsFoundAtTheEnd) {
  Save(GroupId(1));
  ASSERT_TRUE(engine_->ApplySnapshot(Catalog(GroupId(1))).ok());
  judges_.JudgeTheEnd();
  EXPECT_THAT(Found(), HasSubstr("the engine of node-1 and the reference model differ"));
}

TEST_F(EngineJudgesTest, ARingThatRefusesItsDepthIsAViolation) {
  events().Show(node_, RingDepthChanged{0, 1, engine_->SetHistoryDepthForTest(0)});
  EXPECT_THAT(Found(), HasSubstr("history-ring: the ring of node-1 refused depth 0"));
}

TEST_F(EngineJudgesTest, AChangedDepthIsFollowed) {
  Save(GroupId(1));
  Apply(GroupId(1));
  const absl::Status status = engine_->SetHistoryDepthForTest(1);
  events().Show(node_, RingDepthChanged{1, 2, status});
  EXPECT_EQ(Found(), "");
}

TEST_F(EngineJudgesTest, ACrashedEngineIsJudgedNoMore) {
  ASSERT_TRUE(engine_->ApplySnapshot(Catalog(GroupId(1))).ok());  // never durable
  events().Emit(node_, NodeCrashed{});
  judges_.JudgeTheEnd();
  EXPECT_EQ(Found(), "");
}

TEST_F(EngineJudgesTest, AHeldSnapshotMustNotChangeItsOwners) {
  const SnapshotSeenAgain::Owners before = {GroupId(1)};
  const SnapshotSeenAgain::Owners other = {GroupId(2)};
  SnapshotSeenAgain seen{node_, Version(4), &before, &before, true, &before};
  events().Show(client_, seen);
  EXPECT_EQ(Found(), "");
  seen.held = &other;
  events().Show(client_, seen);
  EXPECT_THAT(Found(), HasSubstr("the snapshot of version 4 that client-1 held has changed its owners"));
}

TEST_F(EngineJudgesTest, NorMustTheRingsCopyOfIt) {
  const SnapshotSeenAgain::Owners before = {GroupId(1)};
  const SnapshotSeenAgain::Owners other = {GroupId(2)};
  events().Show(client_, SnapshotSeenAgain{node_, Version(4), &before, &before, true, &other});
  EXPECT_THAT(Found(), HasSubstr("version 4 in the ring of node-1 is not what client-1 was given before"));
}

}  // namespace
}  // namespace fencepost::sim
