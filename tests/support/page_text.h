// Looking into the text of a page.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace fencepost::sim {

// The JSON that stands in a page, or "" when the page has no such place.
inline std::string DataOfPage(const std::string& page) {
  constexpr std::string_view kBegin = "<script type=\"application/json\" id=\"data\">";
  const std::size_t begin = page.find(kBegin);
  const std::size_t end = page.find("</script>", begin == std::string::npos ? page.size() : begin);
  if (end == std::string::npos) return "";
  return page.substr(begin + kBegin.size(), end - begin - kBegin.size());
}

// How often `what`, in lower case, is there in any case.
inline std::size_t CountIn(std::string text, std::string_view what) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

}  // namespace fencepost::sim
