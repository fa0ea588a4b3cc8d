#include "sim/core/shrink/failure_class.h"

namespace fencepost::sim {

std::string ClassOf(const model::Violation& violation) { return violation.invariant; }

std::string InvariantOf(const std::string& failure_class) {
  return failure_class.substr(0, failure_class.find('/'));
}

}  // namespace fencepost::sim
