// Why a file is not a recording that can be replayed, or not to its end.
#pragma once

#include <cstddef>
#include <string>

namespace fencepost::model::recording {

struct BadInput {
  std::string file;
  std::size_t line = 0;  // counted from 1; 0: the file as a whole
  std::string reason;

  friend bool operator==(const BadInput&, const BadInput&) = default;
};

// "FILE:LINE: reason", or "FILE: reason" where no line is to blame.
std::string FormatBadInput(const BadInput& problem);

}  // namespace fencepost::model::recording
