// What every MvccStore must keep, as a list of promises that can be checked one by one: the suite that a
// store of your own has to pass before a catalog may lie in it. Needs GoogleTest; link
// fencepost::store_contract.
//
// A promise is a function that makes stores of its own, works on them, and answers what it saw broken. Being
// a function, it serves twice: as a test of a store that must pass, and, against stores that are broken on
// purpose, as its own proof that it can fail.
//
// To put a store under the contract, write a factory and instantiate the suite. There is a test for each
// promise, named after it:
//
//   fencepost::StoreUnderTest MakeMyStore() {
//     fencepost::StoreUnderTest under_test;
//     under_test.store = std::make_unique<MyStore>();
//     return under_test;
//   }
//
//   namespace fencepost {
//   INSTANTIATE_TEST_SUITE_P(MyStore, StoreContract,
//                            testing::Combine(testing::Values(&MakeMyStore),
//                                             testing::ValuesIn(StorePromises())),
//                            &StoreContractTestName);
//   }  // namespace fencepost
//
// lib/examples/my_store_contract.cc is a whole program.
//
// Every operation is awaited on an io_context that runs until it has nothing left to do. A store that waits
// for threads of its own must keep outstanding work on the executor that it was awaited from (as Asio's own
// operations do), or that io_context ends before the answer comes, and the promise reports an operation that
// never ended.
//
// Thread-safe: a promise shares nothing with another.
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

// One store, empty: LastCommitTs answers 0.
struct StoreUnderTest {
  std::unique_ptr<MvccStore> store;
  // Drops what is only visible below `floor`; reads below it may then fail. Empty: the store keeps
  // everything.
  std::function<void(Timestamp floor)> compact;
  // Whether operations may be started from several threads at once. If not, no promise does so.
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
