// The model's verdicts as the simulator takes them.
#pragma once

#include <optional>
#include <string_view>

#include "model/invariants/violation.h"
#include "sim/core/simulation/violation.h"

namespace fencepost::sim {

// The same violation; its detail is the model's (model::ViolationDetail). The variant is what tells apart
// failures of one invariant, e.g. "G1c" of isolation.
std::optional<Violation> AsViolation(model::Verdict verdict, std::string_view variant = "");

}  // namespace fencepost::sim
