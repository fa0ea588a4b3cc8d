// An event of any text, for tests that need one.
#pragma once

#include <string>

#include "sim/core/kinds/kinds.h"

namespace fencepost::sim {

struct Told {
  static constexpr EventKind kKind{"told", "test"};
  std::string text;

  template <class Visitor>
  void Fields(Visitor& visit) const {
    visit("text", text);
  }
};

}  // namespace fencepost::sim
