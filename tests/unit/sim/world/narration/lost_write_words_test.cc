// Where an acknowledged write went, told from the entries of the logs, the copies and the catalog's versions.
#include "sim/world/narration/lost_write_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fencepost/base/error.h"
#include "tests/unit/sim/world/narration/told_run.h"

namespace fencepost::sim {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST(LostWrite, ThatWasPreparedWhileItsRangeWasCopied) {
  ToldRun run;
  run.Version(0ms, 1, {RouteTo(1)})
      .Agreed(10ms, 1, PrepareOf(7, "k1", 1))
      .Agreed(20ms, 2, CopyOf(WholeSpace()))
      .Agreed(30ms, 1, ResolveEntry{Committed(7), {}})
      .Happens(31ms, "transactor-1", TransactionCommitted{{ListStep{"k1", false, 1}}, {{}}})
      .Version(31ms, 2, {RouteTo(2)});
  const Story story = run.Fails(LostOne()).story;
  EXPECT_THAT(
      story.explanation,
      HasSubstr("It was prepared there, and took effect only with entry [2] of group 1 (0.0300 s): the "
                "keys around \"k1\" had been copied to group 2 in between (0.0200 s)"));
  EXPECT_THAT(story.explanation, HasSubstr("Version 2 of the catalog made group 2 the owner (0.0310 s)"));
  EXPECT_THAT(FormatStory(story), HasSubstr("log of group 1 [2]: resolve: transaction 7 is committed at 2"))
      << "the step that it hangs on";
  EXPECT_EQ(TransactionOfLostWrite(run.World(LostOne())), TransactionId(7));
}

TEST(LostWrite, ThatEveryReplicaRefusedAlthoughTheClientWasToldOtherwise) {
  ToldRun run;
  run.Version(0ms, 1, {RouteTo(1)})
      .Agreed(10ms, 1, CommitOf(7, "k1", 1))
      .Applied(10ms, "node-1", 1, 1, MakeError(Error::kOwnershipMoved, "it is fenced"))
      .Happens(11ms, "transactor-1", TransactionCommitted{{ListStep{"k1", false, 1}}, {{}}});
  const Story story = run.Fails(LostOne()).story;
  EXPECT_THAT(story.explanation,
              HasSubstr("Every replica refused that entry (OwnershipMoved: it is fenced), and "
                        "yet the client was told that it had committed."));
  EXPECT_THAT(FormatStory(story), HasSubstr("every replica refuses [1] of group 1: OwnershipMoved"));
}

TEST(LostWrite, OfATransactionThatWasDecidedTwice) {
  ToldRun run;
  run.Version(0ms, 1, {RouteTo(1)})
      .Agreed(10ms, 1, PrepareOf(7, "k1", 1))
      .Agreed(20ms, 1, DecideEntry{Committed(7)})
      .Agreed(30ms, 2, DecideEntry{Aborted(7)})
      .Agreed(40ms, 1, ResolveEntry{Aborted(7), {}})
      .Agreed(50ms, 1, ResolveEntry{Committed(7), {}});
  const std::string explained = run.Fails(LostOne()).story.explanation;
  EXPECT_THAT(explained,
              HasSubstr("decided twice: committed by entry [2] of group 1 (0.0200 s), aborted by entry "
                        "[1] of group 2 (0.0300 s)"));
  EXPECT_THAT(explained, HasSubstr("The write was dropped by entry [3] of group 1 (0.0400 s)."));
}

TEST(LostWrite, ThatACopyWentOver) {
  ToldRun run;
  run.Version(0ms, 1, {RouteTo(2)})
      .Agreed(10ms, 2, CommitOf(7, "k1", 1))
      .Agreed(15ms, 2, CopyOf(KeyRange{"k2", std::nullopt}))
      .Agreed(20ms, 2, CopyOf(KeyRange{"k0", std::nullopt}));
  EXPECT_THAT(run.Fails(LostOne()).story.explanation,
              HasSubstr("Later entry [3] of group 2 (0.0200 s) copied those keys into group 2 once more"))
      << "not the copy of other keys";
}

TEST(LostWrite, BehindACopyAndAtALaggingReplica) {
  ToldRun run;
  run.Version(0ms, 1, {RouteTo(1)})
      .Happens(0ms, "node-1", EngineReached{fencepost::Version(0), fencepost::Version(1)})
      .Version(5ms, 2, {RouteTo(1)})
      .Agreed(10ms, 2, CopyOf(WholeSpace()))
      .Agreed(20ms, 1, CommitOf(7, "k1", 1));
  const Story story = run.Fails(LostOne()).story;
  EXPECT_THAT(story.explanation,
              HasSubstr("By then the keys around \"k1\" had been copied to group 2 (0.0100 s), so "
                        "the copy does not have it."));
  EXPECT_THAT(story.explanation,
              HasSubstr("When it entered the log, the catalog was at version 2, but node-1 at version 1."));
  EXPECT_THAT(FormatStory(story), HasSubstr("   -- node-1 at version 1, the catalog at 2\n"));
}

TEST(LostWrite, InAGroupThatDoesNotOwnTheKey) {
  ToldRun run;
  run.Version(0ms, 1, {RouteTo(1, KeyRange{"", "k1"}), RouteTo(2, KeyRange{"k1", std::nullopt})})
      .Agreed(10ms, 1, CommitOf(7, "k1", 1));
  EXPECT_THAT(run.Fails(LostOne()).story.explanation,
              HasSubstr("But \"k1\" belonged to group 2 at that time, by version 1 of the catalog."));
}

TEST(LostWrite, ThatIsInNoLog) {
  ToldRun run;
  run.Agreed(10ms, 1, CommitOf(7, "k1", 2)).Agreed(11ms, 1, CommitOf(8, "k2", 1));
  EXPECT_THAT(run.Fails(LostOne()).story.explanation,
              HasSubstr("No log has an entry that appends 1 to \"k1\"."));
  EXPECT_EQ(TransactionOfLostWrite(run.World(LostOne())), std::nullopt);
  EXPECT_EQ(TransactionOfLostWrite(run.World()), std::nullopt) << "nothing is violated";
}

TEST(LostWrite, ThatIsThereTwiceIsTracedToTheEntriesThatTookEffect) {
  ToldRun run;
  run.Version(0ms, 1, {RouteTo(1)})
      .Agreed(10ms, 1, PrepareOf(7, "k1", 1))
      .Agreed(20ms, 1, ResolveEntry{Committed(7), AppendPart("k1", 1)})
      .Agreed(30ms, 1, ResolveEntry{Committed(7), AppendPart("k1", 1)});
  EXPECT_THAT(run.Fails(LostOne(/*times=*/2)).story.explanation,
              HasSubstr("it is in entry [2] of group 1 (0.0200 s), and entry [3] of group 1 (0.0300 s)"));
}

}  // namespace
}  // namespace fencepost::sim
