#include "sim/core/report/nightly_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "sim/core/report/failure_plot.h"
#include "sim/core/report/grouped_digits.h"
#include "sim/core/report/markup_text.h"
#include "sim/core/report/nightly_style.h"

namespace fencepost::sim {
namespace {

double InSeconds(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

std::string RunsPerSecond(std::uint64_t runs, std::chrono::nanoseconds elapsed) {
  return elapsed.count() > 0 ? fmt::format("{:.0f}", static_cast<double>(runs) / InSeconds(elapsed)) : "-";
}

// 4520 s as "1 h 15 min".
std::string DurationInWords(std::chrono::nanoseconds time) {
  const auto seconds = std::chrono::round<std::chrono::seconds>(time).count();
  if (seconds < 120) return fmt::format("{:.1f} s", InSeconds(time));
  if (seconds < 7200) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
  return fmt::format("{} h {} min", seconds / 3600, seconds / 60 % 60);
}

std::string CountOfThings(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", GroupedDigits(count), what, count == 1 ? "" : "s");
}

std::string_view VerdictWord(PageVerdict verdict) {
  switch (verdict) {
    case PageVerdict::kAsExpected:
      return "ok";
    case PageVerdict::kNotAsExpected:
      return "FAIL";
    case PageVerdict::kCutShort:
      return "cut short";
    case PageVerdict::kNotRun:
      return "not run";
  }
  return "";
}

std::string_view VerdictClass(PageVerdict verdict) {
  switch (verdict) {
    case PageVerdict::kAsExpected:
      return "good";
    case PageVerdict::kNotAsExpected:
      return "bad";
    case PageVerdict::kCutShort:
    case PageVerdict::kNotRun:
      return "cut";
  }
  return "";
}

std::string VerdictCell(PageVerdict verdict) {
  return fmt::format("<td class=\"verdict {}\">{}</td>", VerdictClass(verdict), VerdictWord(verdict));
}

std::string TextCell(std::string_view text) { return fmt::format("<td>{}</td>", MarkupText(text)); }

std::string NumberCell(std::string_view text) { return fmt::format("<td class=\"n\">{}</td>", text); }

std::string LinkList(const std::vector<std::pair<std::string, std::string>>& links) {
  std::string html;
  for (const auto& [what, address] : links) {
    html += fmt::format("<a href=\"{}\">{}</a> ", MarkupAttribute(address), MarkupText(what));
  }
  return html;
}

std::size_t CountNotZero(const std::vector<PageCount>& counts) {
  return static_cast<std::size_t>(
      std::ranges::count_if(counts, [](const PageCount& count) { return count.times > 0; }));
}

// "38 of 38"; red when some of them had to happen and did not.
std::string HitCell(const std::vector<PageCount>& counts, bool required) {
  if (counts.empty()) return NumberCell("-");
  const std::size_t hit = CountNotZero(counts);
  return fmt::format("<td class=\"n{}\">{} of {}</td>", required && hit < counts.size() ? " bad" : "", hit,
                     counts.size());
}

std::string CountList(std::string_view heading, const std::vector<PageCount>& counts, bool required) {
  if (counts.empty()) return "";
  std::string html = fmt::format("<h3>{}</h3><ul class=\"counts\">", heading);
  for (const PageCount& count : counts) {
    const char* const state = count.times > 0 ? "" : required ? " class=\"zero\"" : " class=\"idle\"";
    html += fmt::format("<li{}><span>{}</span><span>{}</span></li>", state, MarkupText(count.name),
                        GroupedDigits(count.times));
  }
  return html + "</ul>\n";
}

std::size_t CountVerdicts(const NightlyPage& nightly, PageVerdict verdict) {
  return static_cast<std::size_t>(std::ranges::count(nightly.scenarios, verdict, &PageScenario::verdict) +
                                  std::ranges::count(nightly.regressions, verdict, &PageRegression::verdict));
}

std::string VerdictHeading(const NightlyPage& nightly) {
  const std::size_t failed = CountVerdicts(nightly, PageVerdict::kNotAsExpected);
  const std::size_t open =
      CountVerdicts(nightly, PageVerdict::kCutShort) + CountVerdicts(nightly, PageVerdict::kNotRun);
  if (failed > 0) {
    return fmt::format("<h1>Nightly: <span class=\"bad\">{} not as expected</span></h1>", failed);
  }
  if (open > 0) {
    return fmt::format("<h1>Nightly: <span class=\"cut\">as expected so far, {} not judged</span></h1>",
                       open);
  }
  return "<h1>Nightly: <span class=\"good\">all as expected</span></h1>";
}

std::string PageHeader(const NightlyPage& nightly) {
  std::uint64_t runs = 0;
  std::uint64_t steps = 0;
  std::chrono::nanoseconds simulated{0};
  std::chrono::nanoseconds running{0};
  for (const PageScenario& scenario : nightly.scenarios) {
    runs += scenario.runs;
    steps += scenario.steps;
    simulated += scenario.simulated;
    running += scenario.elapsed;
  }
  std::string html = "<header>\n" + VerdictHeading(nightly);
  html +=
      fmt::format("<p class=\"facts\">{} and {} | {} runs, {} a second | {} steps | {} simulated in {}</p>\n",
                  CountOfThings(nightly.scenarios.size(), "scenario"),
                  CountOfThings(nightly.regressions.size(), "regression file"), GroupedDigits(runs),
                  RunsPerSecond(runs, running), GroupedDigits(steps), DurationInWords(simulated),
                  DurationInWords(nightly.elapsed));
  html += fmt::format("<p class=\"facts\">begun {} UTC with <code>{}</code></p>\n",
                      MarkupText(nightly.started), MarkupText(nightly.command));
  if (!nightly.note.empty()) html += fmt::format("<p class=\"cut\">{}</p>\n", MarkupText(nightly.note));
  html += fmt::format("<nav>{}</nav>\n", LinkList(nightly.links));
  return html + "</header>\n";
}

std::string FailureCard(const PageScenario& scenario, const PageFailure& failure) {
  std::string html =
      fmt::format("<div class=\"failure\"><h3>{}: {} is violated</h3><p>{}</p>", MarkupText(scenario.name),
                  MarkupText(failure.failure_class), MarkupText(failure.sentence));
  if (!failure.shrunk.empty()) html += fmt::format("<p class=\"soft\">{}</p>", MarkupText(failure.shrunk));
  html += fmt::format("<p><code>{}</code></p>", MarkupText(failure.replay));
  if (!failure.links.empty()) html += fmt::format("<p>{}</p>", LinkList(failure.links));
  return html + "</div>\n";
}

// All that is not as expected, in one place; nothing when there is none.
std::string FailureSection(const NightlyPage& nightly) {
  std::string html;
  for (const PageScenario& scenario : nightly.scenarios) {
    if (scenario.verdict != PageVerdict::kNotAsExpected) continue;
    for (const PageFailure& failure : scenario.failures) html += FailureCard(scenario, failure);
    if (scenario.unmet.empty()) continue;
    html += fmt::format("<div class=\"failure\"><h3>{}: not as expected</h3>", MarkupText(scenario.name));
    for (const std::string& sentence : scenario.unmet) html += fmt::format("<p>{}</p>", MarkupText(sentence));
    html += "</div>\n";
  }
  for (const PageRegression& regression : nightly.regressions) {
    if (regression.verdict != PageVerdict::kNotAsExpected) continue;
    html += fmt::format("<div class=\"failure\"><h3>regression {}</h3><p>{}</p></div>\n",
                        MarkupText(regression.name), MarkupText(regression.found));
  }
  if (html.empty()) return "";
  return "<h2 id=\"failures\">Failures</h2>\n" + html;
}

// What it is about, and its faults and marks: to be opened by `label`.
std::string ScenarioDetails(const PageScenario& scenario, std::string_view label) {
  const bool is_open = scenario.verdict == PageVerdict::kNotAsExpected;
  std::string html =
      fmt::format("<details{}><summary>{}</summary>", is_open ? " open=\"open\"" : "", MarkupText(label));
  html += fmt::format("<p class=\"soft\">{}</p>", MarkupText(scenario.summary));
  html += CountList("Faults that fired", scenario.faults, scenario.counts_must_be_positive);
  html += CountList("Marks reached", scenario.marks, scenario.counts_must_be_positive);
  html += "</details>";
  if (!scenario.not_run.empty()) html += fmt::format("<p class=\"cut\">{}</p>", MarkupText(scenario.not_run));
  return html;
}

// What many runs without a violation say about its rate: the rule of three.
std::string RateBelow(const PageScenario& scenario) {
  if (scenario.violations > 0 || scenario.runs < 3) return "-";
  return "1 in " + GroupedDigits(scenario.runs / 3);
}

std::string MustPass(const NightlyPage& nightly) {
  std::string rows;
  for (const PageScenario& scenario : nightly.scenarios) {
    if (scenario.must_be_caught) continue;
    rows += "<tr>" + VerdictCell(scenario.verdict) + "<td>" + ScenarioDetails(scenario, scenario.name) +
            "</td>" + NumberCell(GroupedDigits(scenario.first_seed)) +
            NumberCell(GroupedDigits(scenario.runs)) +
            NumberCell(RunsPerSecond(scenario.runs, scenario.elapsed)) +
            NumberCell(DurationInWords(scenario.simulated)) + NumberCell(GroupedDigits(scenario.violations)) +
            NumberCell(RateBelow(scenario)) + HitCell(scenario.faults, scenario.counts_must_be_positive) +
            HitCell(scenario.marks, scenario.counts_must_be_positive) + "</tr>\n";
  }
  if (rows.empty()) return "";
  return "<h2 id=\"pass\">Must pass</h2>\n"
         "<p class=\"soft\">Open a name for its faults and marks. A fault that never fired or a mark that "
         "was "
         "never reached fails the nightly: the runs prove nothing about it. Without a violation, its rate "
         "lies "
         "below the one given, with 95% confidence.</p>\n"
         "<div class=\"wide\"><table><thead><tr><th></th><th>scenario</th><th class=\"n\">first seed</th>"
         "<th class=\"n\">runs</th><th class=\"n\">a second</th><th class=\"n\">simulated</th>"
         "<th class=\"n\">violations</th><th class=\"n\">rate below</th><th class=\"n\">faults</th>"
         "<th class=\"n\">marks</th></tr></thead><tbody>\n" +
         rows + "</tbody></table></div>\n";
}

std::string CaughtCells(const PageScenario& scenario) {
  const std::string details = ScenarioDetails(scenario, "the scenario, and its faults");
  if (scenario.failures.empty() || scenario.caught_at_seed == 0) {
    return NumberCell("-") + fmt::format("<td>{}</td>", details);
  }
  const PageFailure& caught = scenario.failures.front();
  return NumberCell(GroupedDigits(scenario.caught_at_seed)) +
         fmt::format("<td>{}: {}<br/><code>{}</code> {}{}</td>", MarkupText(caught.failure_class),
                     MarkupText(caught.sentence), MarkupText(caught.replay), LinkList(caught.links), details);
}

std::string MustBeCaught(const NightlyPage& nightly) {
  std::string rows;
  for (const PageScenario& scenario : nightly.scenarios) {
    if (!scenario.must_be_caught) continue;
    rows += "<tr>" + VerdictCell(scenario.verdict) + TextCell(scenario.name) + TextCell(scenario.expects) +
            CaughtCells(scenario) + NumberCell(GroupedDigits(scenario.runs)) +
            NumberCell(RunsPerSecond(scenario.runs, scenario.elapsed)) + "</tr>\n";
  }
  if (rows.empty()) return "";
  return "<h2 id=\"caught\">Must be caught</h2>\n"
         "<p class=\"soft\">Each stages a fence that leaks, or one mistake that somebody has really made. A "
         "mistake that is not caught fails the nightly just as a violation elsewhere does.</p>\n"
         "<div class=\"wide\"><table><thead><tr><th></th><th>scenario</th><th>has to violate</th>"
         "<th class=\"n\">first seed</th><th>what caught it</th><th class=\"n\">runs</th>"
         "<th class=\"n\">a second</th></tr></thead><tbody>\n" +
         rows + "</tbody></table></div>\n";
}

std::string PlotSection(const NightlyPage& nightly) {
  std::vector<FailurePlotRow> rows;
  for (const PageScenario& scenario : nightly.scenarios) {
    if (scenario.runs_to_failure.starts.empty()) continue;
    rows.push_back(FailurePlotRow{scenario.name, scenario.runs_to_failure});
  }
  if (rows.empty()) return "";
  // The rarest last. Rates are only shown; of equal ones the name decides.
  std::ranges::sort(rows, [](const FailurePlotRow& a, const FailurePlotRow& b) {
    const double rate_a = a.runs_to_failure.FailureRate();
    const double rate_b = b.runs_to_failure.FailureRate();
    return rate_a != rate_b ? rate_a > rate_b : a.name < b.name;
  });
  return "<h2 id=\"plot\">Runs to the first failure</h2>\n"
         "<p class=\"soft\">Seeds are independent, so each run after a failure is a new start. A curve is "
         "the "
         "share of a mistake's starts that had failed after so many runs, from none to all of them; the "
         "ticks "
         "below are the starts, the red line is the median. <em>95% within</em> is how many seeds show the "
         "failure with that confidence.</p>\n<div class=\"wide\">" +
         FailurePlot(rows) + "</div>\n";
}

std::string RegressionSection(const NightlyPage& nightly) {
  if (nightly.regressions.empty()) return "";
  std::string rows;
  for (const PageRegression& regression : nightly.regressions) {
    rows += "<tr>" + VerdictCell(regression.verdict) + TextCell(regression.name) +
            TextCell(regression.found) + "</tr>\n";
  }
  return "<h2 id=\"regressions\">Regressions</h2>\n"
         "<p class=\"soft\">Failures that were kept, each replayed and held to what is to be found.</p>\n"
         "<div class=\"wide\"><table><thead><tr><th></th><th>file</th><th>expected, and "
         "found</th></tr></thead>"
         "<tbody>\n" +
         rows + "</tbody></table></div>\n";
}

}  // namespace

std::string RenderNightlyPage(const NightlyPage& nightly) {
  std::string html =
      "<!DOCTYPE html>\n"
      "<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; img-src data:\"/>\n"
      "<link rel=\"icon\" href=\"data:,\"/>\n<title>fencepost nightly</title>\n<style>";
  html += NightlyStyle();
  html += "</style>\n</head>\n<body>\n";
  html += PageHeader(nightly);
  html += "<main>\n";
  html += FailureSection(nightly);
  html += MustPass(nightly);
  html += MustBeCaught(nightly);
  html += PlotSection(nightly);
  html += RegressionSection(nightly);
  return html + "</main>\n</body>\n</html>\n";
}

}  // namespace fencepost::sim
