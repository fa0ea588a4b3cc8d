// Large numbers for people: 1,012,000. Thread-safe: a pure function.
#pragma once

#include <cstdint>
#include <string>

namespace fencepost::sim {

std::string GroupedDigits(std::uint64_t number);

}  // namespace fencepost::sim
