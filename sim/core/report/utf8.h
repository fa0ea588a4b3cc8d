// UTF-8 as it comes: text of unknown origin taken apart into characters, without trust in it.
//
// Thread-safe: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace fencepost::sim {

// What stands for bytes that are no UTF-8.
inline constexpr char32_t kReplacementCharacter = 0xFFFD;

// Takes one character off the front of `text`. A byte that begins no valid sequence (cut short, overlong, a
// surrogate, beyond U+10FFFF) is taken alone and answered as U+FFFD. REQUIRES: `text` is not empty. O(1).
char32_t TakeCharacter(std::string_view* text);

// REQUIRES: `character` is a Unicode scalar value.
void AppendUtf8(char32_t character, std::string* text);

}  // namespace fencepost::sim
