// One log entry after the other, and what can be read in between.
#include "sim/world/groups/group_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "fencepost/base/error.h"

namespace fencepost::sim {

GroupState::GroupState(GroupId group, FenceRules rules) : group_(group), rules_(rules) {}

Applied GroupState::Apply(const Entry& entry, const CacheVerdict& cache) {
  applied_ = LogIndex(applied_.value + 1);
  Applied done;
  done.status = std::visit([&](const auto& known) { return ApplyOne(known, cache, &done); }, entry);

  digest_.Fold(applied_.value);
  digest_.Fold(static_cast<std::uint64_t>(done.status.raw_code()));
  if (const std::optional<Error> error = ErrorOf(done.status)) digest_.Fold(ErrorName(*error));
  done.digest = digest_.value();
  return done;
}

absl::Status GroupState::ApplyOne(const NoOpEntry&, const CacheVerdict&, Applied*) {
  return absl::OkStatus();
}

absl::StatusOr<std::vector<KeyView>> GroupState::Read(std::span<const std::string> keys) const {
  std::vector<KeyView> views;
  views.reserve(keys.size());
  for (const std::string& key : keys) {
    KeyView& view = views.emplace_back();
    view.key = key;
    if (Logged()) {
      const Tenure tenure = ownership_.At(key);
      view.epoch = tenure.epoch;
      if (Has(Mistake::kReplicaKeepsServing)) {
        view.epoch = std::max(tenure.epoch, OwnershipEpoch(1));
      } else if (tenure.phase != OwnershipPhase::kActive) {
        return MakeError(Error::kOwnershipMoved,
                         fmt::format("the read of key {}: it is {} in group {}, by log index {}",
                                     QuoteKey(key), FormatTenure(tenure), group_.value, applied_.value));
      }
    }
    if (const auto value = values_.find(key); value != values_.end()) {
      view.version = value->second.revision.value;
      view.elements = value->second.elements;
    }
    if (const auto holder = locks_.InTheWayOfRead(key, TransactionId(0))) {
      view.write_locked_by = LockHolder{*holder, prepared_.at(*holder).home};
    }
  }
  return views;
}

StoredValues GroupState::ValuesIn(const KeyRange& range) const {
  if (!IsNonEmpty(range)) return {};
  const auto end = range.end.has_value() ? values_.lower_bound(*range.end) : values_.end();
  return StoredValues(values_.lower_bound(range.start), end);
}

std::optional<LockHolder> GroupState::PreparedHolder(TransactionId id) const {
  const auto found = prepared_.find(id);
  if (found == prepared_.end()) return std::nullopt;
  return LockHolder{id, found->second.home};
}

}  // namespace fencepost::sim
