#include "sim/core/report/github.h"

#include <fmt/format.h>

#include "sim/core/report/markup_text.h"
#include "sim/core/report/utf8.h"

namespace fencepost::sim {
namespace {

std::string_view AnnotationLevelName(AnnotationLevel level) {
  switch (level) {
    case AnnotationLevel::kNotice:
      return "notice";
    case AnnotationLevel::kWarning:
      return "warning";
    case AnnotationLevel::kError:
      return "error";
  }
  return "error";
}

// `also` are characters that end a property.
std::string CommandEscaped(std::string_view text, std::string_view also) {
  constexpr std::string_view kAlways = "%\r\n";
  std::string escaped;
  for (const char c : VisibleText(text)) {
    if (kAlways.find(c) == std::string_view::npos && also.find(c) == std::string_view::npos) {
      escaped += c;
    } else {
      escaped += fmt::format("%{:02X}", static_cast<unsigned>(c));
    }
  }
  return escaped;
}

std::string CommandProperty(std::string_view value) { return CommandEscaped(value, ":,"); }

}  // namespace

std::string FormatAnnotation(const Annotation& annotation) {
  std::string properties;
  if (!annotation.file.empty()) properties += "file=" + CommandProperty(annotation.file) + ",";
  properties += "title=" + CommandProperty(annotation.title);
  return fmt::format("::{} {}::{}\n", AnnotationLevelName(annotation.level), properties,
                     CommandEscaped(annotation.message, ""));
}

std::string MarkdownText(std::string_view text) {
  // Everything that Markdown, or the HTML in it, could take for its own.
  constexpr std::string_view kSpecial = "\\`*_[]<>#|&~$@:";
  std::string escaped;
  const std::string visible = VisibleText(text);
  for (const char c : visible) {
    if (c == '\n') {
      escaped += "<br>";
    } else if (c == '\r' || c == '\t') {
      escaped += ' ';
    } else if (kSpecial.find(c) != std::string_view::npos) {
      escaped += fmt::format("&#{};", static_cast<unsigned>(c));
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string MarkdownCode(std::string_view text) { return "<code>" + MarkdownText(text) + "</code>"; }

}  // namespace fencepost::sim
