// How a job speaks to GitHub Actions: annotations, one command per line on standard output, and the step
// summary, a Markdown file. Whatever a text holds, it neither becomes a command nor Markdown.
//
// Thread-safe: pure functions. O(length).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fencepost::sim {

enum class AnnotationLevel : std::uint8_t { kNotice, kWarning, kError };

struct Annotation {
  AnnotationLevel level = AnnotationLevel::kError;
  std::string title;
  std::string message;  // may have several lines
  std::string file;     // relative to the checkout; empty: of no file
};

// The workflow command, on one line, ended.
std::string FormatAnnotation(const Annotation& annotation);

// As text in Markdown, on one line, also in a cell of a table.
std::string MarkdownText(std::string_view text);

// The same, as code.
std::string MarkdownCode(std::string_view text);

}  // namespace fencepost::sim
