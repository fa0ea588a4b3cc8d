#include "sim/cli/terminal.h"

#include <fmt/format.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <utility>

namespace fencepost::sim::cli {
namespace {

constexpr std::chrono::milliseconds kRedrawEvery(200);

}  // namespace

std::chrono::nanoseconds RealNow() {
  return std::chrono::steady_clock::now().time_since_epoch();  // determinism: progress and budgets only
}

std::chrono::nanoseconds CpuTime() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);  // determinism: budgets only
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

ProgressLine::ProgressLine(std::string title, std::uint64_t total,
                           std::optional<std::chrono::nanoseconds> time_limit)
    : title_(std::move(title)),
      total_(total),
      time_limit_(time_limit),
      started_(RealNow()),
      on_terminal_(isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() {
  if (on_terminal_) std::fputs("\r\x1b[K", stderr);
}

void ProgressLine::Show(const CampaignProgress& progress) {
  if (!on_terminal_) return;
  const std::chrono::nanoseconds now = RealNow();
  if (now - last_shown_ < kRedrawEvery) return;
  last_shown_ = now;
  const double elapsed = std::chrono::duration<double>(now - started_).count();
  const double rate = elapsed > 0 ? static_cast<double>(progress.runs) / elapsed : 0;
  double left = rate > 0 ? static_cast<double>(total_ - progress.runs) / rate : 0;
  if (time_limit_.has_value())
    left = std::min(left, std::chrono::duration<double>(*time_limit_).count() - elapsed);
  std::fputs(fmt::format("\r\x1b[K{}: {} runs, {:.0f}/s, {:.0f} s left, {} failures", title_, progress.runs,
                         rate, std::max(left, 0.0), progress.failures)
                 .c_str(),
             stderr);
}

std::optional<std::chrono::nanoseconds> ParseDuration(const std::string& text) {
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest == text.data()) return std::nullopt;
  const std::string unit(rest, end);
  std::uint64_t seconds = 0;
  if (unit.empty() || unit == "s") {
    seconds = 1;
  } else if (unit == "m") {
    seconds = 60;
  } else if (unit == "h") {
    seconds = 3600;
  } else {
    return std::nullopt;
  }
  constexpr std::uint64_t kOneYear = 366ull * 24 * 3600;
  if (number > kOneYear / seconds) return std::nullopt;
  return std::chrono::seconds(number * seconds);
}

}  // namespace fencepost::sim::cli
