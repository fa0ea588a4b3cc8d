// What `fencepost explain` prints, as text for people or as one JSON object for machines. Pure functions.
#pragma once

#include <string>

#include "sim/core/explain/explanation.h"
#include "sim/core/repro/repro_file.h"

namespace fencepost::sim::cli {

// Several lines, each ended. `seconds` is how long it took.
std::string ExplanationAsText(const Repro& repro, const Explanation& explanation, double seconds);

// One line, ended.
std::string ExplanationAsJson(const Repro& repro, const Explanation& explanation, double seconds);

}  // namespace fencepost::sim::cli
