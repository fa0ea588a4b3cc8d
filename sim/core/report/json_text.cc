#include "sim/core/report/json_text.h"

#include <nlohmann/json.hpp>
#include <string_view>

namespace fencepost::sim {
namespace {

constexpr std::string_view kLineSeparator = "\xe2\x80\xa8";
constexpr std::string_view kParagraphSeparator = "\xe2\x80\xa9";

}  // namespace

std::string JsonText(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

// Outside of strings JSON has none of these characters, and inside an escape means the same.
std::string JsonForScript(const nlohmann::ordered_json& json) {
  const std::string text = JsonText(json);
  std::string escaped;
  escaped.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view rest = std::string_view(text).substr(i);
    if (text[i] == '<') {
      escaped += "\\u003c";
    } else if (text[i] == '>') {
      escaped += "\\u003e";
    } else if (text[i] == '&') {
      escaped += "\\u0026";
    } else if (rest.starts_with(kLineSeparator) || rest.starts_with(kParagraphSeparator)) {
      escaped += rest.starts_with(kLineSeparator) ? "\\u2028" : "\\u2029";
      i += kLineSeparator.size() - 1;
    } else {
      escaped += text[i];
    }
  }
  return escaped;
}

}  // namespace fencepost::sim
