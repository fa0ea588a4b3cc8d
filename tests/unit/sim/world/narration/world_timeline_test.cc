// A run of our world as lanes, bands, spans and typed events.
#include "sim/world/narration/world_timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fencepost/base/error.h"
#include "sim/world/fault_kinds.h"
#include "tests/unit/sim/world/narration/told_run.h"

namespace fencepost::sim {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

std::vector<std::string> LanesOf(const WorldTimeline& world) {
  std::vector<std::string> names;
  for (const Lane& lane : world.timeline.lanes) names.push_back(lane.name);
  return names;
}

TEST(WorldTimeline, HasTheCatalogTheGroupsAndThenTheActorsByWhatTheyDo) {
  ToldRun run;
  run.Happens(1ms, "operator-1", ActorDied())
      .Happens(1ms, "mover-1", ActorDied())
      .Happens(1ms, "auditor", ClientLeftUnknown())
      .Happens(1ms, "transactor-1", ClientLeftUnknown())
      .Happens(1ms, "node-1", NodeStarted{1})
      .Agreed(2ms, 2, NoOpEntry());
  const WorldTimeline world = run.World();
  EXPECT_THAT(LanesOf(world), ElementsAre("catalog", "group-1", "group-2", "node-1", "transactor-1",
                                          "auditor", "mover-1", "operator-1", "world"));
  EXPECT_TRUE(world.IsNode(3));
  EXPECT_TRUE(world.IsAuditor(5));
  EXPECT_EQ(world.LaneOf(GroupId(2)), 2u);
}

TEST(WorldTimeline, PutsEventsWhereTheyShow) {
  ToldRun run;
  RecordDamaged damaged;
  damaged.fault = &faults::kRecordBitFlip;
  run.Version(1ms, 1, {RouteTo(1)})
      .Happens(2ms, "world", damaged)
      .Agreed(3ms, 1, OwnershipEntry(FenceRange{WholeSpace(), OwnershipEpoch(2)}))
      .Applied(4ms, "node-1", 1, 1, MakeError(Error::kOwnershipMoved, "no"));
  const WorldTimeline world = run.World();
  const std::vector<TimelineEvent>& events = world.timeline.events;
  EXPECT_EQ(events[0].lane, WorldTimeline::kCatalogLane);
  EXPECT_EQ(events[1].lane, WorldTimeline::kCatalogLane);
  EXPECT_EQ(events[2].lane, 1u);
  EXPECT_EQ(events[2].brief, "fence");
  EXPECT_EQ(world.timeline.lanes[events[3].lane].name, "node-1");
  EXPECT_TRUE(events[3].refused);
  EXPECT_NE(world.As<EntryApplied::Kept>(3), nullptr);
  EXPECT_EQ(world.As<EntryAgreed::Kept>(3), nullptr);
  ASSERT_EQ(world.timeline.snapshots.size(), 1u);
  EXPECT_THAT(world.timeline.snapshots[0].lines, ElementsAre("[\"\", +inf): group 1, active"));
}

TEST(WorldTimeline, ACrashEndsWhatANodeKnew) {
  ToldRun run;
  run.Happens(1ms, "node-1", EngineReached{fencepost::Version(0), fencepost::Version(1)})
      .Happens(5ms, "node-1", NodeCrashed())
      .Happens(9ms, "node-1", NodeStarted{2});
  const WorldTimeline world = run.World();
  ASSERT_EQ(world.timeline.bands.size(), 1u);
  EXPECT_EQ(world.timeline.bands[0].until, 5ms);
}

TEST(WorldTimeline, SpansAreTransactionsRegistersAndMoves) {
  using model::history::RegisterKind;
  MoveRecord move;
  move.epoch = OwnershipEpoch(4);
  const absl::Status moved = MakeError(Error::kOwnershipMoved, "elsewhere");
  ToldRun run;
  run.Happens(1ms, "transactor-1", TransactionBegan{{ListStep{"k1", false, 5}}})
      .Happens(2ms, "transactor-1", ClientRefused{moved, ObservedVersion::Unpinned(), false})
      .Happens(3ms, "transactor-1", TransactionCommitted{{ListStep{"k1", false, 5}}, {{}}})
      .Happens(4ms, "transactor-1", RegisterBegan{RegisterKind::kCas, "k9", 3, 4})
      .Happens(5ms, "transactor-1", ClientRefused{moved, ObservedVersion::Unpinned(), true})
      .Happens(6ms, "transactor-1", TransactionBegan{{ListStep{"k1", true, 0}}})
      .Happens(7ms, "transactor-1", ActorDied())
      .Happens(8ms, "mover-1", MoveBegan{move})
      .Happens(9ms, "mover-1", MoveDriven{move, moved});
  const WorldTimeline world = run.World();
  const std::vector<Span>& spans = world.timeline.spans;
  ASSERT_EQ(spans.size(), 4u);
  EXPECT_EQ(spans[0].what, "append 5 to k1");
  EXPECT_EQ(spans[0].end, SpanEnd::kDone) << "it was refused once, and tried again";
  EXPECT_EQ(spans[1].what, "compare-and-set k9 from 3 to 4");
  EXPECT_EQ(spans[1].end, SpanEnd::kRefused);
  EXPECT_EQ(spans[1].outcome, "OwnershipMoved: elsewhere");
  EXPECT_EQ(spans[2].end, SpanEnd::kUnknown);
  EXPECT_EQ(spans[2].outcome, "nobody knows");
  EXPECT_EQ(spans[3].end, SpanEnd::kRefused);
  EXPECT_EQ(spans[3].until, 9ms);
  EXPECT_THAT(world.list_transactions, ElementsAre(0, 2)) << "registers have a history of their own";
}

TEST(WorldTimeline, KnowsWhenTheAuditBegan) {
  ToldRun run;
  run.Happens(1ms, "transactor-1", TransactionBegan{{}});
  EXPECT_EQ(run.World().audit, std::nullopt);
  run.Happens(7ms, "auditor", TransactionBegan{{}}).Happens(8ms, "auditor", TransactionBegan{{}});
  EXPECT_EQ(run.World().audit, 7ms);
}

}  // namespace
}  // namespace fencepost::sim
