#include "sim/cli/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <utility>

namespace fencepost::sim::cli {
namespace {

constexpr std::chrono::milliseconds kRedrawEvery(200);
constexpr std::chrono::seconds kTellEvery(60);  // where there is no terminal

constexpr char kRed[] = "\x1b[31m";
constexpr char kGreen[] = "\x1b[32m";
constexpr char kYellow[] = "\x1b[33m";
constexpr char kPlain[] = "\x1b[0m";

// The colour of a line of a report, and how much of it is coloured.
struct Paint {
  const char* colour = nullptr;
  std::size_t length = 0;
};

Paint PaintOf(std::string_view line) {
  if (line.starts_with("ok  ")) return {kGreen, 2};
  if (line.starts_with("FAIL")) return {kRed, 4};
  if (line.ends_with(" is violated")) return {kRed, line.size()};
  const std::string_view text = line.substr(std::min(line.find_first_not_of(' '), line.size()));
  if (text.starts_with("not as expected:")) return {kRed, line.size()};
  if (text.find(" s  ! ") == std::string_view::npos) return {};
  return {text.find("! VIOLATION") == std::string_view::npos ? kYellow : kRed, line.size()};
}

// A terminal's width, for a line that wraps cannot be replaced.
std::size_t TerminalWidth() {
  constexpr std::size_t kUsual = 80;
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsual;
  return size.ws_col;
}

std::string Bar(double done) {
  constexpr std::size_t kLength = 20;
  const auto filled = static_cast<std::size_t>(std::clamp(done, 0.0, 1.0) * kLength);
  return "[" + std::string(filled, '#') + std::string(kLength - filled, '.') + "]";
}

}  // namespace

std::chrono::nanoseconds RealNow() {
  return std::chrono::steady_clock::now().time_since_epoch();  // determinism: progress and budgets only
}

std::chrono::nanoseconds CpuTime() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);  // determinism: budgets only
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

std::string UtcNow() {
  const auto now = std::chrono::system_clock::now();                      // determinism: the date on a report
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);  // determinism: as above
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[32];
  const std::size_t length = std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
  return std::string(text, length);
}

std::string HostName() {
  char name[256] = {};
  if (gethostname(name, sizeof(name) - 1) != 0 || name[0] == '\0') return "localhost";
  return name;
}

bool ColoursOnOutput(const Environment& environment) {
  return environment.wants_colours && isatty(STDOUT_FILENO) == 1;
}

std::string Coloured(std::string_view report) {
  std::string coloured;
  while (!report.empty()) {
    const std::string_view line = report.substr(0, report.find('\n'));
    const Paint paint = PaintOf(line);
    if (paint.colour == nullptr) {
      coloured += line;
    } else {
      coloured += paint.colour;
      coloured += line.substr(0, paint.length);
      coloured += kPlain;
      coloured += line.substr(paint.length);
    }
    report.remove_prefix(line.size());
    if (report.empty()) break;
    coloured += '\n';
    report.remove_prefix(1);
  }
  return coloured;
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
  const std::chrono::nanoseconds now = RealNow();
  if (!IsDue(now)) return;
  last_shown_ = now;
  const double elapsed = std::chrono::duration<double>(now - started_).count();
  const double rate = elapsed > 0 ? static_cast<double>(progress.runs) / elapsed : 0;
  double left = rate > 0 ? static_cast<double>(total_ - progress.runs) / rate : 0;
  if (time_limit_.has_value())
    left = std::min(left, std::chrono::duration<double>(*time_limit_).count() - elapsed);
  left = std::max(left, 0.0);
  const std::string text = fmt::format("{}: {} runs, {:.0f}/s, {:.0f} s left, {} failures", title_,
                                       progress.runs, rate, left, progress.failures);
  Print(elapsed / std::max(elapsed + left, 1e-9), text);
}

void ProgressLine::Show(double part, const std::string& text) {
  const std::chrono::nanoseconds now = RealNow();
  if (!IsDue(now)) return;
  last_shown_ = now;
  Print(part, text);
}

bool ProgressLine::IsDue(std::chrono::nanoseconds now) const {
  if (on_terminal_) return now - last_shown_ >= kRedrawEvery;
  return now - std::max(last_shown_, started_) >= kTellEvery;
}

void ProgressLine::Print(double part, const std::string& text) {
  if (!on_terminal_) {
    std::fputs((text + "\n").c_str(), stderr);
    return;
  }
  const std::string line = Bar(part) + " " + text;
  std::fputs(("\r\x1b[K" + line.substr(0, TerminalWidth() - 1)).c_str(), stderr);
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
