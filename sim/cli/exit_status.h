// What the exit status of `fencepost` means, the same for every subcommand.
#pragma once

namespace fencepost::sim::cli {

enum class ExitStatus : int {
  kAsExpected = 0,      // everything was as expected
  kViolation = 1,       // a violation, or an expectation that was not met
  kBadInput = 2,        // bad usage or bad input; the message names file, line and reason
  kHarnessAtFault = 3,  // the harness itself is at fault: nondeterminism or an internal error
};

}  // namespace fencepost::sim::cli
