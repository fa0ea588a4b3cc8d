// Questions that reports ask about a timeline: who was at which version when, who applied what, whom a text
// concerns.
//
// Thread-safe: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/report/timeline.h"

namespace fencepost::sim {

// The catalog's lane is always the first.
inline constexpr std::size_t kCatalogLane = 0;

// Whether the text names that key, quoted or not, or a range that contains it.
bool Concerns(std::string_view text, std::string_view key);

// Whether the text begins with a range, as ["a", "b") or ["a", +inf), that contains the key.
bool BeginsWithRangeOf(std::string_view text, std::string_view key);

// The version that the node of that lane, or the catalog, was at; nothing if it was at none. O(log n).
std::optional<std::uint64_t> VersionAt(const Timeline& timeline, std::size_t lane, Moment time);

// The nodes that were behind the catalog then, e.g. "node-1 at version 3, node-2 at version 2"; may be empty.
std::string NodesBehind(const Timeline& timeline, Moment time);

// The group that owns the key in that version; nothing if none does.
std::optional<std::uint64_t> OwnerIn(const CatalogVersionNote& version, std::string_view key);

// What became of the entry at one position of a group's log.
struct EntryVerdicts {
  LogPosition position;
  Moment last{0};  // when the last replica got to it
  std::vector<std::string> applied_by;
  std::vector<std::string> refused_by;
  std::string reason;  // of the first that refused

  bool disagree() const { return !applied_by.empty() && !refused_by.empty(); }
  bool refused_by_all() const { return applied_by.empty() && !refused_by.empty(); }
};

// By first application. A replica that applies an entry again after a crash counts as it first did.
std::vector<EntryVerdicts> VerdictsOf(const Timeline& timeline);

}  // namespace fencepost::sim
