// Which of some valid names was probably meant.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace fencepost::sim {

// `names` with the smallest edit distance to `name` (the first of several), or "" when there are none.
// O(names * length^2).
std::string_view NearestName(std::string_view name, std::span<const std::string_view> names);

}  // namespace fencepost::sim
