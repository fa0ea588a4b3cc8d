// What GitHub Actions is told: nothing in a text becomes a command, a property or Markdown.
#include "sim/core/report/github.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace fencepost::sim {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(GitHubAnnotation, IsOneCommandOnOneLine) {
  EXPECT_EQ(
      FormatAnnotation({AnnotationLevel::kError, "moves: lost-write", "gone\nreplay: x", "out/a.repro"}),
      "::error file=out/a.repro,title=moves%3A lost-write::gone%0Areplay: x\n");
  EXPECT_EQ(FormatAnnotation({AnnotationLevel::kWarning, "t", "m", ""}), "::warning title=t::m\n");
  EXPECT_EQ(FormatAnnotation({AnnotationLevel::kNotice, "t", "", ""}), "::notice title=t::\n");
}

TEST(GitHubAnnotation, NothingInItsTextsEndsItOrBeginsAnother) {
  const std::string hostile = "a,b:c%0A\r\n::error::x\x1b[31m";
  const std::string text = FormatAnnotation({AnnotationLevel::kError, hostile, hostile, hostile});
  EXPECT_EQ(std::ranges::count(text, '\n'), 1);
  EXPECT_THAT(text, Not(HasSubstr("\r")));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("file=a%2Cb%3Ac%250A%0D%0A%3A%3Aerror%3A%3Ax"));
  EXPECT_THAT(text, HasSubstr("::a,b:c%250A%0D%0A::error::x"));
}

TEST(GitHubSummary, TextStaysTextInTheCellOfATable) {
  EXPECT_EQ(MarkdownText("lost-write"), "lost-write");
  EXPECT_EQ(MarkdownText("a|b\nc"), "a&#124;b<br>c");
  const std::string text = MarkdownText("<img src=x> [a](http://x) **b** `c` @someone #99 \\| $x$ \r\t");
  for (const char* markup : {"<img", "[", "**", "`", "@", "#99", "\\|", "$", "://", "\r", "\t"}) {
    EXPECT_THAT(text, Not(HasSubstr(markup)));
  }
  EXPECT_EQ(MarkdownCode("a|b"), "<code>a&#124;b</code>");
}

}  // namespace
}  // namespace fencepost::sim
