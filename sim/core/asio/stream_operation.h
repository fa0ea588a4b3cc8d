// How every operation of a stream runs: it is tried at once, tried again when the end has news, and completes
// through its handler's executor in any case, never inside the call that began it. Internal to the streams.
#pragma once

#include <boost/asio/error.hpp>
#include <cassert>
#include <memory>
#include <optional>
#include <utility>

#include "sim/core/asio/simulated_process.h"
#include "sim/core/asio/stream_end.h"

namespace fencepost::sim {

// Holds the end's place for one kind of operation, until it completes or its handler is dropped unrun.
class StreamClaim {
 public:
  // Holds nothing if there is no end, or if such an operation is under way.
  StreamClaim(std::shared_ptr<StreamEnd> end, StreamEnd::Operation operation)
      : end_(std::move(end)), operation_(operation) {
    if (end_ != nullptr && !end_->Claim(operation_)) end_ = nullptr;
  }
  StreamClaim(StreamClaim&& other) noexcept
      : end_(std::exchange(other.end_, nullptr)), operation_(other.operation_) {}
  StreamClaim& operator=(StreamClaim&&) = delete;
  ~StreamClaim() { Release(); }

  bool holds() const { return end_ != nullptr; }
  void Release() {
    if (end_ != nullptr) std::exchange(end_, nullptr)->Release(operation_);
  }

 private:
  std::shared_ptr<StreamEnd> end_;
  StreamEnd::Operation operation_;
};

// The completion of a read or a write.
struct CompleteTransfer {
  template <class Handler>
  void operator()(Handler& handler, const StreamResult& result) const {
    std::move(handler)(result.error, result.bytes);
  }
};

// `attempt` returns a StreamResult, or nothing while it has to wait; `complete(handler, result)` is called
// once.
template <class Executor, class Handler, class Attempt, class Complete>
void RunStreamOperation(const Executor& executor, const SimExecutor& process,
                        const std::shared_ptr<StreamEnd>& end, StreamEnd::Operation operation,
                        Handler&& handler, Attempt attempt, Complete complete) {
  StreamClaim claim(end, operation);
  std::optional<StreamResult> result;
  if (end != nullptr && !claim.holds()) {
    result = StreamResult{boost::asio::error::already_started, 0};
  } else {
    result = attempt();
  }
  const bool waits = !result.has_value();

  auto finish = [claim = std::move(claim), attempt = std::move(attempt), complete = std::move(complete),
                 result](auto& stored, Wake wake) mutable {
    if (!result.has_value() && wake != Wake::kCancelled) result = attempt();
    if (!result.has_value()) result = StreamResult{boost::asio::error::operation_aborted, 0};
    claim.Release();
    complete(stored, *result);
  };
  const SimTime deadline = waits ? kNever : SimTime::zero();
  const WaitId wait =
      SuspendOn(executor, process, deadline, std::forward<Handler>(handler), std::move(finish));
  if (waits) end->SetWait(operation, wait);
}

}  // namespace fencepost::sim
