// A nightly with something of everything, for tests of its page.
#pragma once

#include <string>

#include "sim/core/report/nightly_page.h"

namespace fencepost::sim {

// One scenario of each kind, one of them with everything wrong; `text` is every text in it.
inline NightlyPage SampleNightly(const std::string& text) {
  PageScenario passes;
  passes.name = passes.summary = text;
  passes.expects = "pass";
  passes.first_seed = 1;
  passes.runs = 30'000;
  passes.elapsed = std::chrono::seconds(10);
  passes.faults = {{text, 17}, {text, 0}};
  passes.marks = {{text, 1}};

  PageScenario fails = passes;
  fails.verdict = PageVerdict::kNotAsExpected;
  fails.violations = 1;
  fails.unmet = {text};
  fails.failures = {{text, text, text, text, {{text, text}}}};

  PageScenario caught = passes;
  caught.must_be_caught = true;
  caught.counts_must_be_positive = false;
  caught.expects = text;
  caught.failures = fails.failures;
  caught.caught_at_seed = 2;
  caught.runs_to_failure.starts = {2, 1, 40, 7};

  PageScenario not_run = passes;
  not_run.verdict = PageVerdict::kNotRun;
  not_run.not_run = text;

  NightlyPage page;
  page.command = page.started = page.note = text;
  page.scenarios = {passes, fails, caught, not_run};
  page.regressions = {{text, PageVerdict::kAsExpected, text}, {text, PageVerdict::kNotAsExpected, text}};
  page.links = {{text, text}};
  return page;
}

}  // namespace fencepost::sim
