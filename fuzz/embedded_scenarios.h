// The scenario files of this build, carried in the program: a fuzz target starts anywhere, without its
// sources.
#pragma once

#include <span>
#include <string_view>

namespace fencepost::fuzz {

struct EmbeddedScenario {
  std::string_view file;
  bool is_small;  // of fuzz/scenarios: made to be fuzzed
  std::string_view text;
};

// The ones of both folders.
std::span<const EmbeddedScenario> EmbeddedScenarios();

}  // namespace fencepost::fuzz
