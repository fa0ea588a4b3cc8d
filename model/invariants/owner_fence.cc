#include "model/invariants/owner_fence.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "model/invariants/invariants.h"

namespace fencepost::model {
namespace {

Violation FenceBroken(Trespass trespass, std::string sentence) {
  Violation violation{std::string(kOwnerFence), std::move(sentence), {trespass.key}};
  violation.detail = std::move(trespass);
  return violation;
}

// Of a write, judged by either kind of fence.
template <class Write>
Trespass TrespassOf(const Write& write, Trespass::How how) {
  return Trespass{how, write.key, write.group, write.index, write.transaction};
}

std::string NameWrite(TransactionId transaction, std::string_view key, GroupId group, LogIndex index) {
  return fmt::format("transaction {} wrote key {} in group {} at log index {}", transaction.value,
                     QuoteKey(key), group.value, index.value);
}

}  // namespace

OwnerFenceInvariant::Points& OwnerFenceInvariant::PointsOf(GroupId group) {
  const auto known = groups_.find(group);
  if (known != groups_.end()) return known->second;
  Points points = {{"", Standings{Standing{}}}};
  if (!groups_.empty()) {
    for (const auto& [point, standings] : groups_.begin()->second)
      points.emplace(point, Standings{Standing{}});
  }
  return groups_.emplace(group, std::move(points)).first->second;
}

void OwnerFenceInvariant::AddPoint(const std::string& key) {
  for (auto& [group, points] : groups_) {
    // Up to now it has been like everything between its neighbours.
    points.emplace(key, StandingsOf(points, key));
  }
}

std::vector<std::pair<const std::string, OwnerFenceInvariant::Standings>*> OwnerFenceInvariant::PointsIn(
    GroupId group, const KeyRange& range) {
  Points& points = PointsOf(group);
  AddPoint(range.start);
  if (range.end.has_value()) AddPoint(*range.end);
  std::vector<std::pair<const std::string, Standings>*> found;
  for (auto& point : points) {
    const bool before_end = !range.end.has_value() || point.first < *range.end;
    if (range.start <= point.first && before_end) found.push_back(&point);
  }
  return found;
}

Verdict OwnerFenceInvariant::OnAgreed(GroupId group, LogIndex index, const OwnershipChange& change) {
  if (change.epoch == OwnershipEpoch(0)) return std::nullopt;
  if (change.kind == OwnershipChange::Kind::kActivate) return Activate(group, index, change);

  const auto points = PointsIn(group, change.range);
  const bool fences = change.kind == OwnershipChange::Kind::kFence;
  for (const auto* point : points) {
    const Standing& now = point->second.back();
    const bool stale = fences ? now.highest_named >= change.epoch
                              : now.highest_named != change.epoch || now.phase == Phase::kActive;
    if (stale) return std::nullopt;  // no part of it takes effect, or it did before
  }
  for (auto* point : points) {
    Standing next = point->second.back();
    next.since = index;
    next.highest_named = change.epoch;
    // A release that finds something prepared is refused when it is applied. That changes nothing here:
    // neither what is fenced nor what is absent lets a write in.
    if (!fences) next.phase = Phase::kAbsent;
    if (fences && next.phase == Phase::kActive) next.phase = Phase::kFenced;
    point->second.push_back(next);
  }
  return std::nullopt;
}

Verdict OwnerFenceInvariant::Activate(GroupId group, LogIndex index, const OwnershipChange& change) {
  const auto points = PointsIn(group, change.range);
  for (const auto* point : points) {
    if (point->second.back().highest_named >= change.epoch) return std::nullopt;
  }
  for (auto* point : points) {
    if (Verdict verdict = CheckSoleOwner(group, index, point->first, change)) return verdict;
    point->second.push_back(Standing{index, Phase::kActive, change.epoch, change.epoch});
  }
  return std::nullopt;
}

Verdict OwnerFenceInvariant::CheckSoleOwner(GroupId group, LogIndex index, const std::string& point,
                                            const OwnershipChange& change) const {
  const std::string activation =
      fmt::format("group {} activated {} under epoch {} at log index {}", group.value,
                  FormatRange(change.range), change.epoch.value, index.value);
  for (const auto& [other, points] : groups_) {
    if (other == group) continue;
    const Standings& standings = StandingsOf(points, point);
    if (standings.back().phase == Phase::kActive) {
      return FenceBroken(Trespass{Trespass::How::kTwoOwners, point, group, index, std::nullopt},
                         fmt::format("two groups own key {}: {}, and in group {} it is {}", QuoteKey(point),
                                     activation, other.value, Describe(standings.back())));
    }
    for (const Standing& before : standings) {
      if (before.phase != Phase::kActive || before.epoch != change.epoch) continue;
      return FenceBroken(
          Trespass{Trespass::How::kSecondTenure, point, group, index, std::nullopt},
          fmt::format("epoch {} began a second tenure of key {}: {}, and in group {} it was {}",
                      change.epoch.value, QuoteKey(point), activation, other.value, Describe(before)));
    }
  }
  return std::nullopt;
}

void OwnerFenceInvariant::OnPrepared(GroupId group, LogIndex index, TransactionId transaction) {
  prepared_at_.emplace(std::pair(group, transaction), index);
}

Verdict OwnerFenceInvariant::OnWrite(const FencedWrite& write) const {
  LogIndex let_in_at = write.index;
  if (write.was_prepared) {
    const auto prepared = prepared_at_.find({write.group, write.transaction});
    if (prepared == prepared_at_.end() || prepared->second >= write.index) {
      return FenceBroken(TrespassOf(write, Trespass::How::kNeverPrepared),
                         fmt::format("{}, and was never prepared there",
                                     NameWrite(write.transaction, write.key, write.group, write.index)));
    }
    let_in_at = prepared->second;
  }
  const auto group = groups_.find(write.group);
  const Standing standing =
      group == groups_.end() ? Standing{} : StandingAt(group->second, write.key, let_in_at);
  if (standing.phase == Phase::kActive && standing.epoch == write.epoch) return std::nullopt;
  const std::string prepared =
      write.was_prepared ? fmt::format(", prepared at log index {}", let_in_at.value) : std::string();
  return FenceBroken(TrespassOf(write, HowAgainst(standing)),
                     fmt::format("{} under epoch {}{}, where the key is {} in that group",
                                 NameWrite(write.transaction, write.key, write.group, write.index),
                                 write.epoch.value, prepared, Describe(standing)));
}

const OwnerFenceInvariant::Standings& OwnerFenceInvariant::StandingsOf(const Points& points,
                                                                       std::string_view key) {
  return std::prev(points.upper_bound(key))->second;  // the first point is the empty key
}

OwnerFenceInvariant::Standing OwnerFenceInvariant::StandingAt(const Points& points, std::string_view key,
                                                              LogIndex index) {
  const Standings& standings = StandingsOf(points, key);
  return *std::find_if(standings.rbegin(), standings.rend(),
                       [index](const Standing& standing) { return standing.since < index; });
}

Trespass::How OwnerFenceInvariant::HowAgainst(const Standing& standing) {
  switch (standing.phase) {
    case Phase::kAbsent:
      break;
    case Phase::kActive:
      return Trespass::How::kOtherEpoch;
    case Phase::kFenced:
      return Trespass::How::kFenced;
  }
  return Trespass::How::kNotOwned;
}

std::string OwnerFenceInvariant::Describe(const Standing& standing) {
  const std::string since =
      fmt::format("epoch {} since log index {}", standing.epoch.value, standing.since.value);
  switch (standing.phase) {
    case Phase::kAbsent:
      return standing.since == LogIndex(0) ? std::string("not owned, and never was")
                                           : fmt::format("not owned: named by epoch {} at log index {}",
                                                         standing.highest_named.value, standing.since.value);
    case Phase::kActive:
      return "owned under " + since;
    case Phase::kFenced:
      return fmt::format("fenced by epoch {} at log index {}, the end of epoch {}",
                         standing.highest_named.value, standing.since.value, standing.epoch.value);
  }
  return {};
}

Verdict CheckPublishedOwner(const PublishedWrite& write, std::span<const RouteDescriptor> at_pinned,
                            Version newest, std::span<const RouteDescriptor> at_newest) {
  const auto check = [&write](std::span<const RouteDescriptor> routes, Version version,
                              std::string_view which) -> Verdict {
    GroupId owner;
    for (const RouteDescriptor& route : routes) {
      if (route.start <= write.key && (!route.end.has_value() || write.key < *route.end))
        owner = route.group_id;
    }
    if (owner == write.group) return std::nullopt;
    return FenceBroken(
        TrespassOf(write, Trespass::How::kCatalogsOwner),
        fmt::format("{}, but at durable version {}, {}, {}",
                    NameWrite(write.transaction, write.key, write.group, write.index), version.value, which,
                    owner == GroupId(0) ? std::string("nobody owns the key")
                                        : fmt::format("group {} owns the key", owner.value)));
  };
  if (write.pinned.has_value()) {
    if (Verdict verdict = check(at_pinned, *write.pinned, "which it is pinned to")) return verdict;
  }
  return check(at_newest, newest, "the newest one when it took effect");
}

}  // namespace fencepost::model
