#include "sim/core/report/markup_text.h"

#include "sim/core/report/utf8.h"

namespace fencepost::sim {
namespace {

// Where a text is to stand.
enum class MarkupPlace { kText, kAttribute };

// What XML 1.0 can hold, of the character or of what stands for it.
char32_t HoldableInXml(char32_t character) {
  constexpr char32_t kControlPictures = 0x2400;
  if (character == '\t' || character == '\n' || character == '\r') return character;
  if (character < 0x20) return kControlPictures + character;
  if (character == 0xFFFE || character == 0xFFFF) return kReplacementCharacter;
  return character;
}

std::string MarkupEscaped(std::string_view text, MarkupPlace place) {
  std::string escaped;
  escaped.reserve(text.size());
  while (!text.empty()) {
    const char32_t character = HoldableInXml(TakeCharacter(&text));
    if (character == '&') {
      escaped += "&amp;";
    } else if (character == '<') {
      escaped += "&lt;";
    } else if (character == '>') {
      escaped += "&gt;";  // also for "]]>", which may not stand in text
    } else if (character == '"') {
      escaped += "&quot;";
    } else if (character == '\r') {
      escaped += "&#13;";
    } else if (place == MarkupPlace::kAttribute && character == '\n') {
      escaped += "&#10;";
    } else if (place == MarkupPlace::kAttribute && character == '\t') {
      escaped += "&#9;";
    } else {
      AppendUtf8(character, &escaped);
    }
  }
  return escaped;
}

}  // namespace

std::string MarkupText(std::string_view text) { return MarkupEscaped(text, MarkupPlace::kText); }

std::string MarkupAttribute(std::string_view text) { return MarkupEscaped(text, MarkupPlace::kAttribute); }

std::string VisibleText(std::string_view text) {
  std::string visible;
  visible.reserve(text.size());
  while (!text.empty()) AppendUtf8(HoldableInXml(TakeCharacter(&text)), &visible);
  return visible;
}

}  // namespace fencepost::sim
