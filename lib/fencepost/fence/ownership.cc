#include "fencepost/fence/ownership.h"

#include <algorithm>
#include <utility>

namespace fencepost {
namespace {

// Whether all of the range lies at or before `key`.
bool EndsAtOrBefore(const KeyRange& range, std::string_view key) {
  return range.end.has_value() && *range.end <= key;
}

// The first range that reaches beyond `key`.
std::vector<RangeTenure>::const_iterator FirstBeyond(const std::vector<RangeTenure>& ranges,
                                                     std::string_view key) {
  return std::ranges::partition_point(
      ranges, [key](const RangeTenure& known) { return EndsAtOrBefore(known.range, key); });
}

// Appends in key order, in the one representation: nothing that is not worth remembering, and no seam between
// equal tenures.
void AppendJoined(std::vector<RangeTenure>& ranges, const RangeTenure& next) {
  if (next.tenure == Tenure{} || !IsNonEmpty(next.range)) return;
  if (!ranges.empty() && ranges.back().range.end == next.range.start && ranges.back().tenure == next.tenure) {
    ranges.back().range.end = next.range.end;
    return;
  }
  ranges.push_back(next);
}

bool Touches(const PrepareTransaction& prepared, const KeyRange& range) {
  return std::ranges::any_of(prepared.writes,
                             [&](const WriteClaim& write) { return Contains(range, write.key); }) ||
         std::ranges::any_of(prepared.reads,
                             [&](const ReadClaim& read) { return Intersects(range, read.range); });
}

}  // namespace

Tenure GroupOwnership::At(std::string_view key) const {
  const auto known = FirstBeyond(ranges_, key);
  return known != ranges_.end() && Contains(known->range, key) ? known->tenure : Tenure{};
}

std::vector<RangeTenure> GroupOwnership::In(const KeyRange& range) const {
  std::vector<RangeTenure> pieces;
  if (!IsNonEmpty(range)) return pieces;
  std::string at = range.start;
  for (auto known = FirstBeyond(ranges_, at); known != ranges_.end(); ++known) {
    if (range.end.has_value() && *range.end <= known->range.start) break;
    if (at < known->range.start) pieces.push_back({KeyRange{at, known->range.start}, Tenure{}});
    const std::string& from = std::max(at, known->range.start);
    const auto& to = EndsBefore(known->range.end, range.end) ? known->range.end : range.end;
    pieces.push_back({KeyRange{from, to}, known->tenure});
    if (to == range.end) return pieces;
    at = *to;
  }
  pieces.push_back({KeyRange{std::move(at), range.end}, Tenure{}});
  return pieces;
}

std::vector<TransactionId> GroupOwnership::PreparedIn(const KeyRange& range) const {
  std::vector<TransactionId> ids;
  for (const auto& [id, prepared] : prepared_) {
    if (Touches(prepared, range)) ids.push_back(id);
  }
  return ids;
}

void GroupOwnership::Replace(const std::vector<RangeTenure>& pieces) {
  if (pieces.empty()) return;
  const std::string& start = pieces.front().range.start;
  const std::optional<std::string>& end = pieces.back().range.end;
  std::vector<RangeTenure> replaced;
  replaced.reserve(ranges_.size() + pieces.size() + 1);
  if (!start.empty()) {
    for (const RangeTenure& before : In(KeyRange{"", start})) AppendJoined(replaced, before);
  }
  for (const RangeTenure& piece : pieces) AppendJoined(replaced, piece);
  if (end.has_value()) {
    for (const RangeTenure& after : In(KeyRange{*end, std::nullopt})) AppendJoined(replaced, after);
  }
  ranges_ = std::move(replaced);
}

std::string OwnershipPhaseName(OwnershipPhase phase) {
  switch (phase) {
    case OwnershipPhase::kAbsent:
      return "absent";
    case OwnershipPhase::kActive:
      return "active";
    case OwnershipPhase::kFenced:
      return "fenced";
  }
  return "unknown(" + std::to_string(static_cast<unsigned>(phase)) + ")";
}

std::string FormatTenure(const Tenure& tenure) {
  std::string text = OwnershipPhaseName(tenure.phase);
  if (tenure.fenced_at != LogIndex(0)) text += " at log index " + std::to_string(tenure.fenced_at.value);
  if (tenure.epoch != OwnershipEpoch(0)) text += ", epoch " + std::to_string(tenure.epoch.value);
  if (tenure.highest_epoch != tenure.epoch) {
    text += ", highest epoch " + std::to_string(tenure.highest_epoch.value);
  }
  return text;
}

}  // namespace fencepost
