// JUnit XML, read by a parser that is not ours and held to the schema that CI servers go by.
#include "sim/core/report/junit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "sim/core/report/markup_text.h"
#include "sim/core/report/utf8.h"
#include "tests/support/xml.h"

namespace fencepost::sim {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

// Everything that might end an element, an attribute, a section or a parser, and bytes that are no text at
// all.
const std::string kHostile =
    std::string("]]> <![CDATA[ </failure> & &amp; &#0; \"' <!-- --> <?x?> \x01\x1b\x7f ") + '\0' +
    "\xff\xfe \xc0\xaf \xed\xa0\x80 \xf4\x90\x80\x80 \xe2\x82 \xef\xbf\xbf \r\n\t \xc3\xa9";

JUnitReport SmallReport() {
  JUnitReport report;
  report.package = "fencepost";
  report.hostname = "builder-7";
  report.started = "2026-01-31T23:59:59";
  JUnitSuite suite;
  suite.name = "moves";
  suite.time = milliseconds(1500);
  suite.properties = {{"runs", "1000"}};
  suite.cases = {
      {"repeats exactly", "fencepost.moves", milliseconds(1500), JUnitResult::kPassed, "", "", ""},
      {"lost-write", "fencepost.moves", milliseconds(0), JUnitResult::kFailed, "lost-write",
       "an acknowledged append is gone", "seed 2\nstep 652\n"},
      {"isolation", "fencepost.moves", milliseconds(0), JUnitResult::kSkipped, "", "interrupted", ""},
      {"twins", "fencepost.moves", milliseconds(0), JUnitResult::kError, "nondeterminism", "differ", "at 17"},
  };
  suite.said = "moves: 1000 runs\n";
  report.suites = {suite};
  return report;
}

// A report in which every text is `text`.
JUnitReport ReportOf(const std::string& text) {
  JUnitReport report = SmallReport();
  report.package = report.hostname = text;
  JUnitSuite& suite = report.suites.front();
  suite.name = suite.said = text;
  suite.properties = {{text, text}};
  for (JUnitCase& one : suite.cases) one.name = one.classname = one.type = one.message = one.text = text;
  return report;
}

TEST(JUnit, IsWrittenExactlySo) {
  EXPECT_EQ(FormatJUnit(SmallReport()),
            R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="moves" package="fencepost" id="0" timestamp="2026-01-31T23:59:59" hostname="builder-7" tests="4" failures="1" errors="1" skipped="1" time="1.500">
    <properties>
      <property name="runs" value="1000"/>
    </properties>
    <testcase name="repeats exactly" classname="fencepost.moves" time="1.500"/>
    <testcase name="lost-write" classname="fencepost.moves" time="0.000">
      <failure type="lost-write" message="an acknowledged append is gone">seed 2
step 652
</failure>
    </testcase>
    <testcase name="isolation" classname="fencepost.moves" time="0.000">
      <skipped message="interrupted"/>
    </testcase>
    <testcase name="twins" classname="fencepost.moves" time="0.000">
      <error type="nondeterminism" message="differ">at 17</error>
    </testcase>
    <system-out>moves: 1000 runs
</system-out>
    <system-err></system-err>
  </testsuite>
</testsuites>
)");
}

TEST(JUnit, IsValidBySchema) {
  EXPECT_EQ(JUnitMistakes(FormatJUnit(SmallReport())), "");
  EXPECT_EQ(JUnitMistakes(FormatJUnit(JUnitReport{})), "") << "nothing was run";
}

TEST(JUnit, StaysValidWhateverItsTextsHold) {
  EXPECT_EQ(JUnitMistakes(FormatJUnit(ReportOf(kHostile))), "");
  EXPECT_EQ(JUnitMistakes(FormatJUnit(ReportOf(""))), "");
  EXPECT_EQ(JUnitMistakes(FormatJUnit(ReportOf(" \t\n "))), "");
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text = FormatJUnit(ReportOf(std::string(1, static_cast<char>(byte))));
    // One process per byte would take seconds: the parser is asked about those that it might refuse.
    const bool is_plain = byte >= 0x20 && byte < 0x7f &&
                          std::string("<>&\"'").find(static_cast<char>(byte)) == std::string::npos;
    if (is_plain || (byte > 0x90 && byte < 0xf0)) continue;
    EXPECT_EQ(JUnitMistakes(text), "") << "byte " << byte;
  }
}

TEST(JUnit, TheSchemaRefusesWhatIsBroken) {
  const std::string valid = FormatJUnit(SmallReport());
  const struct {
    const char* from;
    const char* to;
  } kMistakes[] = {
      {"</testsuites>", ""},                                             // not well-formed
      {"seed 2", "seed < 2"},                                            // likewise
      {"tests=\"4\"", "tests=\"four\""},                                 // no number
      {"timestamp=\"2026-01-31T23:59:59\"", "timestamp=\"yesterday\""},  // no date
      {" hostname=\"builder-7\"", ""},                                   // missing
      {"time=\"1.500\"/>", "time=\"-1\"/>"},                             // no time
      {"<skipped message=\"interrupted\"/>", "<skiped/>"},               // no such element
      {"name=\"isolation\"", "name=\"lost-write\""},                     // a case twice
      {"    <system-err></system-err>\n", ""},                           // Ant's schema wants it
      {"<properties>", "<properties><x/>"},
  };
  for (const auto& mistake : kMistakes) {
    std::string broken = valid;
    const std::size_t at = broken.find(mistake.from);
    ASSERT_NE(at, std::string::npos) << mistake.from;
    broken.replace(at, std::string(mistake.from).size(), mistake.to);
    EXPECT_NE(JUnitMistakes(broken), "") << mistake.from << " -> " << mistake.to;
  }
}

TEST(JUnit, CountsAreThoseOfTheCases) {
  JUnitReport report = SmallReport();
  report.suites.front().cases.pop_back();
  const std::string text = FormatJUnit(report);
  EXPECT_THAT(text, HasSubstr("tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\""));
}

TEST(JUnit, NamesThatLookTheSameAreToldApart) {
  JUnitReport report = SmallReport();
  report.suites.push_back(report.suites.front());
  report.suites.front().cases.push_back(report.suites.front().cases.front());
  report.suites.front().cases.back().name = " repeats \n exactly ";
  const std::string text = FormatJUnit(report);
  EXPECT_EQ(JUnitMistakes(text), "");
  EXPECT_THAT(text, HasSubstr("<testsuite name=\"moves (2)\""));
  EXPECT_THAT(text, HasSubstr("<testcase name=\"repeats exactly (2)\""));
  EXPECT_THAT(text, HasSubstr("<testcase name=\"repeats exactly (3)\""));
}

TEST(MarkupText, MakesVisibleWhatXmlCannotHold) {
  EXPECT_EQ(MarkupText("a\x1b[31mb"), "a\u241b[31mb");
  EXPECT_EQ(MarkupText(std::string("\0", 1)), "\u2400");
  EXPECT_EQ(MarkupText("\xff\xed\xa0\x80\xc0\xaf"), "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd");
  EXPECT_EQ(MarkupText("\xe0\x80\xaf"), "\ufffd\ufffd\ufffd") << "longer than it has to be";
  EXPECT_EQ(MarkupText("\xf0\x80\x80\xaf"), "\ufffd\ufffd\ufffd\ufffd") << "likewise";
  EXPECT_EQ(MarkupText("\xe2\x82"), "\ufffd\ufffd") << "cut short";
  EXPECT_EQ(MarkupText("\xef\xbf\xbf"), "\ufffd") << "U+FFFF";
  EXPECT_EQ(MarkupText("\u00e9\u20ac\U0001f512"), "\u00e9\u20ac\U0001f512");
}

TEST(MarkupText, EscapesWhatWouldBecomeMarkup) {
  EXPECT_EQ(MarkupText("<a href=\"x\">&amp;]]>"), "&lt;a href=&quot;x&quot;&gt;&amp;amp;]]&gt;");
  EXPECT_EQ(MarkupText("a\n\tb\r"), "a\n\tb&#13;");
  EXPECT_EQ(MarkupAttribute("a\n\tb\r"), "a&#10;&#9;b&#13;");
}

TEST(Utf8, WhatIsTakenApartAndPutTogetherAgainIsTheSame) {
  for (const char32_t character : {U'\0', U'a', U'\x7f', U'\x80', U'\u07ff', U'\u0800', U'\ud7ff', U'\ue000',
                                   U'\uffff', U'\U00010000', U'\U0010ffff'}) {
    std::string text;
    AppendUtf8(character, &text);
    std::string_view rest = text;
    EXPECT_EQ(TakeCharacter(&rest), character);
    EXPECT_TRUE(rest.empty()) << static_cast<std::uint32_t>(character);
  }
}

}  // namespace
}  // namespace fencepost::sim
