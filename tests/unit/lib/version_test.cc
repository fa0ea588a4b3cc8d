#include "fencepost/version.h"

#include <gtest/gtest.h>

#include <string>

namespace fencepost {
namespace {

#if FENCEPOST_VERSION < 1000 || FENCEPOST_VERSION < FENCEPOST_VERSION_MAJOR * 1000000
#error "FENCEPOST_VERSION is of no use to the preprocessor"
#endif

TEST(Version, IsTheSameAsNumbersAsTextAndInTheBuild) {
  const std::string from_numbers = std::to_string(FENCEPOST_VERSION_MAJOR) + "." +
                                   std::to_string(FENCEPOST_VERSION_MINOR) + "." +
                                   std::to_string(FENCEPOST_VERSION_PATCH);
  EXPECT_EQ(from_numbers, FENCEPOST_VERSION_STRING);
  EXPECT_EQ(from_numbers, FENCEPOST_VERSION_OF_THE_BUILD);
}

TEST(Version, IsANumberThatComparesAsVersionsDo) {
  static_assert(FENCEPOST_VERSION_MINOR < 1000 && FENCEPOST_VERSION_PATCH < 1000);
  EXPECT_EQ(FENCEPOST_VERSION,
            FENCEPOST_VERSION_MAJOR * 1000000 + FENCEPOST_VERSION_MINOR * 1000 + FENCEPOST_VERSION_PATCH);
}

}  // namespace
}  // namespace fencepost
