// What a violation means, in the words of somebody who knows databases but not this simulator; with the steps
// of the run that led to it, as far as they can be told from the timeline.
//
// Thread-safe: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/report/timeline.h"

namespace fencepost::sim {

// Empty if there is no violation.
std::string ExplainViolation(const Timeline& timeline);

// What an anomaly of a history is, e.g. of "G-single-realtime"; empty if the name is unknown.
std::string ExplainAnomaly(std::string_view name);

// The keys that the violation is about; empty if it is about none.
std::vector<std::string> KeysOfViolation(const Timeline& timeline);

// Whether the text names that key, quoted or not, or a range that contains it.
bool Concerns(std::string_view text, std::string_view key);

// The version that the node of that lane, or the catalog, was at; nothing if it was at none.
std::optional<std::uint64_t> VersionAt(const Timeline& timeline, std::size_t lane, Moment time);

// The nodes that were behind the catalog then, e.g. "node-1 at version 3, node-2 at version 2"; may be empty.
std::string NodesBehind(const Timeline& timeline, Moment time);

// What became of the entry at one position of a group's log.
struct EntryVerdicts {
  LogPosition position;
  Moment last{0};  // when the last replica got to it
  std::vector<std::string> applied_by;
  std::vector<std::string> refused_by;
  std::string reason;  // of the first that refused

  bool disagree() const { return !applied_by.empty() && !refused_by.empty(); }
};

// By first application. A replica that applies an entry again after a crash counts as it first did.
std::vector<EntryVerdicts> VerdictsOf(const Timeline& timeline);

}  // namespace fencepost::sim
