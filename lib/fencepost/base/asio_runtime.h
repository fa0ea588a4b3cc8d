// The Runtime of a real process: an Asio executor and its steady timer.
#pragma once

#include "fencepost/base/runtime.h"

namespace fencepost {

// Thread-safe as far as its executor is: sleeps of different coroutines are independent of one another.
class AsioRuntime final : public Runtime {
 public:
  // `executor` is typically `io_context.get_executor()` or a strand; its context must outlive this object.
  explicit AsioRuntime(boost::asio::any_io_executor executor);

  boost::asio::any_io_executor Executor() override;
  std::chrono::nanoseconds Now() const override;
  Awaitable<absl::Status> Sleep(std::chrono::nanoseconds duration) override;

 private:
  boost::asio::any_io_executor executor_;
};

}  // namespace fencepost
