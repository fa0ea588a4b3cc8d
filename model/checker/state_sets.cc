#include "model/checker/state_sets.h"

#include <algorithm>
#include <cmath>

namespace fencepost::model {

double OmissionBound(std::uint64_t states, int fingerprint_bits) {
  const auto count = static_cast<double>(states);
  const double pairs = count * (count - 1) / 2;
  // The fingerprint 0 is stored as 1, which makes one value twice as likely: one possible value fewer.
  return std::clamp(pairs / (std::exp2(fingerprint_bits) - 1), 0.0, 1.0);
}

}  // namespace fencepost::model
