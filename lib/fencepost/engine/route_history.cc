#include "fencepost/engine/route_history.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace fencepost {

RouteHistorySnapshot::RouteHistorySnapshot(Version version, RouteTable table)
    : version_(version), table_(std::move(table)) {}

Version RouteHistorySnapshot::version() const { return version_; }

std::optional<GroupId> RouteHistorySnapshot::OwnerOf(std::string_view key) const {
  return table_.OwnerOf(key);
}

const RouteTable& RouteHistorySnapshot::table() const { return table_; }

struct RouteHistory::Rep {
  Version current_version;
  std::size_t depth = 0;
  std::vector<RouteHistorySnapshot> ring;  // ascending by version, at most `depth`

  // The first snapshot at or above `version`.
  std::vector<RouteHistorySnapshot>::const_iterator AtOrAbove(Version version) const {
    return std::lower_bound(
        ring.begin(), ring.end(), version,
        [](const RouteHistorySnapshot& snapshot, Version v) { return snapshot.version() < v; });
  }

  void EvictSurplus() {
    if (ring.size() <= depth) return;
    ring.erase(ring.begin(), ring.end() - static_cast<std::ptrdiff_t>(depth));
  }
};

RouteHistory::RouteHistory(std::size_t depth) {
  assert(depth > 0);
  auto rep = std::make_shared<Rep>();
  rep->depth = depth;
  rep_ = std::move(rep);
}

RouteHistory::RouteHistory(const RouteHistory& history, std::shared_ptr<const void> owner)
    : rep_(std::move(owner), history.rep_.get()) {}

RouteHistory::RouteHistory(std::shared_ptr<const Rep> rep) : rep_(std::move(rep)) {}

RouteHistory RouteHistory::Recorded(RouteHistorySnapshot snapshot) const {
  const bool is_newest = rep_->ring.empty() || rep_->ring.back().version() < snapshot.version();
  if (!is_newest || snapshot.version() < rep_->current_version) return *this;
  auto next = std::make_shared<Rep>(*rep_);
  next->current_version = snapshot.version();
  next->ring.push_back(std::move(snapshot));
  next->EvictSurplus();
  return RouteHistory(std::move(next));
}

RouteHistory RouteHistory::WithDepth(std::size_t depth) const {
  assert(depth > 0);
  auto next = std::make_shared<Rep>(*rep_);
  next->depth = depth;
  next->EvictSurplus();
  return RouteHistory(std::move(next));
}

Version RouteHistory::current_version() const { return rep_->current_version; }

std::optional<RouteHistorySnapshot> RouteHistory::Current() const { return At(current_version()); }

std::optional<RouteHistorySnapshot> RouteHistory::At(Version version) const {
  const RouteHistorySnapshot* snapshot = Find(version);
  if (snapshot == nullptr) return std::nullopt;
  return *snapshot;
}

const RouteHistorySnapshot* RouteHistory::Find(Version version) const {
  const auto found = rep_->AtOrAbove(version);
  if (found == rep_->ring.end() || found->version() != version) return nullptr;
  return &*found;
}

std::optional<RouteHistory::Gap> RouteHistory::GapAround(Version version) const {
  const auto after = rep_->AtOrAbove(version);
  if (after == rep_->ring.begin() || after == rep_->ring.end() || after->version() == version) {
    return std::nullopt;
  }
  return Gap{*std::prev(after), *after};
}

std::vector<Version> RouteHistory::RecordedVersions() const {
  std::vector<Version> versions;
  versions.reserve(rep_->ring.size());
  for (const RouteHistorySnapshot& snapshot : rep_->ring) versions.push_back(snapshot.version());
  return versions;
}

std::size_t RouteHistory::depth() const { return rep_->depth; }

}  // namespace fencepost
