#include "sim/world/narration/timeline_lookup.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <utility>

namespace fencepost::sim {
namespace {

constexpr std::string_view kInfinity = "+inf)";

bool IsWordCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

bool NamesWord(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const bool begins = at == 0 || !IsWordCharacter(text[at - 1]);
    const std::size_t end = at + word.size();
    if (begins && (end == text.size() || !IsWordCharacter(text[end]))) return true;
  }
  return false;
}

}  // namespace

bool BeginsWithRangeOf(std::string_view text, std::string_view key) {
  if (!text.starts_with("[\"")) return false;
  text.remove_prefix(2);
  const std::size_t start_end = text.find('"');
  if (start_end == std::string_view::npos || text.substr(0, start_end) > key) return false;
  text.remove_prefix(start_end + 1);
  if (!text.starts_with(", ")) return false;
  text.remove_prefix(2);
  if (text.starts_with(kInfinity)) return true;
  if (!text.starts_with('"')) return false;
  text.remove_prefix(1);
  const std::size_t end = text.find('"');
  return end != std::string_view::npos && text.substr(end).starts_with("\")") && key < text.substr(0, end);
}

bool Concerns(std::string_view text, std::string_view key) {
  if (NamesWord(text, key)) return true;
  for (std::size_t at = text.find("[\""); at != std::string_view::npos; at = text.find("[\"", at + 1)) {
    if (BeginsWithRangeOf(text.substr(at), key)) return true;
  }
  return false;
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

std::string NodesBehind(const Timeline& timeline, Moment time) {
  const std::optional<std::uint64_t> newest = VersionAt(timeline, kCatalogLane, time);
  std::string text;
  for (std::size_t lane = 0; lane < timeline.lanes.size() && newest.has_value(); ++lane) {
    if (timeline.lanes[lane].kind != LaneKind::kNode) continue;
    const std::optional<std::uint64_t> version = VersionAt(timeline, lane, time);
    if (!version.has_value() || *version >= *newest) continue;
    text += fmt::format("{}{} at version {}", text.empty() ? "" : ", ", timeline.lanes[lane].name, *version);
  }
  return text;
}

std::optional<std::uint64_t> OwnerIn(const CatalogVersionNote& version, std::string_view key) {
  for (const TraceNotes::Route& route : version.routes) {
    if (BeginsWithRangeOf(route.range, key)) return route.group;
  }
  return std::nullopt;
}

std::vector<EntryVerdicts> VerdictsOf(const Timeline& timeline) {
  std::vector<EntryVerdicts> verdicts;
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::size_t> known;
  for (const TimelineEvent& event : timeline.events) {
    if (event.kind != EventKind::kApply || !event.position.has_value()) continue;
    const auto [place, is_new] =
        known.insert({{event.position->group, event.position->index}, verdicts.size()});
    if (is_new) verdicts.push_back(EntryVerdicts{*event.position, event.time, {}, {}, ""});
    EntryVerdicts& entry = verdicts[place->second];
    const std::string& name = timeline.lanes[event.lane].name;
    const auto has = [&name](const std::vector<std::string>& names) {
      return std::find(names.begin(), names.end(), name) != names.end();
    };
    if (has(entry.applied_by) || has(entry.refused_by)) continue;
    entry.last = event.time;
    (event.refused ? entry.refused_by : entry.applied_by).push_back(name);
    if (event.refused && entry.reason.empty()) {
      entry.reason = event.text.substr(std::min(event.text.find(": ") + 2, event.text.size()));
    }
  }
  return verdicts;
}

}  // namespace fencepost::sim
