#include "fencepost/txn/internal/attempts.h"

#include <algorithm>

#include "fencepost/base/internal/user_call.h"

namespace fencepost {

std::chrono::nanoseconds DoublingWait(std::chrono::nanoseconds first, std::chrono::nanoseconds limit,
                                      int nth) {
  std::chrono::nanoseconds wait = std::min(first, limit);
  for (int i = 1; i < nth && wait < limit; ++i) {
    // Compared before it is doubled, so that no limit makes it overflow; 0 would stay 0 for ever.
    if (wait <= std::chrono::nanoseconds::zero()) return std::chrono::nanoseconds::zero();
    wait = wait > limit / 2 ? limit : wait * 2;
  }
  return std::max(wait, std::chrono::nanoseconds::zero());
}

Attempts::Attempts(Runtime* runtime, int limit, std::chrono::nanoseconds first_wait,
                   std::chrono::nanoseconds max_wait)
    : runtime_(runtime), limit_(limit), first_wait_(first_wait), max_wait_(max_wait) {}

Awaitable<bool> Attempts::Again() {
  if (made_ >= limit_) co_return false;
  const std::chrono::nanoseconds wait = DoublingWait(first_wait_, max_wait_, made_);
  ++made_;
  const absl::Status slept = co_await SleepUnlessCancelled(runtime_, wait);
  co_return slept.ok();
}

}  // namespace fencepost
