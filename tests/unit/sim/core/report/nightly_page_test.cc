// The page of a nightly: what it says, that it loads nothing, and that no text in it becomes markup.
#include "sim/core/report/nightly_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "sim/core/report/failure_plot.h"
#include "tests/support/sample_nightly.h"
#include "tests/support/xml.h"

namespace fencepost::sim {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(NightlyPageTest, IsWellFormedWhateverItsTextsHold) {
  for (const char* text : {"plain", "", "</td></table><script>alert(1)</script>", "\" onclick=\"x", "&amp;&",
                           "]]>\x01\x1b\xff", "<!--", "'\""}) {
    EXPECT_EQ(XmlMistakes(RenderNightlyPage(SampleNightly(text))), "") << text;
  }
}

TEST(NightlyPageTest, NoTextBecomesMarkup) {
  const std::string page = RenderNightlyPage(SampleNightly("<script>x</script><b onclick='y'>\" class=\"z"));
  EXPECT_THAT(page, AllOf(Not(HasSubstr("<script")), Not(HasSubstr("<b ")), Not(HasSubstr("\" class=\"z"))));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;x"));
}

TEST(NightlyPageTest, LoadsNothing) {
  std::string page = RenderNightlyPage(SampleNightly("plain"));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  // The names of XML's vocabularies are no addresses to load from.
  const std::string vocabulary = "http://www.w3.org/2000/svg";
  for (std::size_t at = page.find(vocabulary); at != std::string::npos; at = page.find(vocabulary)) {
    page.erase(at, vocabulary.size());
  }
  for (const char* reference : {"http:", "https:", "src=", "url(", "@import", "<script", "<iframe"}) {
    EXPECT_THAT(page, Not(HasSubstr(reference)));
  }
}

TEST(NightlyPageTest, IsAFunctionOfItsData) {
  EXPECT_EQ(RenderNightlyPage(SampleNightly("a")), RenderNightlyPage(SampleNightly("a")));
}

TEST(NightlyPageTest, SaysHowItCameOut) {
  NightlyPage page = SampleNightly("text");
  EXPECT_THAT(RenderNightlyPage(page), HasSubstr("2 not as expected")) << "a scenario and a regression file";
  page.scenarios.erase(page.scenarios.begin() + 1);
  page.regressions.pop_back();
  EXPECT_THAT(RenderNightlyPage(page), HasSubstr("as expected so far, 1 not judged"));
  page.scenarios.pop_back();
  EXPECT_THAT(RenderNightlyPage(page), HasSubstr("all as expected"));
  EXPECT_THAT(RenderNightlyPage(page), Not(HasSubstr("id=\"failures\"")));
}

TEST(NightlyPageTest, AZeroIsRedOnlyWhereItIsHeldAgainstTheScenario) {
  NightlyPage page = SampleNightly("text");
  page.scenarios.resize(1);
  EXPECT_THAT(RenderNightlyPage(page),
              AllOf(HasSubstr("<td class=\"n bad\">1 of 2</td>"),
                    HasSubstr("<li class=\"zero\"><span>text</span><span>0</span>")));
  page.scenarios.front().counts_must_be_positive = false;
  EXPECT_THAT(RenderNightlyPage(page),
              AllOf(HasSubstr("<td class=\"n\">1 of 2</td>"),
                    HasSubstr("<li class=\"idle\"><span>text</span><span>0</span>")));
}

TEST(NightlyPageTest, ManyRunsWithoutAViolationBoundItsRate) {
  NightlyPage page = SampleNightly("text");
  page.scenarios.resize(1);
  EXPECT_THAT(RenderNightlyPage(page), HasSubstr("1 in 10,000"));
  page.scenarios.front().violations = 1;
  EXPECT_THAT(RenderNightlyPage(page), Not(HasSubstr("1 in 10,000")));
}

TEST(FailurePlotTest, StepsUpAtEveryStartOnALogarithmicAxis) {
  FailurePlotRow row;
  row.name = "fence-none";
  row.runs_to_failure.starts = {100, 1};
  const std::string svg = FailurePlot({row});
  EXPECT_EQ(XmlMistakes(svg), "");
  // From 210 to 740 there are two decades, and each of two starts is half of the height of 22.
  EXPECT_THAT(svg, HasSubstr("<path class=\"rise\" d=\"M210.0 64.0H210.0V53.0H740.0V42.0H740.0\"/>"));
  EXPECT_THAT(svg, AllOf(HasSubstr(">1 run</text>"), HasSubstr(">10</text>"), HasSubstr(">100</text>")));
  EXPECT_THAT(svg, HasSubstr("fence-none: of 2 starts half had failed after 1 runs, the slowest after 100"));
  EXPECT_EQ(FailurePlot({}), "");
}

}  // namespace
}  // namespace fencepost::sim
