#include "model/checker/state_sets.h"

#include <algorithm>
#include <cmath>

namespace fencepost::model {

// Consider the first state that is omitted, when k are stored. All before it were told apart, so k is at most
// `states`. Its fingerprint is one of theirs with a chance of (k + 1) / 2^bits at most: one of them may be 1,
// which also stands for 0. The sum over k = 1, 2, ..., states is the bound.
double OmissionBound(std::uint64_t states, int fingerprint_bits) {
  const auto count = static_cast<double>(states);
  return std::min(count * (count + 3) / 2 / std::exp2(fingerprint_bits), 1.0);
}

}  // namespace fencepost::model
