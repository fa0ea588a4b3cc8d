#include "fencepost/base/internal/user_call.h"

#include "fencepost/base/error.h"

namespace fencepost {

std::string DescribeThrown(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& known) {
    return known.what();
  } catch (...) {
    return "something that is no std::exception";
  }
}

absl::Status StatusOfThrown(std::string_view operation, UserEffect effect, const std::string& thrown,
                            bool cancelled) {
  const std::string what = std::string(operation) + " threw: " + thrown;
  switch (effect) {
    case UserEffect::kNone:
      return cancelled ? absl::CancelledError(what + " (after its caller had been cancelled)")
                       : absl::UnavailableError(what);
    case UserEffect::kPossible:
      break;
  }
  return MakeError(Error::kCommitOutcomeUnknown, what + "; it may have taken effect all the same");
}

Awaitable<absl::Status> SleepUnlessCancelled(Runtime* runtime, std::chrono::nanoseconds duration) {
  const bool cancelled_before = co_await IsCancelled();
  if (cancelled_before) co_return absl::CancelledError("the wait was cancelled before it began");
  const auto sleep = [runtime, duration] { return runtime->Sleep(duration); };
  const absl::Status slept = co_await CallUser<absl::Status>("the runtime's Sleep", UserEffect::kNone, sleep);
  const bool cancelled = co_await IsCancelled();
  if (cancelled) co_return absl::CancelledError("the wait was cancelled");
  co_return slept;
}

void LogTo(const LogSink& log, Severity severity, std::string_view message) {
  if (!log) return;
  try {
    log(severity, message);
  } catch (...) {  // NOLINT(bugprone-empty-catch): there is nobody left to tell
  }
}

}  // namespace fencepost
