// How a target says that something is wrong: a sentence on standard error, then abort, which libFuzzer takes
// for a crash and whose input it keeps.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "fuzz/targets.h"

namespace fencepost::fuzz {

[[noreturn]] void ReportFinding(std::string_view sentence);

// Reports `sentence` unless `holds`. For sentences that cost something to make, ask first and report then.
inline void Require(bool holds, std::string_view sentence) {
  if (!holds) ReportFinding(sentence);
}

// Reports the difference between the production code and its twin, if there is one, and where it was seen.
inline void RequireNoDifference(const std::optional<std::string>& difference, std::string_view where) {
  if (difference.has_value()) ReportFinding(std::string(where) + ": " + *difference);
}

}  // namespace fencepost::fuzz
