// What every MvccStore must keep, as a list of promises that can be checked one by one.
//
// A promise is a function that makes stores of its own, works on them, and answers what it saw broken. Being
// a function, it serves twice: as a test of a store that must pass, and, against stores that are broken on
// purpose, as its own proof that it can fail (broken_stores_test.cc).
//
// To put a store under the contract: write a factory, and
//
//   INSTANTIATE_TEST_SUITE_P(MyStore, StoreContract,
//                            testing::Combine(testing::Values(&MakeMyStore),
//                            testing::ValuesIn(StorePromises())), &StoreContractTestName);
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>

#include "fencepost/base/ids.h"
#include "fencepost/store/mvcc_store.h"

namespace fencepost {

// One store, empty.
struct StoreUnderTest {
  std::unique_ptr<MvccStore> store;
  // Drops what is only visible below `floor`; reads below it may then fail. Empty: the store keeps
  // everything.
  std::function<void(Timestamp floor)> compact;
  // Whether operations may be started from several threads at once.
  bool thread_safe = true;
};

using StoreFactory = StoreUnderTest (*)();

// What was seen that must not be, in words; nothing when the promise was kept.
using Violation = std::optional<std::string>;

struct StorePromise {
  const char* name;  // a CamelCase sentence
  Violation (*check)(StoreFactory make_store);
};

// Every promise of mvcc_store.h.
std::span<const StorePromise> StorePromises();

class StoreContract : public testing::TestWithParam<std::tuple<StoreFactory, StorePromise>> {};

std::string StoreContractTestName(const testing::TestParamInfo<StoreContract::ParamType>& info);

}  // namespace fencepost
