#include "sim/world/judges/model_verdict.h"

#include <utility>

namespace fencepost::sim {

std::optional<Violation> AsViolation(model::Verdict verdict, std::string_view variant) {
  if (!verdict.has_value()) return std::nullopt;
  Violation violation;
  violation.invariant = std::move(verdict->invariant);
  violation.variant = variant;
  violation.sentence = std::move(verdict->sentence);
  violation.subjects = std::move(verdict->subjects);
  violation.detail = std::move(verdict->detail);
  return violation;
}

}  // namespace fencepost::sim
