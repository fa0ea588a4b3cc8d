// What this group owns, and the data that comes and goes with it.
#include <fmt/format.h>

#include <utility>
#include <variant>

#include "fencepost/base/error.h"
#include "fencepost/fence/logged_fence.h"
#include "sim/world/groups/group_state.h"

namespace fencepost::sim {
namespace {

// Erases the keys of `map` that lie in the range.
template <class Map>
void EraseIn(Map& map, const KeyRange& range) {
  if (!IsNonEmpty(range)) return;
  map.erase(map.lower_bound(range.start), range.end.has_value() ? map.lower_bound(*range.end) : map.end());
}

}  // namespace

absl::Status GroupState::ApplyOne(const OwnershipEntry& entry, const CacheVerdict&, Applied*) {
  if (std::holds_alternative<PrepareTransaction>(entry) ||
      std::holds_alternative<ResolveTransaction>(entry)) {
    return MakeError(Error::kInvalidOwnershipEntry,
                     FormatEntry(entry) + ": claims come with their transaction, and not without its locks");
  }
  const auto* release = std::get_if<ReleaseRange>(&entry);
  std::vector<RangeTenure> held_before;
  if (release != nullptr) held_before = ownership_.In(release->range);

  EntryOutcome outcome = ownership_.Apply(applied_, entry);
  digest_.Fold(static_cast<std::uint64_t>(outcome.effect));
  if (outcome.effect != EntryEffect::kTookEffect) return std::move(outcome.refusal);

  if (const auto* activate = std::get_if<ActivateRange>(&entry)) EraseIn(copied_for_, activate->range);
  for (const RangeTenure& piece : held_before) {
    if (piece.tenure.phase == OwnershipPhase::kFenced) EraseValues(piece.range);
  }
  return absl::OkStatus();
}

absl::Status GroupState::ApplyOne(const CopyEntry& entry, const CacheVerdict&, Applied*) {
  if (Logged() && !Has(Mistake::kLateChunk)) {
    absl::Status status = CheckCopy(ownership_, entry.range, entry.epoch);
    if (!status.ok()) return status;
  }
  EraseValues(entry.range);
  digest_.Fold(entry.values.size());
  for (const auto& [key, value] : entry.values) {
    StoredValue& copied = values_.insert_or_assign(key, value).first->second;
    copied.revision = Logged() ? kCopiedRevision : applied_;
    if (Logged()) copied_for_.insert_or_assign(key, entry.epoch);
    digest_.Fold(key);
    digest_.Fold(value.elements.size());
    digest_.Fold(value.written_at.value);
  }
  return absl::OkStatus();
}

absl::Status GroupState::ApplyOne(const DropEntry& entry, const CacheVerdict&, Applied*) {
  if (!IsNonEmpty(entry.range)) return absl::OkStatus();
  if (!Logged()) {
    EraseValues(entry.range);
    return absl::OkStatus();
  }
  for (const RangeTenure& piece : ownership_.In(entry.range)) {
    if (piece.tenure.phase == OwnershipPhase::kAbsent) continue;
    return MakeError(Error::kOwnershipEntryStale,
                     fmt::format("{}: {} is {} in group {}", DescribeEntry(entry), FormatRange(piece.range),
                                 FormatTenure(piece.tenure), group_.value));
  }
  const std::optional<std::string>& end = entry.range.end;
  for (auto copied = copied_for_.lower_bound(entry.range.start);
       copied != copied_for_.end() && (!end.has_value() || copied->first < *end);) {
    // A drop of an undone move that comes late finds the copy of a move after it.
    if (copied->second > entry.epoch) {
      ++copied;
      continue;
    }
    digest_.Fold(copied->first);
    values_.erase(copied->first);
    copied = copied_for_.erase(copied);
  }
  return absl::OkStatus();
}

void GroupState::EraseValues(const KeyRange& range) {
  digest_.Fold(values_.size());
  EraseIn(values_, range);
  EraseIn(copied_for_, range);
  digest_.Fold(values_.size());
}

}  // namespace fencepost::sim
