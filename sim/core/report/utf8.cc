#include "sim/core/report/utf8.h"

#include <cassert>
#include <cstddef>

namespace fencepost::sim {
namespace {

constexpr char32_t kLargestCharacter = 0x10FFFF;

bool IsSurrogateCode(char32_t character) { return character >= 0xD800 && character <= 0xDFFF; }

// How long a sequence is by its first byte; 0 when none begins so.
std::size_t SequenceLength(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xC2) return 0;  // a continuation, or overlong
  if (first < 0xE0) return 2;
  if (first < 0xF0) return 3;
  return first < 0xF5 ? 4 : 0;
}

// The smallest character that needs so many bytes: anything smaller is overlong.
constexpr char32_t kSmallestOfLength[] = {0, 0, 0x80, 0x800, 0x10000};

}  // namespace

char32_t TakeCharacter(std::string_view* text) {
  assert(!text->empty());
  const std::string_view all = *text;
  const auto byte = [all](std::size_t i) { return static_cast<unsigned char>(all[i]); };
  const std::size_t length = SequenceLength(byte(0));
  text->remove_prefix(1);
  if (length == 1) return byte(0);
  if (length == 0 || all.size() < length) return kReplacementCharacter;
  char32_t character = byte(0) & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0u) != 0x80) return kReplacementCharacter;
    character = (character << 6) | (byte(i) & 0x3Fu);
  }
  if (character < kSmallestOfLength[length] || character > kLargestCharacter || IsSurrogateCode(character)) {
    return kReplacementCharacter;
  }
  text->remove_prefix(length - 1);
  return character;
}

void AppendUtf8(char32_t character, std::string* text) {
  assert(character <= kLargestCharacter && !IsSurrogateCode(character));
  const auto add = [text](char32_t byte) { text->push_back(static_cast<char>(byte)); };
  if (character < 0x80) {
    add(character);
  } else if (character < 0x800) {
    add(0xC0 | (character >> 6));
    add(0x80 | (character & 0x3F));
  } else if (character < 0x10000) {
    add(0xE0 | (character >> 12));
    add(0x80 | ((character >> 6) & 0x3F));
    add(0x80 | (character & 0x3F));
  } else {
    add(0xF0 | (character >> 18));
    add(0x80 | ((character >> 12) & 0x3F));
    add(0x80 | ((character >> 6) & 0x3F));
    add(0x80 | (character & 0x3F));
  }
}

}  // namespace fencepost::sim
