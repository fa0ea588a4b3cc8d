// What a violation means, in the words of somebody who knows databases but not this simulator; with the steps
// of the run that led to it, as far as they can be told from its events.
//
// Decided by the detail that the model gives with a violation (model/invariants/violation.h), never by its
// sentence. Thread-safe: pure functions.
#pragma once

#include <any>
#include <string>

#include "model/invariants/violation.h"
#include "sim/core/simulation/violation.h"
#include "sim/world/narration/world_timeline.h"

namespace fencepost::sim {

// The detail that the model gave, as what it is; null when it gave another one, or none.
template <class Detail>
const Detail* DetailOf(const Violation& violation) {
  const auto* const detail = std::any_cast<model::ViolationDetail>(&violation.detail);
  return detail == nullptr ? nullptr : std::get_if<Detail>(detail);
}

// What it means and how it came to it, a sentence or a few, a line each where they are steps of an argument;
// empty if there is no violation, or nothing to say beyond what its invariant says.
std::string ExplainViolation(const WorldTimeline& world);

}  // namespace fencepost::sim
