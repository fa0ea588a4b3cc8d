// The sources of this repository as text, for tests that check a rule no compiler knows.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace fencepost {

struct SourceFile {
  std::string path;  // from the repository's root, e.g. "sim/core/runtime/trace.cc"
  std::string text;
};

// The C++ files below the given top folders, by path. Folders that do not exist are left out.
std::vector<SourceFile> ReadSources(const std::vector<std::string>& folders);

// The same text, of the same length and with the same line breaks, with blanks in place of comments,
// preprocessor directives and what stands between quotes: what is left is code.
std::string BlankOutNonCode(std::string_view text);

// Counted from 1.
std::size_t LineOf(std::string_view text, std::size_t position);

// The line that `position` lies on, without its line break.
std::string_view LineAt(std::string_view text, std::size_t position);

// Whether `word` stands at `position` with no letter, digit or underscore on either side.
bool IsWordAt(std::string_view text, std::size_t position, std::string_view word);

// Where the bracket that opens at `open` closes, or text.size(). Counts brackets of the same kind alone.
std::size_t ClosingBracket(std::string_view text, std::size_t open);

// One violation of a rule, e.g. "sim/a.cc:12: two draws in one expression. Draw into named locals."
std::string Finding(std::string_view path, std::string_view text, std::size_t position,
                    std::string_view message);

}  // namespace fencepost
