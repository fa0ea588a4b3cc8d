// The contract that every store has to keep, on the store of my_store.h: a test for each promise.
//
// Link fencepost::store_contract and GTest::gtest_main.
#include <memory>

#include "fencepost/store_contract.h"
#include "my_store.h"

namespace {

// A new, empty store for each promise. This one keeps everything, so there is nothing to say about
// compaction, and its mutex lets several threads in.
fencepost::StoreUnderTest MakeMyStore() {
  fencepost::StoreUnderTest under_test;
  under_test.store = std::make_unique<example::MyStore>();
  return under_test;
}

}  // namespace

namespace fencepost {

INSTANTIATE_TEST_SUITE_P(MyStore, StoreContract,
                         testing::Combine(testing::Values(&MakeMyStore), testing::ValuesIn(StorePromises())),
                         &StoreContractTestName);

}  // namespace fencepost
