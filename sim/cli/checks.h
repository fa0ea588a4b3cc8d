// What a job checked, one by one, with names that stay the same from night to night: that each invariant of a
// scenario holds, or that its mistake is caught; that each of its faults fires and each of its marks is
// reached; that runs repeat exactly; that each regression file is as it says.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/cli/job.h"

namespace fencepost::sim::cli {

enum class CheckVerdict : std::uint8_t {
  kHolds,
  kOpen,  // not judged: not run, or interrupted before it could be
  kFails,
  kHarnessAtFault,
};

struct Check {
  std::string name;
  CheckVerdict verdict = CheckVerdict::kHolds;
  std::string kind;      // of kFails and kHarnessAtFault: of failure, in a word
  std::string sentence;  // what is wrong, or why it is open
  std::string text;      // all there is to say about it
  std::string replay;    // the command that shows it; may be empty
  std::string file;      // to look at: a .repro file, or the scenario's
  std::chrono::nanoseconds elapsed{0};
};

std::vector<Check> ChecksOf(const ScenarioResult& result);
Check CheckOf(const RegressionResult& result);

}  // namespace fencepost::sim::cli
