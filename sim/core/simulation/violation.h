// A broken invariant, as a value: which one, what broke it in one sentence, and what it is about as data.
//
// The sentence is for people. Whoever wants to know more reads the data; nobody takes the sentence apart.
#pragma once

#include <any>
#include <string>
#include <vector>

namespace fencepost::sim {

struct Violation {
  std::string invariant;  // the name of its InvariantKind
  // Tells apart ways in which one invariant breaks that must not be taken for the same bug, e.g. "G1c";
  // mostly empty.
  std::string variant;
  std::string sentence;               // what happened, to whom
  std::vector<std::string> subjects;  // the keys, or other things by name, that it is about
  std::any detail;                    // what else the simulation's own reports know of it
};

// What kind of failure this is: two runs that fail in one class are taken to show the same bug.
// "isolation/G1c", or the invariant's name alone.
inline std::string ClassOf(const Violation& violation) {
  return violation.variant.empty() ? violation.invariant : violation.invariant + "/" + violation.variant;
}

// The invariant that a class is about: "isolation" of "isolation/G1c".
inline std::string InvariantOf(const std::string& failure_class) {
  return failure_class.substr(0, failure_class.find('/'));
}

}  // namespace fencepost::sim
