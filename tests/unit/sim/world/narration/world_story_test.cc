// The story of a run of our world: what is told, and what goes without saying.
#include "sim/world/narration/world_story.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fencepost/base/error.h"
#include "sim/world/fault_kinds.h"
#include "tests/unit/sim/world/narration/told_run.h"

namespace fencepost::sim {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

std::string StoryOf(const ToldRun& run) { return FormatStory(run.Ends().story); }

MoveRecord SomeMove() {
  MoveRecord move;
  move.range = WholeSpace();
  move.source = GroupId(1);
  move.target = GroupId(2);
  move.epoch = OwnershipEpoch(1);
  return move;
}

TEST(WorldStory, TellsAVersionInWhichNoRouteChangesWithTheEndOfItsMove) {
  ToldRun run;
  run.Version(0ms, 1, {RouteTo(2)})
      .Agreed(5ms, 2, OwnershipEntry(ActivateRange{WholeSpace(), OwnershipEpoch(1), Timestamp(0)}))
      .Version(5ms, 2, {RouteTo(2)})
      .Happens(6ms, "mover-1", MoveDriven{SomeMove(), absl::OkStatus()})
      .Version(7ms, 3, {RouteTo(2), RouteTo(2)})
      .Version(8ms, 4, {});
  const std::string story = StoryOf(run);
  EXPECT_THAT(story, HasSubstr("moving: done; the catalog is at version 2\n"));
  EXPECT_THAT(story, Not(HasSubstr("the same routes")));
  EXPECT_THAT(story, HasSubstr("at version 3: [\"\", +inf) is a range of group 2, active\n"))
      << "there twice is a change";
  EXPECT_THAT(story, HasSubstr("at version 4: no route any more for [\"\", +inf)")) << "and so is being gone";
}

TEST(WorldStory, TellsWhatBecomesOfARoute) {
  RouteDescriptor fenced = RouteTo(1);
  fenced.state = RouteState::kWriteFenced;
  ToldRun run;
  run.Version(1ms, 1, {RouteTo(1)}).Version(2ms, 2, {fenced}).Version(3ms, 3, {RouteTo(2)});
  const std::string story = StoryOf(run);
  EXPECT_THAT(story, HasSubstr("at version 1: [\"\", +inf) is a range of group 1, active\n"));
  EXPECT_THAT(story, HasSubstr("at version 2: [\"\", +inf) of group 1 becomes write-fenced (was active)\n"));
  EXPECT_THAT(story, HasSubstr("at version 3: [\"\", +inf) goes from group 1 to group 2, active\n"));
}

TEST(WorldStory, LeavesOutWhatOnlyReadsAndWhatRepeatsADecision) {
  ToldRun run;
  PrepareEntry reads;
  reads.request.id = TransactionId(7);
  run.Agreed(1ms, 1, reads)
      .Agreed(2ms, 1, DecideEntry{Committed(7)})
      .Agreed(3ms, 1, ResolveEntry{Committed(7), {}})
      .Agreed(4ms, 1, reads)
      .Applied(5ms, "node-1", 1, 4, absl::AbortedError("locked"));
  const std::string story = StoryOf(run);
  EXPECT_THAT(story, Not(HasSubstr("[1]")));
  EXPECT_THAT(story, HasSubstr("[2]: decide"));
  EXPECT_THAT(story, Not(HasSubstr("[3]")));
  EXPECT_THAT(story, HasSubstr("every replica refuses [4] of group 1: locked")) << "a refusal is told";
}

TEST(WorldStory, LeavesOutTheAuditBetweenItsBeginningAndWhatItFinds) {
  ToldRun run;
  run.Agreed(1ms, 1, CommitOf(1, "k1", 1))
      .Happens(10ms, "auditor", TransactionBegan{{ListStep{"k1", true, 0}}})
      .Agreed(11ms, 1, CommitOf(2, "k1", 2))
      .Happens(12ms, "auditor", TransactionCommitted{{ListStep{"k1", true, 0}}, {{1}}});
  const std::string story = StoryOf(run);
  EXPECT_THAT(story, Not(HasSubstr("auditor begins")));
  EXPECT_THAT(story, Not(HasSubstr("[2]")));
  EXPECT_THAT(story, HasSubstr("auditor is told that it has committed: k1 was [1]"));
}

TEST(WorldStory, TellsEachFaultOnce) {
  ToldRun run;
  run.Noted(1ms, "node-1", FaultStruck{&faults::kNodeCrash})
      .Happens(1ms, "node-1", NodeCrashed())
      .Noted(2ms, "node-1", FaultStruck{&faults::kStoreSlow})
      .Happens(3ms, "node-1", ReplicaLagged{GroupId(1), 150ms});
  const Story story = run.Ends().story;
  EXPECT_EQ(FormatStory(story),
            "   0.0010 s  ! node-1 crashes\n"
            "   0.0020 s  ! node-1: store-slow strikes: an operation takes a hundred times as long\n"
            "   0.0030 s  ! the replica of group 1 on node-1 lags by 150 ms\n");
  EXPECT_THAT(FormatPlot(story), HasSubstr("the replica of group 1 on node-1 lags\n"));
}

TEST(WorldStory, WithoutGroupsTellsTheSavesThemselves) {
  ToldRun run;
  const SaveBegan began{1, SavePurpose::kChange, fencepost::Version(2), {}};
  run.Happens(1ms, "operator-1", began);
  EXPECT_THAT(StoryOf(run), HasSubstr("operator-1 saves 0 routes over version 2"));
  run.Agreed(2ms, 1, NoOpEntry());
  EXPECT_THAT(StoryOf(run), Not(HasSubstr("saves"))) << "with groups they show in the versions";
  SaveEnded ended;
  ended.status = MakeError(Error::kRouteOverlap, "two routes");
  run.Happens(3ms, "operator-1", ended);
  EXPECT_THAT(StoryOf(run), HasSubstr("the save of operator-1 ended: RouteOverlap: two routes"))
      << "but for a failure";
}

}  // namespace
}  // namespace fencepost::sim
