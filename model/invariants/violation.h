// A broken invariant, as a value: which one, and what broke it in one sentence.
#pragma once

#include <optional>
#include <string>

namespace fencepost::model {

struct Violation {
  std::string invariant;  // its name, as in invariants.h
  std::string sentence;   // what happened, to whom; names keys, versions and actors

  friend bool operator==(const Violation&, const Violation&) = default;
};

// What every check answers: nothing, or the first thing it found wrong.
using Verdict = std::optional<Violation>;

}  // namespace fencepost::model
