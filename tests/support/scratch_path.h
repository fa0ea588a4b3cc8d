// Where a test may write.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

namespace fencepost {

// A path in the temporary folder that no other process uses.
inline std::string ScratchPath(const std::string& name) {
  return testing::TempDir() + "fencepost-" + std::to_string(::getpid()) + "-" + name;
}

}  // namespace fencepost
