// What is told again and again is told once.
#include "sim/core/report/repetition.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fencepost::sim {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

StoryLine LineAt(Moment time, std::string text, std::string gist = "") {
  return StoryLine{time, 0, "asker", false, std::move(text), std::move(gist)};
}

TEST(Repetition, OfALineIsCounted) {
  std::vector<StoryLine> lines;
  for (const auto time : {1ms, 2ms, 3ms}) lines.push_back(LineAt(time, "no leader"));
  lines.push_back(LineAt(4ms, "no route"));
  EXPECT_THAT(JoinRepetitions(&lines), ElementsAre(0, 3));
  EXPECT_EQ(lines[0].text, "no leader   (3 times, the last at 0.0030 s)");
  EXPECT_EQ(lines[0].gist, "no leader   (3 times)") << "a plot has no times";
  EXPECT_EQ(lines[1].text, "no route");
}

TEST(Repetition, OfABlockIsCountedWhenOnlyItsGistIsTheSame) {
  std::vector<StoryLine> lines = {LineAt(1ms, "begins")};
  for (int round = 1; round <= 3; ++round) {
    lines.push_back(LineAt(round * 10ms, fmt::format("[{}]: fence", round + 7), "fence"));
    lines.push_back(LineAt(round * 10ms + 5ms, "not drained"));
  }
  lines.push_back(LineAt(90ms, "[11]: activate", "activate"));
  EXPECT_THAT(JoinRepetitions(&lines), ElementsAre(0, 1, 2, 7));
  EXPECT_EQ(lines[1].text, "[8]: fence");
  EXPECT_EQ(lines[1].gist, "fence");
  EXPECT_EQ(lines[2].text, "not drained   (these 2 lines 3 times, the last at 0.0350 s)");
  EXPECT_EQ(lines[3].text, "[11]: activate");
}

TEST(Repetition, OfTheGistAloneIsNoRepetitionOfALine) {
  std::vector<StoryLine> lines = {LineAt(1ms, "[1]: fence", "fence"), LineAt(2ms, "[2]: fence", "fence")};
  JoinRepetitions(&lines);
  EXPECT_EQ(lines.size(), 2u);
}

TEST(Repetition, TwoLinesThatComeTwiceAreToldTwice) {
  std::vector<StoryLine> lines;
  for (const auto time : {10ms, 20ms}) {
    lines.push_back(LineAt(time, "asks"));
    lines.push_back(LineAt(time + 1ms, "is refused"));
  }
  JoinRepetitions(&lines);
  EXPECT_EQ(lines.size(), 4u);
}

TEST(Repetition, InAnotherLaneIsSomebodyElses) {
  std::vector<StoryLine> lines = {LineAt(1ms, "hums"), LineAt(2ms, "hums")};
  lines[1].lane = 1;
  JoinRepetitions(&lines);
  EXPECT_EQ(lines.size(), 2u);
}

}  // namespace
}  // namespace fencepost::sim
