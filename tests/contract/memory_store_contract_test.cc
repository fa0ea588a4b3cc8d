// The embedded store keeps the store contract.
#include "fencepost/store/memory_store.h"
#include "fencepost/store_contract.h"

namespace fencepost {
namespace {

StoreUnderTest MakeMemoryStore() {
  auto store = std::make_unique<MemoryStore>();
  StoreUnderTest under_test;
  under_test.compact = [memory = store.get()](Timestamp floor) { memory->Compact(floor); };
  under_test.store = std::move(store);
  return under_test;
}

INSTANTIATE_TEST_SUITE_P(MemoryStore, StoreContract,
                         testing::Combine(testing::Values(&MakeMemoryStore),
                                          testing::ValuesIn(StorePromises())),
                         &StoreContractTestName);

}  // namespace
}  // namespace fencepost
