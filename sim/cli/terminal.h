// What only a program that faces a person needs: the real clock, durations, and a progress line.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "sim/run/campaign.h"

namespace fencepost::sim::cli {

// The real, monotonic clock.
std::chrono::nanoseconds RealNow();

// The CPU time that this process has used, all its threads together.
std::chrono::nanoseconds CpuTime();

// Draws progress on standard error, on a terminal only. One line, replaced as it changes.
class ProgressLine {
 public:
  // `total` runs, or `time_limit`, whichever ends the campaign.
  ProgressLine(std::string title, std::uint64_t total, std::optional<std::chrono::nanoseconds> time_limit);
  ~ProgressLine();  // clears the line
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void Show(const CampaignProgress& progress);

 private:
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
