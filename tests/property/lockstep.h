// Driving a production object and its naive twin through a list of commands.
#pragma once

#include <cstddef>
#include <sstream>
#include <vector>

#include "model/reference/compare.h"

namespace fencepost::property {

// Steps through all commands, then finishes. The first difference, with the step it appeared at.
template <class Lockstep, class Command>
model::Difference RunAll(Lockstep* lockstep, const std::vector<Command>& commands) {
  for (std::size_t i = 0; i < commands.size(); ++i) {
    if (auto difference = lockstep->Step(commands[i])) {
      std::ostringstream where;
      where << "step " << i + 1 << ", " << commands[i] << ": " << *difference;
      return where.str();
    }
  }
  return lockstep->Finish();
}

}  // namespace fencepost::property
