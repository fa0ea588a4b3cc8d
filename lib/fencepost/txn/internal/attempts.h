// Bounded repetition: which attempt of a step this is, and the wait before the next one. Internal to txn/.
//
// A value for one step of one call; not thread-safe.
#pragma once

#include <chrono>

#include "fencepost/base/runtime.h"

namespace fencepost {

// The `nth` wait (from 1) of those that begin with `first` and double, none longer than `limit`.
std::chrono::nanoseconds DoublingWait(std::chrono::nanoseconds first, std::chrono::nanoseconds limit,
                                      int nth);

class Attempts {
 public:
  // At least one attempt, whatever `limit` says. The runtime is not owned.
  Attempts(Runtime* runtime, int limit, std::chrono::nanoseconds first_wait,
           std::chrono::nanoseconds max_wait);

  // After an attempt that failed: waits, then says true. False, at once, when there was no attempt left, when
  // the awaiting coroutine was cancelled, or when the runtime cannot wait.
  Awaitable<bool> Again();

 private:
  Runtime* runtime_;
  int limit_;
  std::chrono::nanoseconds first_wait_;
  std::chrono::nanoseconds max_wait_;
  int made_ = 1;  // the one that is being made included
};

}  // namespace fencepost
