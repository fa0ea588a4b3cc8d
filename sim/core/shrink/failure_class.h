// What kind of failure this is: two runs that fail in one class are taken to show the same bug.
//
// A class is text: the invariant's name. Should one invariant break in ways that must not be mixed up, what
// tells them apart follows behind a slash ("isolation/G1c"); everything else only compares. Pure functions.
#pragma once

#include <string>

#include "model/invariants/violation.h"

namespace fencepost::sim {

std::string ClassOf(const model::Violation& violation);

// The invariant that a class is about: "isolation" of "isolation/G1c".
std::string InvariantOf(const std::string& failure_class);

}  // namespace fencepost::sim
