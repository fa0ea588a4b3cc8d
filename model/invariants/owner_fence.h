// Invariant 6, owner fence: every write that took effect was let in by a group that owned the key then.
//
// Under the logged fence, ownership is what the groups' logs say. This oracle is told of every entry about
// ownership when it is agreed on, and of every write that took effect, with its place in the log, and works
// out by itself who owned what: for each group it keeps points of the key space, every boundary that was ever
// named among them, and for each point the list of its tenures. Between two points nothing changes, so a key
// is judged by the last point at or before it. It shares no code with the fence that it judges.
//
// Under the published fences there is no such log; a write is judged by the durable catalog
// (CheckPublishedOwner).
//
// Single-threaded.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fencepost/base/ids.h"
#include "fencepost/base/key_range.h"
#include "fencepost/base/route.h"
#include "fencepost/fence/claims.h"
#include "fencepost/fence/ownership_entry.h"
#include "model/invariants/violation.h"

namespace fencepost::model {

// An entry about ownership, in plain terms.
struct OwnershipChange {
  enum class Kind : std::uint8_t { kFence, kActivate, kRelease };
  Kind kind = Kind::kFence;
  KeyRange range;
  OwnershipEpoch epoch;
};

// A write that took effect, where the entry that made it do so stands.
struct FencedWrite {
  GroupId group;
  LogIndex index;
  std::string key;
  OwnershipEpoch epoch;  // as its transaction claimed
  TransactionId transaction;
  bool was_prepared = false;  // then it was let in where its prepare stands
};

class OwnerFenceInvariant {
 public:
  // `change` has been agreed on. Once per entry, ascending by index within a group. O(points in the range *
  // groups).
  Verdict OnAgreed(GroupId group, LogIndex index, const OwnershipChange& change);

  // The prepare of `transaction` at that index was answered with OK. May be told again, by each replica.
  void OnPrepared(GroupId group, LogIndex index, TransactionId transaction);

  // Likewise. All that was agreed on in `group` up to write.index must have been told. O(log points +
  // tenures).
  Verdict OnWrite(const FencedWrite& write) const;

 private:
  enum class Phase : std::uint8_t { kAbsent, kActive, kFenced };
  // From this index on, until the next.
  struct Standing {
    LogIndex since;
    Phase phase = Phase::kAbsent;
    OwnershipEpoch epoch;          // of the tenure, or of the last one
    OwnershipEpoch highest_named;  // by any entry
  };
  using Standings = std::vector<Standing>;  // ascending by index; never empty
  using Points = std::map<std::string, Standings, std::less<>>;
  Points& PointsOf(GroupId group);
  void AddPoint(const std::string& key);
  std::vector<std::pair<const std::string, Standings>*> PointsIn(GroupId group, const KeyRange& range);
  Verdict Activate(GroupId group, LogIndex index, const OwnershipChange& change);
  Verdict CheckSoleOwner(GroupId group, LogIndex index, const std::string& point,
                         const OwnershipChange& change) const;
  // How the group has stood to the key, and how it did for an entry at `index`.
  static const Standings& StandingsOf(const Points& points, std::string_view key);
  static Standing StandingAt(const Points& points, std::string_view key, LogIndex index);
  static std::string Describe(const Standing& standing);
  // What a write in a group that stands so to its key has done.
  static Trespass::How HowAgainst(const Standing& standing);

  std::map<GroupId, Points> groups_;                                   // all with the same points
  std::map<std::pair<GroupId, TransactionId>, LogIndex> prepared_at_;  // first
};

// A write that took effect under a published fence.
struct PublishedWrite {
  GroupId group;
  LogIndex index;
  std::string key;
  TransactionId transaction;
  std::optional<Version> pinned;
};

// Whether its group owned the key in the durable catalog at the version it was pinned to, and at the newest
// one when it took effect. The routes are those of either version; `at_pinned` is not looked at when nothing
// is pinned. O(routes).
Verdict CheckPublishedOwner(const PublishedWrite& write, std::span<const RouteDescriptor> at_pinned,
                            Version newest, std::span<const RouteDescriptor> at_newest);

}  // namespace fencepost::model
