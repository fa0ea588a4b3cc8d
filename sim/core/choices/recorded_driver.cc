#include "sim/core/choices/recorded_driver.h"

#include <absl/status/status.h>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace fencepost::sim {
namespace {

bool Admits(const ChoiceRequest& request, std::uint64_t value) {
  if (value >= request.bound) return false;
  return request.weights.empty() || request.weights[static_cast<std::size_t>(value)] > 0;
}

}  // namespace

std::string_view Describe(Staleness staleness) {
  switch (staleness) {
    case Staleness::kNeverAsked:
      return "was never asked for";
    case Staleness::kNotAdmitted:
      return "is no longer an answer to its draw";
    case Staleness::kOtherLabel:
      return "now decides something else";
  }
  return "";
}

std::string Describe(const StaleDeviation& stale) {
  return fmt::format("{}: {}", FormatDeviation(stale.recorded), Describe(stale.staleness));
}

absl::StatusOr<std::unique_ptr<RecordedDriver>> RecordedDriver::Make(
    const std::vector<Deviation>& deviations) {
  std::unique_ptr<RecordedDriver> driver(new RecordedDriver);
  for (const Deviation& deviation : deviations) {
    if (deviation.value == 0 || deviation.value >= deviation.bound) {
      return absl::InvalidArgumentError(fmt::format(
          "{}: a deviation's value lies above 0 and below its bound", FormatDeviation(deviation)));
    }
    driver->streams_[deviation.stream].entries.push_back(Entry{deviation, Fate::kPending});
  }
  for (auto& [name, recording] : driver->streams_) {
    std::vector<Entry>& entries = recording.entries;
    const auto index_of = [](const Entry& entry) { return entry.recorded.index; };
    std::ranges::sort(entries, {}, index_of);
    const auto twice = std::ranges::adjacent_find(entries, {}, index_of);
    if (twice != entries.end()) {
      return absl::InvalidArgumentError(
          fmt::format("{}: this draw is recorded twice", FormatDeviation(twice->recorded)));
    }
  }
  return driver;
}

std::uint64_t RecordedDriver::Choose(const ChoiceRequest& request) {
  const auto found = streams_.find(request.stream);
  if (found == streams_.end()) return 0;
  Recording& recording = found->second;
  while (recording.cursor < recording.entries.size() &&
         recording.entries[recording.cursor].recorded.index < request.index) {
    ++recording.cursor;
  }
  if (recording.cursor == recording.entries.size()) return 0;
  Entry& entry = recording.entries[recording.cursor];
  if (entry.recorded.index != request.index) return 0;

  ++recording.cursor;
  if (!Admits(request, entry.recorded.value)) {
    entry.fate = Fate::kNotAdmitted;
    return 0;
  }
  entry.fate = entry.recorded.label == request.label ? Fate::kApplied : Fate::kOtherLabel;
  return entry.recorded.value;
}

std::vector<StaleDeviation> RecordedDriver::stale() const {
  std::vector<StaleDeviation> out;
  for (const auto& [name, recording] : streams_) {
    for (const Entry& entry : recording.entries) {
      switch (entry.fate) {
        case Fate::kApplied:
          break;
        case Fate::kPending:
          out.push_back({entry.recorded, Staleness::kNeverAsked});
          break;
        case Fate::kNotAdmitted:
          out.push_back({entry.recorded, Staleness::kNotAdmitted});
          break;
        case Fate::kOtherLabel:
          out.push_back({entry.recorded, Staleness::kOtherLabel});
          break;
      }
    }
  }
  return out;
}

}  // namespace fencepost::sim
