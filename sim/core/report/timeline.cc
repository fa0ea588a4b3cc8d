#include "sim/core/report/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace fencepost::sim {

std::string_view SpanEndName(SpanEnd end) {
  switch (end) {
    case SpanEnd::kDone:
      return "done";
    case SpanEnd::kRefused:
      return "refused";
    case SpanEnd::kUnknown:
      return "unknown";
    case SpanEnd::kUnfinished:
      return "unfinished";
  }
  return "";
}

std::optional<std::uint64_t> VersionAt(const Timeline& timeline, std::size_t lane, Moment time) {
  const auto later = std::upper_bound(timeline.bands.begin(), timeline.bands.end(), std::pair(lane, time),
                                      [](const std::pair<std::size_t, Moment>& wanted, const Band& band) {
                                        return wanted < std::pair(band.lane, band.from);
                                      });
  if (later == timeline.bands.begin()) return std::nullopt;
  const Band& band = *(later - 1);
  if (band.lane != lane || time > band.until) return std::nullopt;
  return band.version;
}

std::string FormatTime(Moment time) {
  const std::int64_t micros = time.count() / 1000;
  return fmt::format("{}.{:04} s", micros / 1'000'000, micros % 1'000'000 / 100);
}

}  // namespace fencepost::sim
