// Waiting for another actor: a coroutine parks, and whoever holds the handle delivers a value to it, at most
// once. What an answer to a request is made of.
//
//     Parking<Reply> parking(runtime.sim_executor());
//     network.Send(request, parking.handle());
//     absl::StatusOr<Reply> reply = co_await parking.Wait(deadline);
//
// Handles may be copied, kept and dropped at will. A waiter that timed out, was cancelled or was killed is
// never resumed: delivering to it tells that nobody took the value. Dropping every handle resumes nobody
// either, as a lost message resumes nobody: give Wait a deadline. A coroutine of one actor must wait for
// another actor's work this way, not by awaiting a coroutine spawned on the other's executor: Asio silently
// destroys such a waiter when the other is killed.
//
// Single-threaded. A handle must not deliver once its scheduler is gone.
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cassert>
#include <memory>
#include <optional>
#include <utility>

#include "sim/core/runtime/awaitable.h"
#include "sim/core/runtime/suspend.h"

namespace fencepost::sim {

template <class T>
class ParkingHandle;

template <class T>
class Parking {
 public:
  // The waiter is a coroutine of `executor`'s actor.
  explicit Parking(const SimExecutor& executor) : place_(std::make_shared<Place>(executor)) {}
  Parking(Parking&&) noexcept = default;
  Parking& operator=(Parking&& other) noexcept {
    Close();
    place_ = std::move(other.place_);
    return *this;
  }
  ~Parking() { Close(); }

  ParkingHandle<T> handle() const { return ParkingHandle<T>(place_); }

  // The delivered value, at once if it was delivered before; DeadlineExceeded when none has come by
  // `deadline` (world time), Cancelled when the awaiting coroutine was cancelled. REQUIRES: awaited at most
  // once.
  Awaitable<absl::StatusOr<T>> Wait(SimTime deadline = kNever) {
    auto initiation = [place = place_, deadline](auto handler) {
      assert(!place->waited);
      place->waited = true;
      const auto complete = [place](auto& stored, Wake wake) { std::move(stored)(place->Take(wake)); };
      const SimTime until = place->value.has_value() ? SimTime::zero() : deadline;
      place->waiter = SuspendHandler(place->executor, until, std::move(handler), complete);
    };
    return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(absl::StatusOr<T>)>(
        std::move(initiation), boost::asio::use_awaitable);
  }

 private:
  friend class ParkingHandle<T>;

  struct Place {
    explicit Place(const SimExecutor& home) : executor(home) {}

    bool Deliver(T delivered) {
      if (closed || value.has_value() || !executor.incarnation().alive()) return false;
      if (waited && !executor.incarnation().scheduler().Resume(waiter, Wake::kResumed)) return false;
      value.emplace(std::move(delivered));
      return true;
    }

    absl::StatusOr<T> Take(Wake wake) {
      closed = true;
      if (value.has_value()) return *std::move(value);
      if (wake == Wake::kCancelled) return absl::CancelledError("the wait was cancelled");
      return absl::DeadlineExceededError("nothing was delivered in time");
    }

    SimExecutor executor;
    std::optional<T> value;
    WaitId waiter;
    bool waited = false;
    bool closed = false;
  };

  void Close() {
    if (place_ != nullptr) place_->closed = true;
  }

  std::shared_ptr<Place> place_;
};

template <class T>
class ParkingHandle {
 public:
  // Whether the waiter, or one that is still to wait, takes the value. False the second time.
  bool Deliver(T value) const { return place_->Deliver(std::move(value)); }

 private:
  friend class Parking<T>;
  explicit ParkingHandle(std::shared_ptr<typename Parking<T>::Place> place) : place_(std::move(place)) {}

  std::shared_ptr<typename Parking<T>::Place> place_;
};

}  // namespace fencepost::sim
