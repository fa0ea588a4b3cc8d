// The story of any simulation: its steps in words, its faults marked, the violation and what must hold.
#include "sim/core/report/story.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/toy_run.h"

namespace fencepost::sim {
namespace {

using namespace std::chrono_literals;

TEST(GeneralStory, TellsStepsAndFaultsAndTheViolationLast) {
  toy::Run run;
  run.Event(0ms, toy::Run::kServer1, toy::Woke())
      .Event(1ms, toy::Run::kAsker1, toy::Asked{"tea"})
      .Note(1ms, toy::Run::kAsker1, MessageSent{1, toy::Run::kServer1, 2ms, false})
      .Note(2ms, toy::Run::kServer1, FaultStruck{&toy::kPowerCut})
      .Note(3ms, toy::Run::kAsker1, MarkHit{&toy::kAskedTwice})
      .Event(4ms, toy::Run::kServer1, toy::Woke())
      .Event(5ms, kWorldActor, InvariantBroken{"politeness", "asker-1 has no tea"});
  EXPECT_EQ(FormatStory(run.Told(run.Fails("asker-1 has no tea")).story),
            "   0.0010 s    asker-1 asks for tea\n"
            "   0.0020 s  ! server-1: power-cut strikes: the server is without power\n"
            "   0.0040 s    server-1 wakes up\n"
            "   0.0050 s  ! VIOLATION of politeness: asker-1 has no tea\n"
            "\n"
            "  What must hold: whoever asks is answered.\n");
}

TEST(GeneralStory, OfARunThatPassesHasNoExplanation) {
  toy::Run run;
  run.Event(1ms, toy::Run::kAsker1, toy::Asked{"tea"});
  const Story story = run.Told().story;
  EXPECT_EQ(story.explanation, "");
  EXPECT_EQ(FormatStory(story), "   0.0010 s    asker-1 asks for tea\n");
}

TEST(GeneralStory, OfAnInvariantThatNobodyRegisteredExplainsNothing) {
  toy::Run run;
  RunOutcome outcome = run.Fails("it is late");
  outcome.violation->invariant = "punctuality";
  const Story story = run.Told(outcome).story;
  EXPECT_EQ(story.lines.back().text, "VIOLATION of punctuality: it is late");
  EXPECT_EQ(story.explanation, "");
}

TEST(GeneralStory, CountsWhatIsLeftOutAndIndentsEachLineOfTheExplanation) {
  Story story;
  story.lines.push_back(StoryLine{1ms, 0, "asker", false, "asker-1 asks", ""});
  story.left_out = 12;
  story.explanation = "One.\nTwo.";
  EXPECT_EQ(FormatStory(story),
            "   0.0010 s    asker-1 asks\n"
            "             (12 lines that have nothing to do with the violation are left out)\n"
            "\n"
            "  One.\n"
            "  Two.\n");
}

TEST(GeneralStory, APlotHasTheGistOfEachLineAndNoTimes) {
  Story story;
  story.lines.push_back(StoryLine{1ms, 0, "asker", false, "asker-1 waits for 17 ms", "asker-1 waits"});
  story.lines.push_back(StoryLine{2ms, 0, "asker", false, "asker-1 asks", ""});
  EXPECT_EQ(FormatPlot(story), "asker-1 waits\nasker-1 asks\n");
}

}  // namespace
}  // namespace fencepost::sim
