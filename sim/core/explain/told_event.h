// An event of a trace as one line for a person.
#pragma once

#include <string>

#include "sim/core/runtime/trace.h"
#include "sim/core/vocabulary/vocabulary.h"

namespace fencepost::sim {

// With its time: "0.0510 s  transactor-1 is told that it has committed". Pure.
std::string TellEventWithTime(const Vocabulary& vocabulary, const Trace& trace, const TraceEvent& event);

}  // namespace fencepost::sim
