// The stories of the failures that are kept: every step that matters is told, in the names of the run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "sim/core/report/page.h"
#include "sim/core/runtime/core_events.h"
#include "tests/sim/kept_failures.h"
#include "tests/support/chrome_trace_check.h"
#include "tests/support/page_text.h"

namespace fencepost::sim {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

// A kept failure of that scenario.
Narration KeptFailureOfScenario(const std::string& scenario) {
  for (const std::string& path : KeptFailures()) {
    if (std::filesystem::path(path).filename().string().starts_with(scenario + "-")) {
      return NarrationOfKeptFailure(path);
    }
  }
  ADD_FAILURE() << "no failure of " << scenario << " is kept";
  return Narration();
}

// These, in this order, with anything in between.
void ExpectSteps(const std::string& story, std::initializer_list<const char*> steps) {
  std::size_t from = 0;
  for (const char* const step : steps) {
    const std::size_t at = story.find(step, from);
    ASSERT_NE(at, std::string::npos) << "not told, or not in its place: " << step << "\n" << story;
    from = at + 1;
  }
}

TEST(KeptFailures, FencePublishedTellsHowAWriteIsLostStepByStep) {
  ExpectSteps(
      FormatStory(KeptFailureOfScenario("fence-published-lost-write").story),
      {"transactor-1 begins: append 1 to k000\n", "becomes write-fenced (was active)\n",
       "log of group 1 [1]: commit transaction 1 at 2 (append 1 to \"k000\" under epoch 1, pinned to version "
       "1)   -- node-1 at version 1",
       "transactor-1 is told that it has committed: append 1 to k000\n", "log of group 2 [1]: copy ",
       "goes from group 1 to group 2, active\n",
       "! VIOLATION of lost-write: transactor-1 was told that 1 was appended to key \"k000\"",
       "A client was told that its write is durable, and it is gone. It is entry [1] of group 1"});
}

TEST(KeptFailures, EarlyCopyTellsThatAPreparedWriteTookEffectBehindTheCopy) {
  const Narration told = KeptFailureOfScenario("early-copy");
  ExpectSteps(FormatStory(told.story), {"]: prepare transaction ", "]: copy ", "]: resolve: transaction "});
  EXPECT_THAT(told.story.explanation, HasSubstr("It was prepared there, and took effect only with entry ["));
  EXPECT_THAT(told.story.explanation, HasSubstr("so the copy does not have it."));
}

TEST(KeptFailures, FollowerReadsTellWhichReplicaAnsweredAndHowFarItHadApplied) {
  const Narration told = KeptFailureOfScenario("follower-reads");
  ASSERT_TRUE(told.timeline.cycle.has_value());
  EXPECT_THAT(told.story.explanation, HasSubstr(" was answered by node-"));
  EXPECT_THAT(told.story.explanation, HasSubstr(", which had applied "));
  EXPECT_THAT(told.story.explanation, HasSubstr(" makes it one: ")) << "a client's own order, or real time";
}

TEST(KeptFailures, EachEndsWithTheViolationAndWhatItMeans) {
  ASSERT_GT(KeptFailures().size(), 20u);
  for (const std::string& path : KeptFailures()) {
    const auto [timeline, story] = NarrationOfKeptFailure(path);
    if (!timeline.violation.has_value()) continue;  // fixed since
    ASSERT_GE(story.lines.size(), 2u) << path;
    EXPECT_EQ(story.lines.back().category, categories::kViolation) << path;
    EXPECT_THAT(story.lines.back().text, HasSubstr(timeline.violation->sentence)) << path;
    EXPECT_NE(story.explanation, "") << path;
    EXPECT_TRUE(std::ranges::is_sorted(story.lines, {}, &StoryLine::time)) << path << FormatStory(story);
  }
}

TEST(KeptFailures, ClientsAreCalledByTheirNamesAndNotByTheLinesOfAHistory) {
  std::size_t cycles = 0;
  for (const std::string& path : KeptFailures()) {
    const Narration narration = NarrationOfKeptFailure(path);
    const Timeline& timeline = narration.timeline;
    if (!timeline.cycle.has_value()) continue;
    ++cycles;
    const std::string told = FormatStory(narration.story) + NarrationAsJson(narration);
    for (const char* const words : {"process 1", "process 2", "process 3", "at line ", ", line "}) {
      EXPECT_THAT(told, Not(HasSubstr(words))) << path;
    }
    for (const std::size_t span : timeline.cycle->spans) {
      EXPECT_THAT(told, HasSubstr("(" + timeline.lanes[timeline.spans[span].lane].name + ", begun at "))
          << path;
    }
  }
  EXPECT_GT(cycles, 2u);
}

TEST(KeptFailures, PagesOfThemLoadNothingAndParse) {
  for (const std::string& path : KeptFailures()) {
    const Narration narration = NarrationOfKeptFailure(path);
    const std::string page = RenderPage(narration);
    EXPECT_EQ(CountIn(page, "http://"), 0u) << path;
    EXPECT_EQ(CountIn(page, "https://"), 0u) << path;
    const json parsed = json::parse(DataOfPage(page), nullptr, false);
    ASSERT_TRUE(parsed.is_object()) << path;
    EXPECT_EQ(parsed["events"].size(), narration.timeline.events.size()) << path;
    EXPECT_EQ(parsed["trace"], narration.timeline.trace_hash) << path;
    for (const json& event : parsed["events"]) {
      ASSERT_LT(event["l"].get<std::size_t>(), parsed["lanes"].size()) << path << ": " << event;
    }
  }
}

TEST(KeptFailures, ChromeTracesOfThemAreWhatTheFormatAsksFor) {
  for (const std::string& path : KeptFailures()) {
    const Narration narration = NarrationOfKeptFailure(path);
    ChromeTraceCheck(narration.timeline).Run();
  }
}

}  // namespace
}  // namespace fencepost::sim
