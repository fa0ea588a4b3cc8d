#include "fuzz/refused_line.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string>
#include <system_error>

#include "fuzz/finding.h"

namespace fencepost::fuzz {

void RequireLineNamed(const absl::Status& refusal, std::string_view file, std::string_view text) {
  const std::string message(refusal.message());
  std::size_t line = 0;
  std::string_view rest = message;
  bool is_named = rest.starts_with(file);
  if (is_named) rest.remove_prefix(file.size());
  is_named = is_named && rest.starts_with(':');
  if (is_named) rest.remove_prefix(1);
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), line);
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  if (!is_named || error != std::errc() || !rest.starts_with(": ") || rest.size() < 3) {
    ReportFinding("an error is not of the form FILE:LINE: reason: " + message);
  }
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  if (line == 0 || line > lines + 1) ReportFinding("an error on a line that does not exist: " + message);
}

}  // namespace fencepost::fuzz
