// The text of a page: whatever a run has in it stays data, and nothing is loaded from anywhere. What a page
// looks like is tests/page's to see.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>

#include "sim/core/report/page.h"
#include "tests/support/page_text.h"
#include "tests/unit/sim/core/report/hostile_run.h"

namespace fencepost::sim {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

TEST(Page, HasOnePlaceForItsData) { EXPECT_EQ(CountIn(std::string(PageTemplate()), "@data@"), 1u); }

TEST(Page, HostileTextsStayData) {
  const std::string page = RenderPage(toy::HostileRun());
  const std::string data = DataOfPage(page);
  for (const char* const character : {"<", ">", "&", "\xe2\x80\xa8", "\xe2\x80\xa9"}) {
    EXPECT_THAT(data, Not(HasSubstr(character)));
  }
  EXPECT_TRUE(std::none_of(data.begin(), data.end(), [](char c) { return c >= 0 && c < ' '; }));
  for (const char* const tag : {"<script", "</script", "<img", "<!--"}) {
    EXPECT_EQ(CountIn(page, tag), CountIn(std::string(PageTemplate()), tag)) << tag;
  }
  // Whole up to the data and behind it: a text that looks like the place of the data is not one.
  const std::size_t place = PageTemplate().find("@DATA@");
  ASSERT_NE(place, std::string_view::npos);
  EXPECT_EQ(page, std::string(PageTemplate().substr(0, place)) + data +
                      std::string(PageTemplate().substr(place + std::string_view("@DATA@").size())));
}

TEST(Page, HostileTextsArriveWhole) {
  const std::string data = DataOfPage(RenderPage(toy::HostileRun()));
  const json parsed = json::parse(data, nullptr, false);
  ASSERT_TRUE(parsed.is_object()) << data;
  std::set<std::string> names;
  std::set<std::string> told;
  for (const json& lane : parsed["lanes"]) names.insert(lane["name"]);
  for (const json& event : parsed["events"]) told.insert(event["x"]);
  for (const std::string& text : toy::HostileTexts()) {
    if (text.starts_with("no UTF-8")) continue;
    EXPECT_TRUE(names.contains(text)) << text;
    EXPECT_TRUE(told.contains(text + " asks for " + text)) << text;
  }
  EXPECT_THAT(data, HasSubstr("no UTF-8: \xef\xbf\xbd")) << "replaced, not passed on and not dropped";
}

TEST(Page, HasEverythingThatATimelineHas) {
  toy::Run run;
  run.Event(1ms, toy::Run::kAsker1, toy::Asked{"tea"})
      .Event(2ms, toy::Run::kServer1, toy::Hummed{220})
      .Note(2ms, toy::Run::kAsker1, MessageSent{1, toy::Run::kServer1, 2ms, true});
  Narration narration = run.Told(run.Fails("no tea"));
  narration.timeline.events[0].brief = "asks";
  narration.timeline.events[1].refused = true;
  narration.timeline.bands = {Band{1, 1ms, 2ms, 7}};
  narration.timeline.snapshots = {Snapshot{1, 1ms, 7, {"a", "b"}}};
  narration.timeline.spans = {Span{0, 1ms, 2ms, 0, SpanEnd::kUnknown, "tea", "nobody knows", "T1"}};
  narration.timeline.cycle = SpanCycle{"G0", "Why", {0}, {SpanCycle::Edge{0, 0, "ww", "so"}}, {"so"}};
  narration.timeline.details = {"music"};
  const json parsed = json::parse(NarrationAsJson(narration), nullptr, false);
  EXPECT_EQ(parsed["name"], "toy");
  EXPECT_EQ(parsed["summary"], "asking and answering");
  EXPECT_EQ(parsed["replay"], "toy --seed 1");
  EXPECT_EQ(parsed["violation"]["sentence"], "no tea");
  EXPECT_EQ(parsed["explanation"], "What must hold: whoever asks is answered.");
  EXPECT_EQ(parsed["lanes"][1], json({{"name", "server-1"}, {"kind", "server"}}));
  EXPECT_EQ(parsed["events"][0]["b"], "asks");
  EXPECT_EQ(parsed["events"][1]["k"], "music");
  EXPECT_EQ(parsed["events"][1]["r"], 1);
  EXPECT_EQ(parsed["messages"][0]["x"], 1);
  EXPECT_EQ(parsed["bands"][0]["v"], 7);
  EXPECT_EQ(parsed["snapshots"][0]["x"], json({"a", "b"}));
  EXPECT_EQ(parsed["spans"][0]["e"], "unknown");
  EXPECT_EQ(parsed["spans"][0]["b"], 0);
  EXPECT_EQ(parsed["cycle"]["edges"][0]["label"], "ww");
  EXPECT_EQ(parsed["details"], json({"music"}));
  EXPECT_EQ(parsed["story"].size(), narration.story.lines.size());
}

}  // namespace
}  // namespace fencepost::sim
