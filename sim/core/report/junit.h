// JUnit XML: the one format in which every CI server shows what passed and what did not.
//
// Written is what both published dialects accept, that of Ant's JUnit task and that of Jenkins: a list of
// suites, each with its properties, its cases and what it said. A case has one result. Counts are made from
// the cases, so that they cannot disagree with them. Suites of one name, and cases of one class and name, are
// told apart by a number: CI servers would take them for one.
//
// Thread-safe: pure functions.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace fencepost::sim {

enum class JUnitResult : std::uint8_t {
  kPassed,
  kSkipped,
  kFailed,  // what was checked does not hold
  kError,   // it could not be checked
};

struct JUnitCase {
  std::string name;
  std::string classname;  // what CI servers group by; dots separate levels
  std::chrono::nanoseconds time{0};
  JUnitResult result = JUnitResult::kPassed;
  std::string type;     // of a failure or error: its kind, in one word
  std::string message;  // one sentence; of what is skipped: why
  std::string text;     // all there is to say
};

struct JUnitSuite {
  std::string name;
  std::chrono::nanoseconds time{0};
  std::vector<std::pair<std::string, std::string>> properties;  // name and value
  std::vector<JUnitCase> cases;
  std::string said;  // as if printed by the suite
};

struct JUnitReport {
  std::string package;
  std::string hostname;
  std::string started;  // UTC, as 2026-01-31T23:59:59
  std::vector<JUnitSuite> suites;
};

// The whole file. Any bytes may stand in any text; an empty name is written as "unnamed". REQUIRES: `started`
// has the form above.
std::string FormatJUnit(const JUnitReport& report);

}  // namespace fencepost::sim
