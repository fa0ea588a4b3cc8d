// A shared library of a user's, which keeps Fencepost to itself.
#pragma once

#include <cstdint>
#include <string>

namespace consumer {

// The group that owns `key` in a catalog of two groups that meet at "m"; 0 when something went wrong.
std::uint64_t GroupOf(const std::string& key);

}  // namespace consumer
