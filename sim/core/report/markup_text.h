// Text on its way into XML or HTML: whatever it holds, it stays text.
//
// The result is well-formed in both. Characters that XML cannot hold at all are made visible instead of being
// lost: a control character becomes its picture (U+241B for ESC), bytes that are no UTF-8 become U+FFFD.
//
// Thread-safe: pure functions. O(length).
#pragma once

#include <string>
#include <string_view>

namespace fencepost::sim {

// For the content of an element. Line ends and tabs are kept.
std::string MarkupText(std::string_view text);

// For a value between double quotes. Line ends and tabs survive the parser, which would make spaces of them.
std::string MarkupAttribute(std::string_view text);

// `text` with control characters other than tabs and line ends, and bytes that are no UTF-8, replaced as
// above; nothing escaped.
std::string VisibleText(std::string_view text);

}  // namespace fencepost::sim
