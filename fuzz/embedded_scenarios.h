// The scenario files of this build, carried in the program: a fuzz target starts anywhere, without its
// sources.
#pragma once

#include <span>
#include <string_view>

namespace fencepost::fuzz {

struct EmbeddedScenario {
  std::string_view file;
  std::string_view text;
};

// By file name.
std::span<const EmbeddedScenario> EmbeddedScenarios();

}  // namespace fencepost::fuzz
