// A nightly as one self-contained web page: the verdict, what failed and where its story is, every scenario
// with its seeds, rates, faults and marks, the mistakes that were caught and after how many runs, the
// regressions.
//
// The page loads nothing and runs no script. It is well-formed XML as well as HTML, and every text in it is
// escaped: nothing becomes markup. It is a function of its data alone.
//
// Thread-safe: pure functions.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/campaign/runs_to_failure.h"

namespace fencepost::sim {

// How often a fault fired or a mark was reached.
struct PageCount {
  std::string name;
  std::uint64_t times = 0;
};

struct PageFailure {
  std::string failure_class;  // the invariant, and for some what kind of violation
  std::string sentence;
  std::string replay;  // the command
  std::string shrunk;  // to what, in a sentence; empty: it was not
  std::vector<std::pair<std::string, std::string>>
      links;  // what to read, and the address relative to the page
};

// How a scenario, or a regression, came out.
enum class PageVerdict : std::uint8_t {
  kAsExpected,
  kNotAsExpected,
  kCutShort,  // begun, and ended before it could be judged
  kNotRun,
};

struct PageScenario {
  std::string name;
  std::string summary;
  std::string expects;  // "pass", or what has to be violated
  bool must_be_caught = false;
  PageVerdict verdict = PageVerdict::kAsExpected;
  std::vector<std::string> unmet;  // what is not as expected, in sentences
  std::string not_run;             // why, of kNotRun
  std::uint64_t first_seed = 0;
  std::uint64_t runs = 0;
  std::uint64_t twin_runs = 0;
  std::uint64_t steps = 0;
  std::uint64_t violations = 0;
  std::chrono::nanoseconds simulated{0};
  std::chrono::nanoseconds elapsed{0};
  std::vector<PageCount> faults;
  std::vector<PageCount> marks;
  bool counts_must_be_positive = true;  // a zero above is held against the scenario
  std::vector<PageFailure> failures;    // of must_be_caught: the first is the catch
  std::uint64_t caught_at_seed = 0;     // of must_be_caught; 0: it was not
  RunsToFailure runs_to_failure;        // of must_be_caught
};

struct PageRegression {
  std::string name;
  PageVerdict verdict = PageVerdict::kAsExpected;
  std::string found;
};

struct NightlyPage {
  std::string command;  // how the nightly was called
  std::string started;  // UTC
  std::chrono::nanoseconds elapsed{0};
  std::string note;  // e.g. that it was interrupted; may be empty
  std::vector<PageScenario> scenarios;
  std::vector<PageRegression> regressions;
  std::vector<std::pair<std::string, std::string>> links;  // other files of this nightly
};

std::string RenderNightlyPage(const NightlyPage& nightly);

}  // namespace fencepost::sim
