#include "sim/core/leaks/leak_guard.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "sim/core/leaks/interception.h"

namespace fencepost::sim {
namespace {

constinit thread_local LeakGuard* innermost_guard = nullptr;

}  // namespace

LeakGuard::State LeakGuard::state() {
  if (&fencepost_sim_leaks_are_intercepted == nullptr) return State::kNotLinked;
  return fencepost_sim_leaks_are_intercepted() ? State::kCatches : State::kSanitizer;
}

std::string_view LeakGuard::DescribeState() {
  switch (state()) {
    case State::kCatches:
      return "leaks are caught";
    case State::kNotLinked:
      return "leaks are not caught: link the executable with fencepost::sim_leaks";
    case State::kSanitizer:
      return "leaks are not caught: the sanitizer of this build intercepts the same calls; use a build "
             "without";
  }
  return "";
}

LeakGuard::LeakGuard(LeakPolicy policy) : policy_(policy), outer_(std::exchange(innermost_guard, this)) {}

LeakGuard::~LeakGuard() { innermost_guard = outer_; }

LeakGuard::Pause::Pause() : paused_(std::exchange(innermost_guard, nullptr)) {}

LeakGuard::Pause::~Pause() { innermost_guard = paused_; }

void LeakGuard::Note(LeakKind kind, const char* function, const void* return_address) noexcept {
  LeakGuard* const guard = innermost_guard;
  if (guard == nullptr) return;
  const int error = errno;
  const Pause pause;  // looking into it may call what is intercepted
  guard->Keep(kind, function, return_address);
  errno = error;
}

void LeakGuard::Keep(LeakKind kind, const char* function, const void* return_address) {
  if (++calls_ > kMostCompared) return;
  Leak leak{kind, function, StackTrace::CaptureFrom(return_address), 1};
  const auto known = std::ranges::find_if(
      leaks_, [&](const Leak& kept) { return kept.function == leak.function && kept.stack == leak.stack; });
  if (known != leaks_.end()) {
    ++known->times;
  } else if (leaks_.size() < kMostKept) {
    leaks_.push_back(leak);
  }
  if (policy_ == LeakPolicy::kRecord) return;
  const std::string report = Report();
  std::fwrite(report.data(), 1, report.size(), stderr);
  std::abort();
}

}  // namespace fencepost::sim
