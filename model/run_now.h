// Runs one asynchronous operation of the library to its end, here and now.
//
// For operations on stores that never make anyone wait, such as MemoryStore. Any thread; nothing is shared.
#pragma once

#include <absl/status/status.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <utility>

#include "fencepost/base/runtime.h"

namespace fencepost::model {

// The operation's answer, or Internal when it waits for something that never comes.
template <class Result>
Result RunNow(Awaitable<Result> operation) {
  boost::asio::io_context context;  // determinism: one thread, run dry on the spot
  std::optional<Result> result;
  boost::asio::co_spawn(context, std::move(operation),
                        [&result](const std::exception_ptr& failure, Result answer) {
                          if (failure != nullptr) {
                            std::rethrow_exception(failure);
                          }
                          result = std::move(answer);
                        });
  context.run();
  if (!result.has_value()) {
    return Result(absl::InternalError("the operation never finished"));
  }
  return *std::move(result);
}

}  // namespace fencepost::model
