#include "sim/core/report/repetition.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <utility>

namespace fencepost::sim {
namespace {

constexpr std::size_t kLongestBlock = 4;

// A line that is there twice is soon joined; that several lines are is no circle yet.
constexpr std::size_t FewestTimes(std::size_t length) { return length == 1 ? 2 : 3; }

// How often the block of `length` lines at `from` stands there in a row, itself included.
std::size_t TimesInARow(std::span<const std::string> keys, std::size_t from, std::size_t length) {
  if (from + length > keys.size()) return 1;
  const std::span<const std::string> block = keys.subspan(from, length);
  std::size_t times = 1;
  for (std::size_t next = from + length; next + length <= keys.size(); next += length) {
    if (!std::ranges::equal(block, keys.subspan(next, length))) break;
    ++times;
  }
  return times;
}

}  // namespace

std::vector<std::size_t> JoinRepetitions(std::vector<StoryLine>* lines) {
  std::vector<std::string> exact;
  std::vector<std::string> alike;
  for (const StoryLine& line : *lines) {
    exact.push_back(fmt::format("{} {}", line.lane, line.text));
    alike.push_back(fmt::format("{} {}", line.lane, line.Gist()));
  }
  std::vector<StoryLine> joined;
  std::vector<std::size_t> places;
  for (std::size_t at = 0; at < lines->size();) {
    std::size_t length = 1;
    std::size_t times = TimesInARow(exact, at, length);
    while (times < FewestTimes(length) && length < kLongestBlock) times = TimesInARow(alike, at, ++length);
    const bool repeats = times >= FewestTimes(length);
    if (!repeats) length = times = 1;
    const std::size_t end = at + length * times;
    for (std::size_t kept = at; kept < at + length; ++kept) {
      joined.push_back(std::move((*lines)[kept]));
      places.push_back(kept);
    }
    if (repeats) {
      const std::string what = length == 1 ? "" : fmt::format("these {} lines ", length);
      StoryLine& last = joined.back();
      last.gist = last.Gist() + fmt::format("   ({}{} times)", what, times);
      last.text +=
          fmt::format("   ({}{} times, the last at {})", what, times, FormatTime((*lines)[end - 1].time));
    }
    at = end;
  }
  *lines = std::move(joined);
  return places;
}

}  // namespace fencepost::sim
