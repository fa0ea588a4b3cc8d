// The property suite's main: says on standard error how it can be run again.
//
//   FENCEPOST_PROPERTY_CASES=100000 property_tests    the nightly's depth; 1,000 cases per property otherwise
//   RC_PARAMS="seed=N" property_tests                 the same cases again
#include <gtest/gtest.h>

#include <cstdint>
#include <iostream>

#include "tests/property/property.h"

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  if (!::testing::GTEST_FLAG(list_tests)) {
    const std::uint64_t seed = fencepost::property::Seed();  // loading it makes RapidCheck print its own line
    std::cerr << "property tests: " << fencepost::property::CasesPerProperty() << " cases each, seed " << seed
              << "\n";
  }
  return RUN_ALL_TESTS();
}
