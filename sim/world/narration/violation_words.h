// What a violation means, in the words of somebody who knows databases but not this simulator; with the steps
// of the run that led to it, as far as they can be told from the timeline.
//
// Thread-safe: pure functions.
#pragma once

#include <string>
#include <vector>

#include "sim/core/report/timeline.h"

namespace fencepost::sim {

// The violation in one sentence, in the names of this run; empty if there is none.
std::string SentenceOfViolation(const Timeline& timeline);

// What it means and how it came to it, a sentence or a few, a line each where they are steps of an argument;
// empty if there is no violation.
std::string ExplainViolation(const Timeline& timeline);

// The keys that the violation is about; empty if it is about none.
std::vector<std::string> KeysOfViolation(const Timeline& timeline);

}  // namespace fencepost::sim
