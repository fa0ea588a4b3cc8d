#include "fencepost/base/key_range.h"

namespace fencepost {

bool IsNonEmpty(std::string_view start, std::optional<std::string_view> end) {
  return !end.has_value() || start < *end;
}

bool IsNonEmpty(const KeyRange& range) { return !range.end.has_value() || range.start < *range.end; }

bool Contains(const KeyRange& range, std::string_view key) {
  return range.start <= key && (!range.end.has_value() || key < *range.end);
}

bool Intersects(const KeyRange& a, const KeyRange& b) {
  if (!IsNonEmpty(a) || !IsNonEmpty(b)) return false;
  const bool a_starts_inside = !b.end.has_value() || a.start < *b.end;
  const bool b_starts_inside = !a.end.has_value() || b.start < *a.end;
  return a_starts_inside && b_starts_inside;
}

bool EndsBefore(const std::optional<std::string>& a, const std::optional<std::string>& b) {
  if (!a.has_value()) return false;
  return !b.has_value() || *a < *b;
}

std::string QuoteKey(std::string_view key) {
  constexpr char kHexDigits[] = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char c : key) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\') {
      quoted.push_back(c);
    } else {
      quoted.append("\\x");
      quoted.push_back(kHexDigits[byte >> 4]);
      quoted.push_back(kHexDigits[byte & 0xf]);
    }
  }
  quoted.push_back('"');
  return quoted;
}

std::string FormatRange(const KeyRange& range) {
  return "[" + QuoteKey(range.start) + ", " + (range.end.has_value() ? QuoteKey(*range.end) : "+inf") + ")";
}

}  // namespace fencepost
