// What a checker answers. A verdict is a value: the anomalies found, and for each an explanation in words.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/history/level.h"

namespace fencepost::model::history {

enum class Validity : std::uint8_t {
  kValid,
  kInvalid,
  kUnknown,  // the search gave up at its budget; `unknown_reason` says where
};

struct Explanation {
  Anomaly anomaly = Anomaly::kG0;
  std::vector<std::string> sentences;

  friend bool operator==(const Explanation&, const Explanation&) = default;
};

struct Verdict {
  Validity validity = Validity::kValid;
  // Every anomaly found that the level forbids, each once, in the order of the enum. Empty unless kInvalid.
  // What a weaker level forbids too is listed all the same; what the level allows is not.
  std::vector<Anomaly> anomalies;
  // At least one for each of `anomalies`, in the same order; at most a few per anomaly.
  std::vector<Explanation> explanations;
  std::string unknown_reason;      // empty unless kUnknown
  std::uint64_t transactions = 0;  // or operations, for registers: how many were invoked

  friend bool operator==(const Verdict&, const Verdict&) = default;
};

}  // namespace fencepost::model::history
