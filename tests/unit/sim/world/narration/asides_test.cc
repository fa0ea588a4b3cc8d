// What a story leaves out: whatever cannot have led to the failure.
#include "sim/world/narration/asides.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fencepost/base/error.h"
#include "tests/unit/sim/world/narration/told_run.h"

namespace fencepost::sim {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

std::string StoryOf(const Narration& narration) { return FormatStory(narration.story); }

TEST(Asides, HealingIsToldOnlyWhereSomebodyWasIllAndLaterDidSomething) {
  ToldRun well;
  well.Happens(10ms, "transactor-1", TransactionBegan{{ListStep{"k1", false, 1}}})
      .Happens(20ms, "world", FaultsHealed());
  EXPECT_THAT(StoryOf(well.Ends()), Not(HasSubstr("healed")));

  ToldRun ill;
  ill.Happens(10ms, "node-1", NodeCrashed()).Happens(20ms, "world", FaultsHealed());
  EXPECT_THAT(StoryOf(ill.Ends()), HasSubstr("every fault is healed")) << "of a run that passes all is told";
  const model::Standstill behind{model::Standstill::How::kNodeBehind, "node-1"};
  EXPECT_THAT(StoryOf(ill.Fails(ViolationOf(model::kLiveness, "node-1 is down", behind))),
              HasSubstr("every fault is healed"));
  EXPECT_THAT(StoryOf(ill.Fails(LostOne())), Not(HasSubstr("healed"))) << "it can have led to nothing";
  ill.Happens(30ms, "transactor-1", TransactionBegan{{ListStep{"k1", false, 1}}});
  EXPECT_THAT(StoryOf(ill.Fails(LostOne())), HasSubstr("every fault is healed"));
}

TEST(Asides, WhatTheAuditorDoesIsNoAct) {
  ToldRun run;
  run.Happens(10ms, "node-1", NodeCrashed())
      .Happens(20ms, "world", FaultsHealed())
      .Happens(30ms, "auditor", TransactionBegan{{ListStep{"k1", true, 0}}})
      .Happens(31ms, "auditor", TransactionCommitted{{ListStep{"k1", true, 0}}, {{}}});
  EXPECT_THAT(StoryOf(run.Fails(LostOne())), Not(HasSubstr("healed")));
}

TEST(Asides, TheLeadersOfTheGroupsThatHaveTheKeysAreToldAndNoOthers) {
  ToldRun run;
  run.Happens(5ms, "node-1", LeaderChanged{GroupId(1), 3})
      .Happens(6ms, "node-1", LeaderChanged{GroupId(12), 3})
      .Happens(7ms, "node-2", NodeStarted{2})
      .Agreed(10ms, 1, CommitOf(7, "k1", 1))
      .Agreed(11ms, 12, CommitOf(8, "k2", 2))
      .Happens(20ms, "node-2", LeaderChanged{GroupId(1), 4});
  const std::string story = StoryOf(run.Fails(LostOne()));
  EXPECT_THAT(story, HasSubstr("leads group 1 in term 3"));
  EXPECT_THAT(story, HasSubstr("node-2 starts again"));
  EXPECT_THAT(story, Not(HasSubstr("leads group 12")));
  EXPECT_THAT(story, Not(HasSubstr("in term 4"))) << "nothing happened under that leader";
}

// A long run: forty transactions on other keys, and one on k1.
ToldRun& LongRun(ToldRun* run) {
  run->Version(0ms, 1, {RouteTo(1)});
  for (int i = 0; i < 40; ++i) {
    const auto time = std::chrono::milliseconds(10 * i + 1);
    const std::string key = fmt::format("x{}", i);
    const auto id = static_cast<std::uint64_t>(100 + i);
    run->Happens(time, "transactor-2", TransactionBegan{{ListStep{key, false, i + 100}}})
        .Agreed(time, 1, CommitOf(id, key, i + 100))
        .Happens(time, "transactor-2", TransactionCommitted{{ListStep{key, false, i + 100}}, {{}}});
  }
  return run->Happens(500ms, "transactor-1", TransactionBegan{{ListStep{"k1", false, 1}}})
      .Happens(
          501ms, "transactor-1",
          ClientRefused{MakeError(Error::kOwnershipMoved, "somewhere"), ObservedVersion::Unpinned(), false})
      .Agreed(502ms, 1, PrepareOf(7, "k1", 1))
      .Agreed(503ms, 1, DecideEntry{Committed(7)})
      .Agreed(504ms, 2, CopyOf(KeyRange{"a", "l"}))
      .Agreed(505ms, 2, CopyOf(KeyRange{"m", std::nullopt}))
      .Agreed(506ms, 1, DecideEntry{Committed(139)});
}

TEST(Asides, OfALongStoryOnlyWhatHasToDoWithTheKeysIsLeft) {
  ToldRun run;
  const Narration told = LongRun(&run).Fails(LostOne());
  const std::string story = StoryOf(told);
  EXPECT_THAT(story, HasSubstr("transactor-1 begins: append 1 to k1"));
  EXPECT_THAT(story, HasSubstr("transactor-1 is refused: OwnershipMoved: somewhere"))
      << "what a client is told belongs to what it began, whatever the words";
  EXPECT_THAT(story, HasSubstr("prepare transaction 7"));
  EXPECT_THAT(story, HasSubstr("decide that transaction 7 is committed"));
  EXPECT_THAT(story, HasSubstr("copy [\"a\", \"l\")")) << "a range that has the key";
  EXPECT_THAT(story, Not(HasSubstr("copy [\"m\", +inf)")));
  EXPECT_THAT(story, Not(HasSubstr("transactor-2")));
  EXPECT_THAT(story, Not(HasSubstr("transaction 139"))) << "a transaction of other keys";
  EXPECT_EQ(told.story.left_out, 122u);
}

TEST(Asides, OfALongStoryOfARunThatPassesAllIsLeft) {
  ToldRun run;
  const Narration told = LongRun(&run).Ends();
  EXPECT_EQ(told.story.left_out, 0u);
  EXPECT_THAT(StoryOf(told), HasSubstr("transactor-2 begins: append 139 to x39"));
}

}  // namespace
}  // namespace fencepost::sim
