// A Runtime without time: each sleep ends at once, after telling the test, until the test ends the script.
#pragma once

#include <chrono>
#include <functional>
#include <utility>
#include <vector>

#include "fencepost/base/runtime.h"

namespace fencepost {

class ScriptedRuntime final : public Runtime {
 public:
  // `on_sleep` is told the number of the sleep, from 1; false ends the script: that sleep says Cancelled.
  explicit ScriptedRuntime(std::function<bool(int sleep)> on_sleep) : on_sleep_(std::move(on_sleep)) {}

  // Nothing here is run on it.
  boost::asio::any_io_executor Executor() override { return {}; }
  std::chrono::nanoseconds Now() const override { return now_; }

  Awaitable<absl::Status> Sleep(std::chrono::nanoseconds duration) override {
    sleeps_.push_back(duration);
    now_ += duration;
    if (!on_sleep_(static_cast<int>(sleeps_.size()))) co_return absl::CancelledError("the script has ended");
    co_return absl::OkStatus();
  }

  const std::vector<std::chrono::nanoseconds>& sleeps() const { return sleeps_; }

 private:
  std::function<bool(int)> on_sleep_;
  std::chrono::nanoseconds now_{0};
  std::vector<std::chrono::nanoseconds> sleeps_;
};

}  // namespace fencepost
