// Questions that the story and the explanations ask about a run of this world: who was at which version when,
// who applied what, what concerns which keys.
//
// Thread-safe: pure functions.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/world/narration/world_timeline.h"

namespace fencepost::sim {

// The keys that the violation is about; empty if it is about none.
std::vector<std::string> KeysOfViolation(const Timeline& timeline);

// The version that the catalog was at; 0 before the first.
std::uint64_t CatalogVersionAt(const WorldTimeline& world, Moment time);

// The nodes that were behind the catalog at that time, e.g. "node-1 at version 3, node-2 at version 2"; may
// be empty.
std::string NodesBehind(const WorldTimeline& world, Moment time);

// The group that owns the key by that catalog; nothing if none does.
std::optional<GroupId> OwnerIn(const CatalogState& catalog, std::string_view key);

// What the entry writes: the part of a commit, of a prepare, and of a resolve that was sent one. May be
// empty.
const std::vector<KeyWrite>& WritesOf(const Entry& entry);

// Whether the entry itself reads, writes, moves, or gives away one of these keys.
bool Touches(const Entry& entry, const std::vector<std::string>& keys);

// What became of the entry at one position of a group's log.
struct EntryVerdicts {
  GroupId group;
  LogIndex index;
  Moment last{0};  // when the last replica got to it
  std::vector<std::string> applied_by;
  std::vector<std::string> refused_by;
  std::string reason;  // of the first that refused

  bool disagree() const { return !applied_by.empty() && !refused_by.empty(); }
  bool refused_by_all() const { return applied_by.empty() && !refused_by.empty(); }
};

// By first application. A replica that applies an entry again after a crash counts as it first did.
std::vector<EntryVerdicts> VerdictsOf(const WorldTimeline& world);

}  // namespace fencepost::sim
