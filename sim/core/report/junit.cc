#include "sim/core/report/junit.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "sim/core/report/markup_text.h"

namespace fencepost::sim {
namespace {

constexpr std::string_view kXmlBlanks = " \t\r\n";

std::string JUnitSeconds(std::chrono::nanoseconds time) {
  return fmt::format("{:.3f}", std::max(std::chrono::duration<double>(time).count(), 0.0));
}

// As an XML parser compares names: blanks around them do not count, and several are one. Not empty.
std::string JUnitName(std::string_view text) {
  std::string name;
  for (const char c : VisibleText(text)) {
    const bool is_blank = kXmlBlanks.find(c) != std::string_view::npos;
    if (!is_blank || (!name.empty() && name.back() != ' ')) name += is_blank ? ' ' : c;
  }
  if (name.ends_with(' ')) name.pop_back();
  return name.empty() ? "unnamed" : name;
}

std::string NameAttribute(std::string_view text) { return MarkupAttribute(JUnitName(text)); }

// Of several names of one scope that look the same, all but the first get a number.
class UniqueNames {
 public:
  std::string AttributeOf(std::string_view scope, std::string_view text) {
    std::string name = JUnitName(text);
    for (int number = 2; !taken_.insert({JUnitName(scope), name}).second; ++number) {
      name = fmt::format("{} ({})", JUnitName(text), number);
    }
    return MarkupAttribute(name);
  }

 private:
  std::set<std::pair<std::string, std::string>> taken_;
};

std::ptrdiff_t CountResults(const JUnitSuite& suite, JUnitResult result) {
  return std::ranges::count(suite.cases, result, &JUnitCase::result);
}

std::string ProblemElement(std::string_view element, const JUnitCase& one) {
  return fmt::format("<{0} type=\"{1}\" message=\"{2}\">{3}</{0}>", element, NameAttribute(one.type),
                     MarkupAttribute(one.message), MarkupText(one.text));
}

std::string ResultElement(const JUnitCase& one) {
  switch (one.result) {
    case JUnitResult::kPassed:
      return "";
    case JUnitResult::kSkipped:
      return fmt::format("<skipped message=\"{}\"/>", MarkupAttribute(one.message));
    case JUnitResult::kFailed:
      return ProblemElement("failure", one);
    case JUnitResult::kError:
      return ProblemElement("error", one);
  }
  return "";
}

std::string CaseElement(const JUnitCase& one, UniqueNames* names) {
  const std::string start = fmt::format("    <testcase name=\"{}\" classname=\"{}\" time=\"{}\"",
                                        names->AttributeOf(one.classname, one.name),
                                        NameAttribute(one.classname), JUnitSeconds(one.time));
  const std::string result = ResultElement(one);
  if (result.empty()) return start + "/>\n";
  return fmt::format("{}>\n      {}\n    </testcase>\n", start, result);
}

std::string SuiteElement(const JUnitReport& report, const JUnitSuite& suite, std::size_t id,
                         UniqueNames* suites, UniqueNames* cases) {
  std::string text = fmt::format(
      "  <testsuite name=\"{}\" package=\"{}\" id=\"{}\" timestamp=\"{}\" hostname=\"{}\" tests=\"{}\" "
      "failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\">\n",
      suites->AttributeOf("", suite.name), NameAttribute(report.package), id, MarkupAttribute(report.started),
      NameAttribute(report.hostname), suite.cases.size(), CountResults(suite, JUnitResult::kFailed),
      CountResults(suite, JUnitResult::kError), CountResults(suite, JUnitResult::kSkipped),
      JUnitSeconds(suite.time));
  text += "    <properties>\n";
  for (const auto& [name, value] : suite.properties) {
    text += fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", NameAttribute(name),
                        MarkupAttribute(value));
  }
  text += "    </properties>\n";
  for (const JUnitCase& one : suite.cases) text += CaseElement(one, cases);
  text += fmt::format("    <system-out>{}</system-out>\n", MarkupText(suite.said));
  text += "    <system-err></system-err>\n";
  return text + "  </testsuite>\n";
}

}  // namespace

std::string FormatJUnit(const JUnitReport& report) {
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  UniqueNames suites;
  UniqueNames cases;
  for (std::size_t i = 0; i < report.suites.size(); ++i) {
    text += SuiteElement(report, report.suites[i], i, &suites, &cases);
  }
  return text + "</testsuites>\n";
}

}  // namespace fencepost::sim
