// Keys and right half-open key ranges [start, end).
//
// A key is any byte string, ordered bytewise (unsigned; a proper prefix comes first). An empty start is minus
// infinity. An absent end is plus infinity, which is not the same as an empty end: [x, "") contains nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fencepost {

struct KeyRange {
  std::string start;
  std::optional<std::string> end;  // absent: unbounded

  friend bool operator==(const KeyRange&, const KeyRange&) = default;
};

// Whether the range contains at least one key: no end, or start < end.
bool IsNonEmpty(std::string_view start, std::optional<std::string_view> end);
bool IsNonEmpty(const KeyRange& range);

// Whether `key` lies in [start, end).
bool Contains(const KeyRange& range, std::string_view key);

// Whether some key lies in both. Empty and inverted ranges intersect nothing.
bool Intersects(const KeyRange& a, const KeyRange& b);

// Whether an absent-as-infinity end `a` lies before `b`.
bool EndsBefore(const std::optional<std::string>& a, const std::optional<std::string>& b);

// `key` for people: printable ASCII as it is, everything else, the quote and the backslash as \xNN, in
// quotes.
std::string QuoteKey(std::string_view key);

// The range for people: ["a", "m") or ["m", +inf).
std::string FormatRange(const KeyRange& range);

}  // namespace fencepost
