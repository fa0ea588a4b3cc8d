// What only a program that faces a person needs: the real clock, durations, colours, and a progress line.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "sim/cli/environment.h"
#include "sim/core/campaign/campaign.h"

namespace fencepost::sim::cli {

// The real, monotonic clock.
std::chrono::nanoseconds RealNow();

// The CPU time that this process has used, all its threads together.
std::chrono::nanoseconds CpuTime();

// The real time of day in UTC, as 2026-01-31T23:59:59.
std::string UtcNow();

// This machine's name; "localhost" when it has none.
std::string HostName();

// Whether standard output is a terminal whose user has nothing against colours.
bool ColoursOnOutput(const Environment& environment);

// A report of a job with its verdicts coloured: "ok" green, "FAIL" and what is violated red, trouble in a
// story yellow. The text stays the same.
std::string Coloured(std::string_view report);

// Shows progress on standard error: a bar in one line of a terminal, replaced as it changes; elsewhere a
// plain line a minute, so that the log of a long job shows that it lives.
class ProgressLine {
 public:
  // `total` runs, or `time_limit`, whichever ends the campaign.
  ProgressLine(std::string title, std::uint64_t total, std::optional<std::chrono::nanoseconds> time_limit);
  ~ProgressLine();  // clears the line
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void Show(const CampaignProgress& progress);
  // Of a job that is no campaign: `part` of it is done, from 0 to 1, and `text` says how far it is.
  void Show(double part, const std::string& text);

 private:
  bool IsDue(std::chrono::nanoseconds now) const;
  void Print(double part, const std::string& text);

  std::string title_;
  std::uint64_t total_;
  std::optional<std::chrono::nanoseconds> time_limit_;
  std::chrono::nanoseconds started_;
  std::chrono::nanoseconds last_shown_{0};
  bool on_terminal_;
};

// "90", "90s", "10m" or "2h". Nothing for anything else, or for more than a year.
std::optional<std::chrono::nanoseconds> ParseDuration(const std::string& text);

}  // namespace fencepost::sim::cli
