#include "tests/unit/lint/source_text.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace fencepost {
namespace {

namespace fs = std::filesystem;

bool IsWordCharacter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Blanks [begin, end) but for line breaks.
void Blank(std::string& text, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < std::min(end, text.size()); ++i) {
    if (text[i] != '\n') text[i] = ' ';
  }
}

std::size_t EndOfLine(std::string_view text, std::size_t from) {
  return std::min(text.find('\n', from), text.size());
}

// Past the quote that ends the literal which `quote` at `open` begins.
std::size_t EndOfLiteral(std::string_view text, std::size_t open, char quote) {
  std::size_t i = open + 1;
  while (i < text.size() && text[i] != quote && text[i] != '\n') i += text[i] == '\\' ? 2 : 1;
  return std::min(i + 1, text.size());
}

// Past the end of the raw string whose quote is at `open`.
std::size_t EndOfRawString(std::string_view text, std::size_t open) {
  const std::size_t bracket = text.find('(', open);
  if (bracket == std::string_view::npos) return text.size();
  const std::string end = ")" + std::string(text.substr(open + 1, bracket - open - 1)) + "\"";
  const std::size_t found = text.find(end, bracket);
  return found == std::string_view::npos ? text.size() : found + end.size();
}

// Past the end of a directive, with its continued lines.
std::size_t EndOfDirective(std::string_view text, std::size_t from) {
  std::size_t end = EndOfLine(text, from);
  while (end < text.size() && text[end - 1] == '\\') end = EndOfLine(text, end + 1);
  return end;
}

bool IsFirstOnItsLine(std::string_view text, std::size_t position) {
  while (position > 0 && text[position - 1] == ' ') --position;
  return position == 0 || text[position - 1] == '\n';
}

// What at `i` is no code, up to where; `i` itself when it is code.
std::size_t EndOfNonCode(std::string_view text, std::size_t i) {
  const char c = text[i];
  const std::string_view rest = text.substr(i);
  if (rest.starts_with("//")) return EndOfLine(text, i);
  if (rest.starts_with("/*")) {
    const std::size_t end = text.find("*/", i + 2);
    return end == std::string_view::npos ? text.size() : end + 2;
  }
  if (c == '#' && IsFirstOnItsLine(text, i)) return EndOfDirective(text, i);
  if (c == '"') return i > 0 && text[i - 1] == 'R' ? EndOfRawString(text, i) : EndOfLiteral(text, i, '"');
  const bool is_digit_separator = i > 0 && IsWordCharacter(text[i - 1]);
  if (c == '\'' && !is_digit_separator) return EndOfLiteral(text, i, '\'');
  return i;
}

}  // namespace

std::vector<SourceFile> ReadSources(const std::vector<std::string>& folders) {
  const fs::path root = FENCEPOST_SOURCE_DIR;
  std::vector<SourceFile> sources;
  for (const std::string& folder : folders) {
    if (!fs::is_directory(root / folder)) continue;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / folder)) {
      const std::string extension = entry.path().extension().string();
      if (!entry.is_regular_file() || (extension != ".cc" && extension != ".h")) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      std::ostringstream text;
      text << file.rdbuf();
      sources.push_back(SourceFile{fs::relative(entry.path(), root).generic_string(), text.str()});
    }
  }
  std::ranges::sort(sources, {}, &SourceFile::path);
  return sources;
}

std::string BlankOutNonCode(std::string_view text) {
  std::string code(text);
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t end = EndOfNonCode(text, i);
    const char c = text[i];
    // The quotes stay, so that an argument which is a literal remains one.
    const bool is_quoted = c == '"' || c == '\'';
    if (end > i) Blank(code, i + (is_quoted ? 1 : 0), end - (is_quoted ? 1 : 0));
    i = std::max(end, i + 1);
  }
  return code;
}

std::size_t LineOf(std::string_view text, std::size_t position) {
  const std::string_view before = text.substr(0, position);
  return 1 + static_cast<std::size_t>(std::ranges::count(before, '\n'));
}

std::string_view LineAt(std::string_view text, std::size_t position) {
  const std::size_t before = position == 0 ? std::string_view::npos : text.rfind('\n', position - 1);
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  return text.substr(begin, EndOfLine(text, position) - begin);
}

bool IsWordAt(std::string_view text, std::size_t position, std::string_view word) {
  if (text.substr(position, word.size()) != word) return false;
  if (position > 0 && IsWordCharacter(text[position - 1])) return false;
  const std::size_t end = position + word.size();
  return end >= text.size() || !IsWordCharacter(text[end]);
}

std::size_t ClosingBracket(std::string_view text, std::size_t open) {
  const char opening = text[open];
  const char closing = opening == '(' ? ')' : opening == '{' ? '}' : ']';
  int depth = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    if (text[i] == opening) ++depth;
    if (text[i] == closing && --depth == 0) return i;
  }
  return text.size();
}

std::string Finding(std::string_view path, std::string_view text, std::size_t position,
                    std::string_view message) {
  std::ostringstream out;
  out << path << ':' << LineOf(text, position) << ": " << message << "\n    " << LineAt(text, position);
  return out.str();
}

}  // namespace fencepost
