// The numbers of the catalog, each with a type of its own so that a version cannot be passed for a timestamp.
//
// All are unsigned 64-bit, compare as numbers, and print through `.value`. None does arithmetic by itself:
// where a next value is needed, the code that needs it checks for the wrap and says so.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace fencepost {

template <class Tag>
class NamedNumber {
 public:
  constexpr NamedNumber() = default;
  constexpr explicit NamedNumber(std::uint64_t number) : value(number) {}

  static constexpr NamedNumber Max() { return NamedNumber(std::numeric_limits<std::uint64_t>::max()); }

  friend constexpr auto operator<=>(const NamedNumber&, const NamedNumber&) = default;

  std::uint64_t value = 0;
};

// The version of a catalog: 0 before the first save, then one more with each save.
using Version = NamedNumber<struct VersionTag>;
// The durable identity of a route; 0 means "not durable" (an ephemeral route of one engine).
using RouteId = NamedNumber<struct RouteIdTag>;
// A Raft group; 0 is no group.
using GroupId = NamedNumber<struct GroupIdTag>;
// A commit timestamp of an MVCC store; 0 is before everything.
using Timestamp = NamedNumber<struct TimestampTag>;

}  // namespace fencepost
