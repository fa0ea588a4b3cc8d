#include "model/recording/bad_input.h"

#include <fmt/format.h>

namespace fencepost::model::recording {

std::string FormatBadInput(const BadInput& problem) {
  return problem.line == 0 ? fmt::format("{}: {}", problem.file, problem.reason)
                           : fmt::format("{}:{}: {}", problem.file, problem.line, problem.reason);
}

}  // namespace fencepost::model::recording
